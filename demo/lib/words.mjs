// Words that several records share: who publishes, under which license, where.

const org = (name, parent) => ({
  "@type": "org:Organization",
  name,
  ...(parent ? { subOrganizationOf: { "@type": "org:Organization", name: parent } } : {}),
});

/** Who the data really comes from. The portal that shows it is made up; its publishers are not. */
export const PUBLISHERS = {
  omb: org("Office of Management and Budget", "Executive Office of the President"),
  bls: org("Bureau of Labor Statistics", "U.S. Department of Labor"),
  bts: org("Bureau of Transportation Statistics", "U.S. Department of Transportation"),
  cdc: org("Centers for Disease Control and Prevention", "U.S. Department of Health and Human Services"),
  census: org("U.S. Census Bureau", "U.S. Department of Commerce"),
  demo: org("Riverton Open Data (demonstration)"),
  eia: org("U.S. Energy Information Administration", "U.S. Department of Energy"),
  faa: org("Federal Aviation Administration", "U.S. Department of Transportation"),
  fec: org("Federal Election Commission"),
  geonames: org("GeoNames"),
  nasa: org("NASA Goddard Institute for Space Studies", "National Aeronautics and Space Administration"),
  naturalEarth: org("Natural Earth"),
  noaa: org("National Oceanic and Atmospheric Administration", "U.S. Department of Commerce"),
  palmer: org("Palmer Station Antarctica LTER"),
  scripps: org("Scripps Institution of Oceanography"),
  usgs: org("U.S. Geological Survey", "U.S. Department of the Interior"),
};

/** Terms of use by their usual names. */
export const LICENCES = {
  usGovernment: "https://www.usa.gov/government-works",
  ccBy: "https://creativecommons.org/licenses/by/4.0/",
  cc0: "https://creativecommons.org/publicdomain/zero/1.0/",
};

/** West, south, east, north in degrees. */
export const PLACES = {
  antarcticPeninsula: [-64.8, -65.2, -63.8, -64.4],
  conterminousUs: [-124.85, 24.4, -66.88, 49.39],
  iowa: [-96.64, 40.37, -90.14, 43.5],
  maunaLoa: [-155.58, 19.53, -155.57, 19.54],
  seattle: [-122.46, 47.48, -122.22, 47.74],
  seattleAndNewYork: [-122.46, 40.49, -73.7, 47.74],
  us: [-179.15, 18.9, -66.88, 71.44],
  usAndTerritories: [-179.15, -14.6, 179.78, 71.44],
  world: [-180, -90, 180, 90],
};

/** Whom to write to. The address is reserved for examples and reaches nobody. */
export const CONTACT = { fn: "Riverton Open Data desk (demonstration)", email: "opendata@riverton.example" };
