// Work and public money: wide tables, long tables, negative amounts.

import { usAtlas, vegaJson, vegaText } from "../lib/source.mjs";
import { code, csv, tsv } from "../lib/text.mjs";
import { LICENCES, PLACES, PUBLISHERS } from "../lib/words.mjs";

export const ECONOMY = [
  {
    id: "federal-receipts",
    title: "Federal receipts by source and account, 1962 to 2020",
    about: `
Where the money of the United States government came from, account by account: income taxes, payroll taxes, customs,
fees. One row an account and **one column a year**, in thousands of U.S. dollars. The years from 2015 on are estimates
made for the budget of 2016.

The column \`TQ\` is the *transition quarter* of 1976, when the fiscal year moved from July to October. Negative amounts
are refunds.`,
    columns: [
      ["Source category code, Source category name", "kind of receipt"],
      ["Source subcategory, Source subcategory name", "finer kind of receipt"],
      ["Agency code, Agency name, Bureau code, Bureau name", "who collects; codes are text with leading zeros"],
      ["Account code, Account name, Treasury agency code", "the account"],
      ["On- or off-budget", "off-budget means by law outside the budget totals"],
      ["1962 to 2020, TQ", "receipts of the fiscal year, in thousands of U.S. dollars"],
    ],
    provenance: "The commas between thousands have been removed.",
    from: ["vega-datasets", "budget.json"],
    keyword: ["budget", "receipts", "revenue", "taxes", "federal government"],
    theme: ["Public money"],
    publisher: PUBLISHERS.omb,
    license: LICENCES.usGovernment,
    issued: "2015-02-02",
    modified: "2015-02-02",
    frequency: "R/P1Y",
    temporal: ["1962-01-01", "2020-12-31"],
    spatial: PLACES.us,
    landingPage: "https://www.govinfo.gov/app/details/BUDGET-2016-DB/BUDGET-2016-DB-3",
    files: [{ name: "federal-receipts.csv", title: "Receipts by account", make: receipts }],
  },
  {
    id: "budget-forecasts",
    title: "Budget forecasts and what became of them",
    about: `
What each budget from 1980 to 2010 expected the surplus or deficit of the following years to be, beside what it turned
out to be. A surplus is positive, a deficit negative, both in trillions of U.S. dollars.`,
    columns: [
      ["budget_year", "the budget that made the forecast"],
      ["forecast_year", "the year it speaks of"],
      ["balance_trillion_usd", "surplus (positive) or deficit (negative), in trillions of U.S. dollars"],
    ],
    from: ["vega-datasets", "budgets.json"],
    keyword: ["budget", "deficit", "forecast", "federal government"],
    theme: ["Public money"],
    publisher: PUBLISHERS.omb,
    license: LICENCES.usGovernment,
    modified: "2010-02-02",
    frequency: "R/P1Y",
    temporal: ["1980-01-01", "2010-12-31"],
    spatial: PLACES.us,
    landingPage: "https://www.whitehouse.gov/omb/",
    files: [{ name: "budget-forecasts.csv", title: "Forecasts", make: forecasts }],
  },
  {
    id: "employment-by-industry",
    title: "Employment by industry, monthly",
    about: `
How many people worked in each part of the economy, month by month from 2006 to 2015, in **thousands of jobs**,
seasonally adjusted. The table is wide: one column an industry. \`nonfarm_change\` is the change of the total since the
month before and shows the recession of 2008 at a glance.`,
    columns: [
      ["month", "first day of the month"],
      ["nonfarm", "all jobs outside farming, in thousands"],
      ["private", "jobs outside government, in thousands"],
      ["the other industries", "jobs in that industry, in thousands"],
      ["nonfarm_change", "change of `nonfarm` since the month before, in thousands"],
    ],
    from: ["vega-datasets", "us-employment.csv"],
    keyword: ["employment", "jobs", "labor market", "industry", "recession"],
    theme: ["Economy and work"],
    publisher: PUBLISHERS.bls,
    license: LICENCES.usGovernment,
    modified: "2018-11-11",
    frequency: "R/P1M",
    temporal: ["2006-01-01", "2015-12-31"],
    spatial: PLACES.us,
    landingPage: "https://www.bls.gov/ces/",
    files: [{ name: "employment-by-industry.csv", title: "Jobs by month", make: () => vegaText("us-employment.csv") }],
  },
  {
    id: "unemployment-by-industry",
    title: "Unemployment by industry, monthly",
    about: `
How many people who last worked in an industry were looking for work, and what share of that industry's people they
were, each month from January 2000 to February 2010. The Bureau of Labor Statistics cannot vouch for the data after it
has been retrieved from its site.`,
    columns: [
      ["industry", "where the person last worked"],
      ["month", "first day of the month"],
      ["unemployed_thousands", "people looking for work, in thousands"],
      ["rate_percent", "unemployment rate, in per cent"],
    ],
    from: ["vega-datasets", "unemployment-across-industries.json"],
    keyword: ["unemployment", "labor market", "industry", "jobs"],
    theme: ["Economy and work"],
    publisher: PUBLISHERS.bls,
    license: LICENCES.usGovernment,
    modified: "2010-03-05",
    frequency: "R/P1M",
    temporal: ["2000-01-01", "2010-02-28"],
    spatial: PLACES.us,
    landingPage: "https://www.bls.gov/web/empsit/cpseea31.htm",
    files: [{ name: "unemployment-by-industry.csv", title: "Unemployed people by month", make: unemploymentByIndustry }],
  },
  {
    id: "unemployment-by-county",
    title: "Unemployment by county, 2009",
    about: `
The unemployment rate of 3,218 counties in the year after the financial crisis. The county code has five digits and
often begins with a zero; it stays text, so that \`01001\` (Autauga County, Alabama) does not become 1001.

This table is tab-separated, to show that this works too.`,
    columns: [
      ["county_fips", "five-digit county code: text, because of its leading zeros"],
      ["county", "name of the county; empty where today's list no longer has the code"],
      ["rate", "unemployed people as a share of the labour force, from 0 to 1"],
    ],
    provenance: "Codes were padded to five digits; names were added from the Census Bureau's list of counties.",
    from: ["vega-datasets", "unemployment.tsv"],
    keyword: ["unemployment", "county", "labor market", "local area statistics"],
    theme: ["Economy and work", "Geography"],
    publisher: PUBLISHERS.bls,
    license: LICENCES.usGovernment,
    modified: "2009-12-31",
    frequency: "R/P1Y",
    temporal: ["2009-01-01", "2009-12-31"],
    spatial: PLACES.usAndTerritories,
    landingPage: "https://www.bls.gov/lau/",
    files: [{ name: "unemployment-by-county.tsv", title: "Rates by county", make: unemploymentByCounty }],
  },
  {
    id: "electricity-iowa",
    title: "Electricity made in Iowa, by source",
    about: `
How much electricity Iowa's power plants made each year from fossil fuels, nuclear energy and renewable sources. Wind
makes the third line climb.`,
    columns: [
      ["year", "first day of the year"],
      ["source", "Fossil Fuels, Nuclear Energy or Renewables"],
      ["net_generation", "electricity made less what the plants used, in thousands of megawatt-hours"],
    ],
    from: ["vega-datasets", "iowa-electricity.csv"],
    keyword: ["electricity", "energy", "wind power", "renewables", "Iowa"],
    theme: ["Economy and work", "Nature and environment"],
    publisher: PUBLISHERS.eia,
    license: LICENCES.usGovernment,
    modified: "2018-05-06",
    frequency: "R/P1Y",
    temporal: ["2001-01-01", "2017-12-31"],
    spatial: PLACES.iowa,
    landingPage: "https://www.eia.gov/electricity/data/browser/",
    files: [{ name: "electricity-iowa.csv", title: "Yearly generation", make: () => vegaText("iowa-electricity.csv") }],
  },
];

function receipts() {
  const accounts = vegaJson("budget.json");
  const words = [
    "Source Category Code", "Source category name", "Source subcategory", "Source subcategory name",
    "Agency code", "Agency name", "Bureau code", "Bureau name", "Account code", "Account name",
    "Treasury Agency code", "On- or off-budget",
  ];
  const headings = words.map((word) => word.replace("Category Code", "category code").replace("y Agency", "y agency"));
  const widths = { "Agency code": 3, "Bureau code": 2, "Treasury Agency code": 2 };
  const years = Array.from({ length: 2020 - 1962 + 1 }, (_, i) => String(1962 + i));
  years.splice(years.indexOf("1977"), 0, "TQ");
  const rows = accounts.map((account) => [
    ...words.map((word) => (word in widths ? code(account[word], widths[word]) : account[word])),
    ...years.map((year) => String(account[year]).replaceAll(",", "")),
  ]);
  return csv([...headings, ...years], rows);
}

function forecasts() {
  const rows = vegaJson("budgets.json").map((row) => [row.budgetYear, row.forecastYear, row.value]);
  return csv(["budget_year", "forecast_year", "balance_trillion_usd"], rows);
}

function unemploymentByIndustry() {
  const rows = vegaJson("unemployment-across-industries.json").map((row) => [
    row.series, `${row.year}-${code(row.month, 2)}-01`, row.count, row.rate,
  ]);
  return csv(["industry", "month", "unemployed_thousands", "rate_percent"], rows);
}

function unemploymentByCounty() {
  const counties = usAtlas("counties-10m.json").objects.counties.geometries;
  const names = new Map(counties.map(({ id, properties }) => [id, properties.name]));
  const lines = vegaText("unemployment.tsv").trim().split("\n").slice(1);
  const rows = lines
    .map((line) => line.trim().split("\t"))
    .map(([id, rate]) => [code(id, 5), names.get(code(id, 5)), Number(rate)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return tsv(["county_fips", "county", "rate"], rows);
}
