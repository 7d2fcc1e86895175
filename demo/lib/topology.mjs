// Turns a TopoJSON topology into GeoJSON (RFC 7946): shared arcs become whole rings, outer rings run
// counter-clockwise, coordinates have four decimals (about eleven metres).

const DECIMALS = 1e4;
const RING_POINTS_MIN = 4;

/** The features of one object of a topology; `properties(geometry)` says what each one carries. */
export function features(topology, object, properties) {
  const arcs = topology.arcs.map((arc) => absolute(arc, topology.transform));
  return topology.objects[object].geometries
    .filter((geometry) => geometry.type !== null)
    .map((geometry) => ({
      type: "Feature",
      properties: properties(geometry),
      geometry: outline(geometry, arcs),
    }));
}

/** A feature collection with one feature a line, so that a difference of two versions can be read. */
export function collection(list) {
  const lines = list.map((feature) => JSON.stringify(feature)).join(",\n");
  return `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`;
}

function absolute(arc, { scale, translate }) {
  let x = 0;
  let y = 0;
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [round(x * scale[0] + translate[0]), round(y * scale[1] + translate[1])];
  });
}

/** Null, as RFC 7946 has it for a place without a location, when nothing is left of the outline. */
function outline(geometry, arcs) {
  const shape = coordinates(geometry, arcs);
  return shape.length > 0 ? { type: geometry.type, coordinates: shape } : null;
}

/** Rings that simplification has flattened to a line are left out, and their polygon with them. */
function coordinates(geometry, arcs) {
  const polygon = (rings) =>
    rings.map((indexes, i) => wound(ring(indexes, arcs), i === 0)).filter((points) => points.length >= RING_POINTS_MIN);
  if (geometry.type === "Polygon") return polygon(geometry.arcs);
  return geometry.arcs.map(polygon).filter((rings) => rings.length > 0);
}

/** Joins arcs; a negative index is the arc walked backwards, and neighbours share their end point. */
function ring(indexes, arcs) {
  const points = [];
  for (const index of indexes) {
    const arc = index < 0 ? [...arcs[~index]].reverse() : arcs[index];
    points.push(...(points.length > 0 ? arc.slice(1) : arc));
  }
  return points;
}

function wound(points, isOuter) {
  let area = 0;
  for (let i = 1; i < points.length; i += 1) {
    area += (points[i][0] - points[i - 1][0]) * (points[i][1] + points[i - 1][1]);
  }
  const isCounterClockwise = area < 0;
  return isCounterClockwise === isOuter ? points : points.reverse();
}

const round = (value) => Math.round(value * DECIMALS) / DECIMALS;
