// Places and codes: lists with leading zeros, outlines for maps, long texts. Most are written as DCAT-US 3.0.

import { naics, usAtlas, vegaJson, vegaText, worldAtlas } from "../lib/source.mjs";
import { csv } from "../lib/text.mjs";
import { collection, features } from "../lib/topology.mjs";
import { LICENCES, PLACES, PUBLISHERS } from "../lib/words.mjs";

export const REFERENCE = [
  {
    id: "zip-codes",
    title: "ZIP codes with their towns and positions",
    about: `
42,049 postal codes of the United States and Puerto Rico with town, state, county and position. Codes such as \`00501\`
(Holtsville, New York) begin with zeros and **stay text**.

A snapshot of 2017: postal codes have changed since. GeoNames has the current list.`,
    columns: [
      ["zip_code", "five-digit postal code: text, because of its leading zeros"],
      ["latitude", "degrees north"],
      ["longitude", "degrees east; the Americas are negative"],
      ["city", "town"],
      ["state", "two-letter state"],
      ["county", "county"],
    ],
    from: ["vega-datasets", "zipcodes.csv"],
    keyword: ["ZIP codes", "postal codes", "addresses", "locations"],
    theme: ["Geography", "Codes and lists"],
    publisher: PUBLISHERS.geonames,
    license: LICENCES.ccBy,
    modified: "2017-01-01",
    frequency: "irregular",
    spatial: PLACES.us,
    landingPage: "https://download.geonames.org/export/zip/",
    files: [{ name: "zip-codes.csv", title: "ZIP codes", make: () => vegaText("zipcodes.csv") }],
  },
  {
    id: "state-capitals",
    title: "State capitals and their positions",
    about: "The capital of each of the fifty states, as a point at its capitol building. As a table and as map points.",
    columns: [
      ["state", "name of the state"],
      ["city", "its capital"],
      ["latitude", "degrees north"],
      ["longitude", "degrees east; the Americas are negative"],
    ],
    provenance: "Map services and data available from U.S. Geological Survey, National Geospatial Program.",
    from: ["vega-datasets", "us-state-capitals.json"],
    keyword: ["capitals", "cities", "states", "locations"],
    theme: ["Geography"],
    publisher: PUBLISHERS.usgs,
    license: LICENCES.usGovernment,
    modified: "2025-01-30",
    frequency: "irregular",
    spatial: PLACES.us,
    landingPage: "https://www.usgs.gov/programs/national-geospatial-program/national-map",
    files: [
      { name: "state-capitals.csv", title: "Capitals as a table", make: capitalsTable },
      { name: "state-capitals.geojson", title: "Capitals as map points", make: capitalsPoints },
    ],
  },
  {
    id: "county-codes",
    edition: "3.0",
    title: "County codes of the United States",
    about: `
The codes that statistics use for states and counties: two digits for the state, five for the county, **always with
their leading zeros**. Use it to join the county tables of this catalogue.`,
    columns: [
      ["county_fips", "five-digit county code"],
      ["county", "name of the county"],
      ["state_fips", "two-digit state code, the first two digits of the county's"],
      ["state", "name of the state or territory"],
    ],
    from: ["us-atlas", "counties-10m.json"],
    keyword: ["FIPS codes", "county", "states", "code list"],
    theme: ["Codes and lists", "Geography"],
    publisher: PUBLISHERS.census,
    license: LICENCES.usGovernment,
    modified: "2017",
    frequency: "R/P1Y",
    spatial: PLACES.usAndTerritories,
    landingPage: "https://www.census.gov/geographies/mapping-files/time-series/geo/cartographic-boundary.html",
    files: [{ name: "county-codes.csv", title: "Codes", make: countyCodes }],
  },
  {
    id: "state-boundaries",
    edition: "3.0",
    title: "State boundaries, generalised",
    about: `
Outlines of the states and territories, drawn for maps of the whole country (scale 1 to 10 million). They are simplified
and not fit for surveying or law.`,
    from: ["us-atlas", "states-10m.json"],
    keyword: ["boundaries", "states", "map", "geospatial"],
    theme: ["Geography", "geospatial"],
    publisher: PUBLISHERS.census,
    license: LICENCES.usGovernment,
    modified: "2017",
    frequency: "R/P1Y",
    spatial: PLACES.usAndTerritories,
    landingPage: "https://www.census.gov/geographies/mapping-files/time-series/geo/cartographic-boundary.html",
    files: [{ name: "state-boundaries.geojson", title: "Outlines", make: () => outlines("states") }],
  },
  {
    id: "county-boundaries",
    edition: "3.0",
    title: "County boundaries, generalised",
    about: `
Outlines of 3,231 counties and what stands for counties elsewhere (parishes, boroughs, municipios), drawn for maps of
the whole country (scale 1 to 10 million). They are simplified and not fit for surveying or law.`,
    from: ["us-atlas", "counties-10m.json"],
    keyword: ["boundaries", "county", "map", "geospatial"],
    theme: ["Geography", "geospatial"],
    publisher: PUBLISHERS.census,
    license: LICENCES.usGovernment,
    modified: "2017",
    frequency: "R/P1Y",
    spatial: PLACES.usAndTerritories,
    landingPage: "https://www.census.gov/geographies/mapping-files/time-series/geo/cartographic-boundary.html",
    files: [{ name: "county-boundaries.geojson", title: "Outlines", make: () => outlines("counties") }],
  },
  {
    id: "country-boundaries",
    edition: "3.0",
    title: "Countries of the world: codes and outlines",
    about: `
Names and three-digit ISO 3166 codes of the world's countries, as a table, and their outlines at a scale of 1 to 110
million for small world maps. Codes such as \`008\` (Albania) keep their zeros. A few areas, most of them disputed, have no code.`,
    columns: [
      ["iso_numeric", "three-digit ISO 3166 code: text, because of its leading zeros"],
      ["country", "English name"],
    ],
    from: ["world-atlas", "countries-50m.json and countries-110m.json"],
    keyword: ["countries", "ISO 3166", "boundaries", "world", "code list", "geospatial"],
    theme: ["Geography", "Codes and lists", "geospatial"],
    publisher: PUBLISHERS.naturalEarth,
    license: "https://www.naturalearthdata.com/about/terms-of-use/",
    modified: "2018-05-21",
    frequency: "irregular",
    spatial: PLACES.world,
    landingPage: "https://www.naturalearthdata.com/",
    files: [
      { name: "country-codes.csv", title: "Codes", make: countryCodes },
      { name: "country-boundaries.geojson", title: "Outlines", make: countryOutlines },
    ],
  },
  {
    id: "industry-classification-2017",
    edition: "3.0",
    title: "Industry classification (NAICS 2017), with full descriptions",
    about: `
The classification by which North American statistics sort every business, from sector (two digits) to national industry
(six digits), with the text that says what belongs to it. **A table of long texts**: search it for *soybean*, *library*
or *bicycle*.`,
    columns: [
      ["code", "two to six digits, or a range for three of the sectors: text"],
      ["level", "sector, subsector, industry group, industry or national industry"],
      ["title", "name of the class"],
      ["description", "what belongs to it and what does not, often several paragraphs"],
    ],
    provenance: "A footnote mark that had stuck to the end of some titles has been removed.",
    from: ["naics", "data/2017_NAICS_Descriptions.json"],
    keyword: ["NAICS", "industry", "classification", "code list", "business"],
    theme: ["Codes and lists", "Economy and work"],
    publisher: PUBLISHERS.census,
    license: LICENCES.usGovernment,
    issued: "2017-01-01",
    modified: "2017-01-01",
    frequency: "R/P5Y",
    spatial: PLACES.us,
    landingPage: "https://www.census.gov/naics/",
    files: [{ name: "industry-classification.csv", title: "Classes and descriptions", make: industries }],
  },
];

function capitalsTable() {
  const rows = vegaJson("us-state-capitals.json").map((place) => [place.state, place.city, place.lat, place.lon]);
  return csv(["state", "city", "latitude", "longitude"], rows);
}

function capitalsPoints() {
  const points = vegaJson("us-state-capitals.json").map((place) => ({
    type: "Feature",
    properties: { state: place.state, city: place.city },
    geometry: { type: "Point", coordinates: [place.lon, place.lat] },
  }));
  return collection(points);
}

const byId = (a, b) => (a.id < b.id ? -1 : 1);

function countyCodes() {
  const { counties, states } = usAtlas("counties-10m.json").objects;
  const stateNames = new Map(states.geometries.map(({ id, properties }) => [id, properties.name]));
  const rows = [...counties.geometries].sort(byId).map(({ id, properties }) => {
    const state = id.slice(0, 2);
    return [id, properties.name, state, stateNames.get(state)];
  });
  return csv(["county_fips", "county", "state_fips", "state"], rows);
}

function outlines(object) {
  const topology = usAtlas(`${object}-10m.json`);
  const list = features(topology, object, ({ id, properties }) => ({ fips: id, name: properties.name }));
  return collection(list.sort((a, b) => (a.properties.fips < b.properties.fips ? -1 : 1)));
}

function countryCodes() {
  const countries = worldAtlas("countries-50m.json").objects.countries.geometries;
  const rows = countries.map(({ id, properties }) => [id, properties.name]);
  return csv(["iso_numeric", "country"], rows.sort(([, a], [, b]) => (a < b ? -1 : 1)));
}

function countryOutlines() {
  const topology = worldAtlas("countries-110m.json");
  return collection(features(topology, "countries", ({ id, properties }) => ({ iso: id ?? null, name: properties.name })));
}

function industries() {
  const levels = { 2: "sector", 3: "subsector", 4: "industry group", 5: "industry", 6: "national industry" };
  const level = (code) => (code.includes("-") ? "sector" : levels[code.length]);
  const tidy = (text) => text.replaceAll("\r\n", "\n").replace(/[ \t]+\n/g, "\n").trim();
  const rows = Object.entries(naics()).map(([code, { Title, Description }]) => [
    code, level(code), Title.trim().replace(/(?<=[a-z)])T$/, ""), tidy(Description),
  ]);
  return csv(["code", "level", "title", "description"], rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}
