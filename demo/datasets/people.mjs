// People: income, health, elections, and one record that describes data nobody may download.

import { vegaJson } from "../lib/source.mjs";
import { code, csv } from "../lib/text.mjs";
import { LICENCES, PLACES, PUBLISHERS } from "../lib/words.mjs";

export const PEOPLE = [
  {
    id: "household-income-by-state",
    title: "Household income by state",
    about: `
How households in each state are spread over ten ranges of yearly income, from the American Community Survey of 2011 to
2013. This product uses the Census Bureau Data API but is not endorsed or certified by the Census Bureau.`,
    columns: [
      ["state_fips", "two-digit state code: text, because of its leading zeros"],
      ["state", "name of the state"],
      ["region", "part of the country"],
      ["income", "range of yearly household income, in U.S. dollars"],
      ["share", "share of the state's households in this range, from 0 to 1"],
      ["households", "all households of the state"],
    ],
    from: ["vega-datasets", "income.json"],
    keyword: ["income", "households", "American Community Survey", "poverty", "states"],
    theme: ["People and society", "Economy and work"],
    publisher: PUBLISHERS.census,
    license: LICENCES.usGovernment,
    issued: "2014-10-23",
    modified: "2014-10-23",
    frequency: "R/P1Y",
    temporal: ["2011-01-01", "2013-12-31"],
    spatial: PLACES.us,
    landingPage: "https://www.census.gov/data/developers/data-sets/acs-3year/2013.html",
    files: [{ name: "household-income.csv", title: "Shares by state and range", make: incomes }],
  },
  {
    id: "household-survey-answers",
    title: "American Community Survey: answers of single households",
    about: `
The answers behind *Household income by state*. They are confidential by law and **cannot be downloaded here or
anywhere**: this record says that they exist, who keeps them, and how researchers with an approved project may work
with them in a Federal Statistical Research Data Center.`,
    keyword: ["American Community Survey", "microdata", "confidential", "research access"],
    theme: ["People and society"],
    publisher: PUBLISHERS.census,
    accessLevel: "restricted public",
    rights:
      "Confidential under Title 13, U.S. Code, sections 9 and 214. Approved researchers may apply for access in a Federal Statistical Research Data Center.",
    modified: "2014-10-23",
    frequency: "R/P1Y",
    temporal: ["2011-01-01", "2013-12-31"],
    spatial: PLACES.us,
    landingPage: "https://www.census.gov/fsrdc",
  },
  {
    id: "adult-obesity-1995",
    title: "Adult obesity by state, 1995",
    about: `
The share of grown-ups with a body mass index of 30 or more, as people told the Behavioral Risk Factor Surveillance
System in 1995. Small, and a good first map.`,
    columns: [
      ["state_fips", "two-digit state code: text, because of its leading zeros"],
      ["state", "two-letter state"],
      ["rate", "share of adults, from 0 to 1"],
    ],
    from: ["vega-datasets", "obesity.json"],
    keyword: ["obesity", "health", "BRFSS", "states"],
    theme: ["People and society"],
    publisher: PUBLISHERS.cdc,
    license: LICENCES.usGovernment,
    modified: "1995-12-31",
    frequency: "R/P1Y",
    temporal: ["1995-01-01", "1995-12-31"],
    spatial: PLACES.us,
    landingPage: "https://www.cdc.gov/brfss/",
    files: [{ name: "adult-obesity-1995.csv", title: "Rates by state", make: obesity }],
  },
  {
    id: "campaign-finance-2016",
    title: "Campaign money of 58 candidates, 2015",
    about: `
What candidates for the elections of 2016 had taken in, spent, borrowed and still owed by the end of their last report
in 2015, in U.S. dollars. A sample of the Commission's *all candidates* file. Contributor lists may not be used for
commercial purposes or to solicit donations.`,
    columns: [
      ["Candidate_Identification", "number of the candidate at the Commission"],
      ["Candidate_Name", "name of the candidate"],
      ["Incumbent_Challenger_Status", "I incumbent, C challenger, O open seat"],
      ["Party_Code, Party_Affiliation", "party"],
      ["Candidate_State, Candidate_District", "where the seat is; districts keep their leading zero"],
      ["Coverage_End_Date", "end of the last report"],
      ["the other columns", "amounts in U.S. dollars"],
    ],
    from: ["vega-datasets", "political-contributions.json"],
    keyword: ["elections", "campaign finance", "candidates", "contributions"],
    theme: ["People and society", "Public money"],
    publisher: PUBLISHERS.fec,
    license: LICENCES.cc0,
    modified: "2015-12-31",
    frequency: "irregular",
    temporal: ["2015-01-01", "2015-12-31"],
    spatial: PLACES.us,
    landingPage: "https://www.fec.gov/data/browse-data/?tab=bulk-data",
    references: ["https://www.fec.gov/campaign-finance-data/all-candidates-file-description/"],
    files: [{ name: "campaign-finance.csv", title: "Candidates", make: campaigns }],
  },
];

function incomes() {
  const rows = vegaJson("income.json").map((row) => [
    code(row.id, 2), row.name, row.region, row.group, row.pct, row.total,
  ]);
  return csv(["state_fips", "state", "region", "income", "share", "households"], rows);
}

function obesity() {
  return csv(["state_fips", "state", "rate"], vegaJson("obesity.json").map((r) => [code(r.id, 2), r.state, r.rate]));
}

function campaigns() {
  const candidates = vegaJson("political-contributions.json");
  const headings = Object.keys(candidates[0]);
  const cell = (heading, value) => {
    if (heading === "Candidate_District" && value !== null && value !== "") return code(value, 2);
    if (heading !== "Coverage_End_Date" || !value) return value;
    const [month, day, year] = value.split("/");
    return `${year}-${month}-${day}`;
  };
  return csv(headings, candidates.map((row) => headings.map((heading) => cell(heading, row[heading]))));
}
