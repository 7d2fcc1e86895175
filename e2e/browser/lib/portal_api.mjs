// Asks the portal's JSON interface, so that tests compare pages with what the portal itself says.

import assert from "node:assert/strict";

import { BASE } from "./browser.mjs";

/** The parsed answer of a path that must answer 200. */
export async function getJson(path, base = BASE) {
  const answer = await fetch(new URL(path, base));
  assert.equal(answer.status, 200, path);
  return answer.json();
}

/** The text of a path that must answer 200. */
export async function getText(path, base = BASE) {
  const answer = await fetch(new URL(path, base));
  assert.equal(answer.status, 200, path);
  return answer.text();
}

/** The dataset whose publisher's identifier ends in `name`, as the search lists it. */
export async function dataset(name, base = BASE) {
  const { data } = await getJson("/api/datasets?limit=100", base);
  const found = data.find((item) => item.identifier.endsWith(`/${name}`));
  assert.ok(found, `the demonstration has no dataset ${name}`);
  return found;
}

/** Where the demonstration's main pages are; the same list for accessibility, links, weight, keyboard and print. */
export async function mainPages() {
  const weather = await dataset("daily-weather-seattle-new-york");
  const faulty = await dataset("weather-log-with-faults");
  const restricted = await dataset("household-survey-answers");
  return [
    ["home", "/"],
    ["search", "/data"],
    ["search with results", "/data?q=weather"],
    ["search without results", "/data?q=zzzzqqqq"],
    ["dataset", `/data/${weather.slug}`],
    ["dataset without data", `/data/${restricted.slug}`],
    ["table", `/data/${weather.slug}/table`],
    ["table with faults", `/data/${faulty.slug}/table`],
    ["row", `/data/${weather.slug}/table/7`],
    ["charts", `/data/${weather.slug}/charts`],
    ["map", `/data/${weather.slug}/map`],
    ["dictionary", `/data/${weather.slug}/dictionary`],
    ["quality", `/data/${weather.slug}/quality`],
    ["versions", `/data/${weather.slug}/versions`],
    ["dataset's interface", `/data/${weather.slug}/api`],
    ["how to cite", `/data/${weather.slug}/cite`],
    ["feedback", `/data/${weather.slug}/feedback`],
    ["organizations", "/orgs"],
    ["organization", await linked("/orgs", /\/orgs\/[\w-]+/)],
    ["topics", "/topics"],
    ["topic", await linked("/topics", /\/topics\/[\w-]+/)],
    ["developers", "/developers"],
    ["tools", "/tools"],
    ["check a catalog", "/tools/validate"],
    ["harvest of a catalog", "/tools/would-harvest"],
    ["mend a catalog", "/tools/fix"],
    ["convert a catalog", "/tools/convert"],
    ["merge catalogs", "/tools/merge"],
    ["compare editions", "/tools/diff"],
    ["score a catalog", "/tools/score"],
    ["ask in SQL", "/sql?sql=select+1+as+one%2C+%27two%27+as+two"],
    ["query explained", "/sql?sql=select+2+as+two&explain=1"],
    ["API console", "/developers/console"],
    ["console: search", "/developers/console/portal/searchDatasets?q=weather&limit=2&console.send=1"],
    ["console: table", `/developers/console/${await tableOf(weather.slug)}/getRows?_limit=3&console.send=1`],
    ["console: a wrong query", "/developers/console/portal/runSql?sql=select+nope&console.send=1"],
    ["understand licenses", "/tools/license?text=CC+BY-SA+4.0%0AODbL"],
    ["formats and feeds", "/feeds"],
    ["harvest sources", "/sources"],
    ["about", "/about"],
    ["help", "/help"],
    ["problems", "/help/problems"],
    ["accessibility", "/accessibility"],
    ["contact", "/contact"],
    ["not found", "/data/there-is-no-such-dataset"],
  ];
}

/** The id of the first table of a dataset. */
export async function tableOf(slug) {
  const { tables } = await getJson(`/api/datasets/${slug}`);
  return tables[0].id;
}

/** The first address of this form that a page has. */
async function linked(page, pattern) {
  const [path] = (await getText(page)).match(pattern) ?? [];
  assert.ok(path, `${page} has no link like ${pattern}`);
  return path;
}
