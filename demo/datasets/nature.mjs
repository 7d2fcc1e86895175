// The living and the trembling Earth: points, measurements, habitats.

import { vegaJson, vegaText } from "../lib/source.mjs";
import { code, csv, instant, parseCsv } from "../lib/text.mjs";
import { collection } from "../lib/topology.mjs";
import { LICENCES, PLACES, PUBLISHERS } from "../lib/words.mjs";

export const NATURE = [
  {
    id: "earthquakes-one-week",
    title: "Earthquakes of one week, worldwide",
    about: `
Every earthquake that the U.S. Geological Survey's instruments noticed between 31 January and 7 February 2018: some
1,700 of them, from tremors that nobody feels to the magnitude 6.4 earthquake near Hualien in Taiwan.

Small earthquakes are seen only where there are many instruments, so California and Alaska look busier than they are.`,
    columns: [
      ["id", "event number at the U.S. Geological Survey"],
      ["time", "when it began (universal time)"],
      ["latitude", "degrees north"],
      ["longitude", "degrees east; the Americas are negative"],
      ["depth_km", "depth below the surface, in kilometres"],
      ["magnitude", "size"],
      ["magnitude_type", "how the size was worked out"],
      ["place", "nearest named place"],
      ["type", "earthquake, quarry blast, explosion and so on"],
      ["status", "automatic or reviewed by a person"],
      ["felt_reports", "how many people reported feeling it; empty when nobody did"],
      ["page", "page about the event"],
    ],
    from: ["vega-datasets", "earthquakes.json"],
    keyword: ["earthquake", "seismology", "natural hazards", "magnitude"],
    theme: ["Nature and environment", "Geography"],
    publisher: PUBLISHERS.usgs,
    license: LICENCES.usGovernment,
    issued: "2018-02-07",
    modified: "2018-02-07",
    frequency: "irregular",
    temporal: ["2018-01-31", "2018-02-07"],
    spatial: PLACES.world,
    landingPage: "https://earthquake.usgs.gov/earthquakes/feed/",
    files: [
      { name: "earthquakes.csv", title: "Earthquakes as a table", make: earthquakesTable },
      { name: "earthquakes.geojson", title: "Earthquakes as map points", make: earthquakesPoints },
    ],
  },
  {
    id: "penguins-palmer",
    title: "Penguins measured at Palmer Station",
    about: `
Beak, flipper and weight of 344 penguins of three species on three Antarctic islands. A friendly table for learning how
to group, compare and chart; it has a few gaps, as real measurements do.`,
    columns: [
      ["species", "Adelie, Chinstrap or Gentoo"],
      ["island", "Biscoe, Dream or Torgersen"],
      ["beak_length_mm", "length of the beak, in millimetres"],
      ["beak_depth_mm", "depth of the beak, in millimetres"],
      ["flipper_length_mm", "length of the flipper, in millimetres"],
      ["body_mass_g", "weight, in grams"],
      ["sex", "female or male; empty when not known"],
    ],
    provenance: "Collected by Dr. Kristen Gorman with the Palmer Station Long Term Ecological Research programme.",
    from: ["vega-datasets", "penguins.json"],
    keyword: ["penguins", "birds", "Antarctica", "wildlife", "measurements"],
    theme: ["Nature and environment"],
    publisher: PUBLISHERS.palmer,
    license: LICENCES.cc0,
    modified: "2020-07-25",
    frequency: "irregular",
    temporal: ["2007-01-01", "2009-12-31"],
    spatial: PLACES.antarcticPeninsula,
    landingPage: "https://pal.lternet.edu/",
    files: [{ name: "penguins.csv", title: "Measurements", make: penguins }],
  },
  {
    id: "species-habitat-by-county",
    title: "Habitat of four common animals by county",
    about: `
Which share of each county of the conterminous United States is year-round habitat for the **American robin**, the
**white-tailed deer**, the **American bullfrog** and the **common gartersnake**, from maps with a 30-metre grid.`,
    columns: [
      ["common_name", "the animal's English name"],
      ["scientific_name", "the animal's scientific name"],
      ["gap_species_code", "code of the Gap Analysis Project"],
      ["county_fips", "five-digit county code: text, because of its leading zeros"],
      ["habitat_share", "share of the county that is habitat, from 0 to 1"],
      ["item_id", "the map at ScienceBase that the share was worked out from"],
    ],
    provenance: "Shares were computed by the package's authors from the Survey's habitat maps and county outlines.",
    from: ["vega-datasets", "species.csv"],
    keyword: ["wildlife", "habitat", "biodiversity", "county", "robin", "deer"],
    theme: ["Nature and environment"],
    publisher: PUBLISHERS.usgs,
    license: LICENCES.usGovernment,
    modified: "2025-01-30",
    frequency: "irregular",
    temporal: ["2001-01-01", "2001-12-31"],
    spatial: PLACES.conterminousUs,
    landingPage: "https://www.usgs.gov/programs/gap-analysis-project",
    files: [{ name: "species-habitat.csv", title: "Habitat shares", make: habitats }],
  },
];

const quakes = () => vegaJson("earthquakes.json").features;

function earthquakesTable() {
  const headings = NATURE[0].columns.map(([name]) => name);
  const rows = quakes().map(({ id, properties: p, geometry }) => {
    const [longitude, latitude, depth] = geometry.coordinates;
    return [
      id, instant(p.time), latitude, longitude, depth, p.mag, p.magType, p.place, p.type, p.status, p.felt, p.url,
    ];
  });
  return csv(headings, rows);
}

function earthquakesPoints() {
  const points = quakes().map(({ id, properties: p, geometry }) => ({
    type: "Feature",
    id,
    properties: { time: instant(p.time), magnitude: p.mag, place: p.place, type: p.type },
    geometry,
  }));
  return collection(points);
}

function penguins() {
  const headings = NATURE[1].columns.map(([name]) => name);
  // One bird's sex is given as a full stop, which is no more known than an empty cell.
  const sex = (text) => (text === "." ? null : text?.toLowerCase());
  const rows = vegaJson("penguins.json").map((bird) => [
    bird.Species,
    bird.Island,
    bird["Beak Length (mm)"],
    bird["Beak Depth (mm)"],
    bird["Flipper Length (mm)"],
    bird["Body Mass (g)"],
    sex(bird.Sex),
  ]);
  return csv(headings, rows);
}

function habitats() {
  const headings = NATURE[2].columns.map(([name]) => name);
  const rows = parseCsv(vegaText("species.csv")).map((row) => [
    row.common_name,
    row.scientific_name,
    row.gap_species_code,
    code(row.county_id, 5),
    row.habitat_yearround_pct,
    row.item_id,
  ]);
  return csv(headings, rows);
}
