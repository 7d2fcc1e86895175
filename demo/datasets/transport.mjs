// Getting about: places with coordinates, a large log, a long list with money in it.

import { vegaParquet, vegaText } from "../lib/source.mjs";
import { csv } from "../lib/text.mjs";
import { LICENCES, PLACES, PUBLISHERS } from "../lib/words.mjs";

const DEPARTURES = 250_000;

export const TRANSPORT = [
  {
    id: "airports",
    title: "Airports of the United States and its territories",
    about: `
Name, town, state and position of 3,376 airports, from international hubs to grass strips. The three-letter codes match
*Flight departures* and *Flight routes* in this catalogue.`,
    columns: [
      ["iata", "airport code: text, some begin with a zero"],
      ["name", "name of the airport"],
      ["city", "town it serves"],
      ["state", "two-letter state or territory"],
      ["country", "country code"],
      ["latitude", "degrees north"],
      ["longitude", "degrees east; the Americas are negative"],
    ],
    from: ["vega-datasets", "airports.csv"],
    keyword: ["airports", "aviation", "air travel", "locations"],
    theme: ["Transportation", "Geography"],
    publisher: PUBLISHERS.bts,
    license: LICENCES.usGovernment,
    modified: "2009-01-01",
    frequency: "irregular",
    spatial: PLACES.usAndTerritories,
    landingPage: "https://catalog.data.gov/dataset/airports-5e97a",
    files: [{ name: "airports.csv", title: "Airports", make: () => vegaText("airports.csv") }],
  },
  {
    id: "flight-departures-january-2001",
    title: "Flight departures and delays, January 2001",
    about: `
A quarter of a million domestic flights by large airlines in the first half of January 2001: when they left, from where
to where, how far, and how many minutes late they were. **The largest table here**, for trying filters, groups and the
data interface on something of size.

Large airlines must report each flight to the Department of Transportation (14 CFR Part 234).`,
    columns: [
      ["departure", "local time of departure, to the minute"],
      ["origin", "code of the airport left"],
      ["destination", "code of the airport flown to"],
      ["distance_miles", "distance between the two, in miles"],
      ["delay_minutes", "minutes late; negative when early"],
    ],
    provenance: `The first ${DEPARTURES.toLocaleString("en-US")} rows of a sample of three million.`,
    from: ["vega-datasets", "flights-3m.parquet"],
    keyword: ["flights", "delays", "on-time performance", "airlines", "air travel"],
    theme: ["Transportation"],
    publisher: PUBLISHERS.bts,
    rights: "Collected under 14 CFR Part 234; the package states no further terms.",
    modified: "2001-03-01",
    frequency: "R/P1M",
    temporal: ["2001-01-01", "2001-01-16"],
    spatial: PLACES.us,
    landingPage: "https://www.transtats.bts.gov/",
    files: [{ name: "flight-departures.csv", title: "Departures", make: departures }],
  },
  {
    id: "flight-routes-2008",
    title: "Flight routes of 2008 and how often they were flown",
    about: `
For each pair of airports that large airlines flew between in 2008, how many flights there were that year. Join it with
*Airports* to draw the network.`,
    columns: [
      ["origin", "code of the airport left"],
      ["destination", "code of the airport flown to"],
      ["count", "flights in 2008"],
    ],
    from: ["vega-datasets", "flights-airport.csv"],
    keyword: ["flights", "routes", "network", "air travel"],
    theme: ["Transportation"],
    publisher: PUBLISHERS.bts,
    license: LICENCES.usGovernment,
    modified: "2009-01-01",
    frequency: "R/P1Y",
    temporal: ["2008-01-01", "2008-12-31"],
    spatial: PLACES.us,
    landingPage: "https://www.transtats.bts.gov/",
    files: [{ name: "flight-routes-2008.csv", title: "Routes", make: () => vegaText("flights-airport.csv") }],
  },
  {
    id: "wildlife-strikes",
    title: "Wildlife strikes to aircraft",
    about: `
Ten thousand reports of birds and other animals that hit aircraft in the United States: where, when, in which phase of
the flight, what kind of animal, what it damaged and **what it cost**. Reporting is voluntary, so the table shows what
was reported, not all that happened.`,
    columns: [
      ["Airport Name", "nearest airport"],
      ["Aircraft Make Model", "type of aircraft"],
      ["Effect Amount of damage", "None, Minor, Medium, Substantial; B and C as in the original"],
      ["Flight Date", "day of the strike"],
      ["Aircraft Airline Operator", "airline or kind of operator"],
      ["Origin State", "state of the airport"],
      ["Phase of flight", "what the aircraft was doing"],
      ["Wildlife Size", "Small, Medium or Large"],
      ["Wildlife Species", "the animal, as far as known"],
      ["Time of day", "Dawn, Day, Dusk or Night"],
      ["Cost Other", "other costs, in U.S. dollars"],
      ["Cost Repair", "cost of repair, in U.S. dollars"],
      ["Cost Total $", "sum of the two, in U.S. dollars"],
      ["Speed IAS in knots", "indicated air speed, in knots"],
    ],
    from: ["vega-datasets", "birdstrikes.csv"],
    keyword: ["wildlife", "bird strikes", "aviation safety", "aircraft", "damage", "costs"],
    theme: ["Transportation", "Nature and environment"],
    publisher: PUBLISHERS.faa,
    license: LICENCES.usGovernment,
    modified: "2002-07-25",
    frequency: "irregular",
    temporal: ["1990-01-08", "2002-07-25"],
    spatial: PLACES.us,
    landingPage: "https://wildlife.faa.gov/",
    files: [{ name: "wildlife-strikes.csv", title: "Reports", make: () => vegaText("birdstrikes.csv") }],
  },
];

async function departures() {
  const flights = await vegaParquet("flights-3m.parquet", DEPARTURES);
  return csv(
    ["departure", "origin", "destination", "distance_miles", "delay_minutes"],
    flights.map((f) => [f.date.toISOString().slice(0, 16), f.origin, f.destination, f.distance, f.delay]),
  );
}
