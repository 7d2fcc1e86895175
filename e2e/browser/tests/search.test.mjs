// Finding a dataset: a misspelt word, facets, the way back, the download.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { READERS, launch, read } from "../lib/browser.mjs";
import { arrive, download, follow, reveal } from "../lib/page.mjs";
import { getJson } from "../lib/portal_api.mjs";

const WEATHER = "Daily weather in Seattle and New York";
const WEATHER_ROWS = 2_922;

describe("search", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`a misspelt topic leads to a CSV file (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await page.goto("/");
        const box = page.locator("main").getByRole("searchbox").first();
        await box.fill("wether");
        await box.press("Enter");
        await arrive(page, /\/data\?(.*&)?q=wether/);
        const results = page.url();

        await follow(page, page.locator("main").getByRole("link", { name: WEATHER }).first(), /\/data\/[\w-]+/);
        assert.equal(await page.locator("h1").innerText(), WEATHER);

        const link = page.locator('main a[href$=".csv"], main a[href*=".csv?"]').first();
        const file = await download(page, link);
        assert.match(file.name, /\.csv$/);
        const lines = file.bytes.toString("utf8").trim().split(/\r?\n/);
        assert.equal(lines[0], "location,date,precipitation,temp_max,temp_min,wind,weather");
        assert.equal(lines.length, WEATHER_ROWS + 1);

        await follow(page, page.getByRole("link", { name: /back to/i }), results);
      });
    });

    it(`facets narrow the results, chips widen them again (${reader.name})`, async () => {
      const all = (await getJson("/api/datasets")).meta.total;
      await read(browser, reader, async (page) => {
        await page.goto("/data");
        await follow(page, page.locator('main a[href*="topic="]').first(), /topic=/);
        const narrowed = (await getJson(`/api/datasets${new URL(page.url()).search}`)).meta.total;
        assert.ok(narrowed > 0 && narrowed < all, `${narrowed} of ${all}`);
        assert.match(await page.locator("main").innerText(), new RegExp(`\\b${narrowed}\\b`));

        const chip = page.locator("main").getByRole("link", { name: /remove/i }).first();
        await follow(page, chip, (url) => !url.search.includes("topic="));
        assert.match(await page.locator("main").innerText(), new RegExp(`\\b${all}\\b`));
      });
    });

    it(`a search can be sorted, limited to a place and fetched as JSON (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await page.goto("/data?sort=title");
        const titles = await page.locator("main h3 a").allInnerTexts();
        const { data } = await getJson("/api/datasets?sort=title");
        const expected = data.map((dataset) => dataset.title);
        assert.deepEqual(titles.filter((title) => expected.includes(title)), expected);

        const place = await reveal(page.locator('main input[name="place"]'));
        await place.fill("Iowa");
        await place.press("Enter");
        await arrive(page, /place=Iowa/);
        assert.ok(await page.locator("main").getByRole("link", { name: /Electricity made in Iowa/ }).count());
      });
    });

    it(`a search without results helps (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await page.goto("/data?q=airports&format=TIFF");
        const broader = page.locator('main a[href="/data?q=airports"]').last();
        await follow(page, broader, /q=airports$/);
        assert.ok(await page.locator("main").getByRole("link", { name: /Airports of the United States/ }).count());
      });
    });
  }
});
