// A table: every state is a link, the page and the interface agree, every download holds the view.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { READERS, launch, read } from "../lib/browser.mjs";
import { arrive, follow, reveal } from "../lib/page.mjs";
import { dataset, getText } from "../lib/portal_api.mjs";
import { answered, cells, plain, rowsUrl } from "../lib/rows.mjs";

const FORMATS = {
  csv: (bytes) => bytes.toString("utf8").trim().split(/\r?\n/).length - 1,
  tsv: (bytes) => bytes.toString("utf8").trim().split(/\r?\n/).length - 1,
  json: (bytes) => JSON.parse(bytes).length,
  jsonl: (bytes) => bytes.toString("utf8").trim().split("\n").length,
  parquet: (bytes) => (bytes.subarray(0, 4).toString() === "PAR1" ? null : assert.fail("not Parquet")),
  arrows: (bytes) => (bytes.readInt32LE(0) === -1 && bytes.readInt32LE(bytes.length - 4) === 0 ? null : assert.fail("no whole stream of Arrow")),
  xml: (bytes) => bytes.toString("utf8").match(/<row>/g).length,
  html: (bytes) => bytes.toString("utf8").match(/<tr>/g).length - 1,
  md: (bytes) => bytes.toString("utf8").match(/^\|/gm).length - 2,
  sql: (bytes) => (/create table/i.test(bytes.toString("utf8")) ? null : assert.fail("no table is made")),
  ods: (bytes) => (bytes.subarray(0, 2).toString() === "PK" ? null : assert.fail("not a spreadsheet")),
  xlsx: (bytes) => (bytes.subarray(0, 2).toString() === "PK" ? null : assert.fail("not a spreadsheet")),
};

describe("table", () => {
  let browser;
  let slug;
  before(async () => {
    browser = await launch();
    ({ slug } = await dataset("daily-weather-seattle-new-york"));
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`filter, sort, page, choose columns, share (${reader.name})`, async () => {
      let shared;
      let seen;
      await read(browser, reader, async (page) => {
        await page.goto(`/data/${slug}/table`);
        await filter(page, "precipitation", "precipitation__gte", "20");
        assert.match(await page.locator("main").innerText(), /\b110\b/);

        await follow(page, page.locator("main table thead a", { hasText: "precipitation" }).first(), /_sort=/);
        await agrees(page);

        await choose(page, ["location", "date", "precipitation"]);
        await agrees(page);
        const first = await cells(page);

        await follow(page, page.getByRole("link", { name: /next/i }).first(), /_cursor=/);
        seen = await cells(page);
        assert.notDeepEqual(seen, first);
        shared = page.url();
      });
      await read(browser, reader, async (page) => {
        await page.goto(shared);
        assert.deepEqual(await cells(page), seen, "a shared link shows the same rows");
      });
    });

    it(`every download holds the view (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await page.goto(`/data/${slug}/table?location=Seattle&_sort=-precipitation&_select=date,precipitation`);
        const urls = await page.locator('main a[href*="/rows."]').evaluateAll((all) => all.map((a) => a.href));
        const formats = new Set();
        for (const url of urls) {
          const format = new URL(url).pathname.split(".").pop();
          const answer = await fetch(url);
          assert.equal(answer.status, 200, url);
          const rows = FORMATS[format]?.(Buffer.from(await answer.arrayBuffer()));
          if (rows !== null) assert.equal(rows, 1461, url);
          formats.add(format);
        }
        for (const format of ["csv", "json", "jsonl", "parquet", "xlsx"]) assert.ok(formats.has(format), format);
      });
    });

    it(`a cell that does not fit is told (${reader.name})`, async () => {
      const faulty = await dataset("weather-log-with-faults");
      await read(browser, reader, async (page) => {
        await page.goto(`/data/${faulty.slug}/table`);
        const codes = (await cells(page)).map((row) => row.find((cell) => /^00024$/.test(cell)));
        assert.equal(codes[0], "00024", "codes keep their zeros");

        await follow(page, page.locator('main a[href*="/rejects"]').first(), /rejects/);
        assert.ok((await cells(page)).some((row) => row.includes("warm")), "the value is on the page of what did not fit");
        const lines = await page.locator('main a[href$="/rejects.jsonl"]').getAttribute("href");
        const rejects = (await getText(lines)).trim().split("\n").map((line) => JSON.parse(line));
        assert.ok(rejects.some((reject) => reject.value === "warm"), JSON.stringify(rejects));
      });
    });
  }

  it("the code on the dataset's API tab answers the table's rows", async () => {
    await read(browser, READERS[2], async (page) => {
      await page.goto(`/data/${slug}/api`);
      const code = await page.locator("main pre").allInnerTexts();
      const curl = code.find((text) => text.startsWith("curl "));
      const url = curl.match(/'([^']+)'/)[1];
      const { data } = await (await fetch(url)).json();
      assert.deepEqual(Object.keys(data[0]).slice(0, 2), ["location", "date"]);
      const asked = new URL(url).searchParams.get("location");
      assert.ok(asked, "the example asks a question");
      assert.deepEqual([...new Set(data.map((row) => row.location))], [asked]);
    });
  });
});

async function filter(page, column, comparison, value) {
  const op = await reveal(page.locator(`main select[name="_op.${column}"]`).first());
  await op.selectOption(comparison);
  const input = page.locator(`main [name="_value.${column}"]`).first();
  await input.fill(value);
  await input.press("Enter");
  await arrive(page, (url) => url.search.includes(column));
}

async function choose(page, columns) {
  await page.locator("main summary", { hasText: "Columns" }).click();
  for (const box of await page.getByRole("group", { name: "Columns to show" }).getByRole("checkbox").all()) {
    await box.setChecked(columns.includes(await box.getAttribute("value")));
  }
  await page.getByRole("button", { name: "Show these columns" }).click();
  await arrive(page, (url) => url.search.includes(columns.at(-1)));
  const headings = await page.locator("main table.th-table").first().locator("thead th a.th-sort").allInnerTexts();
  assert.deepEqual(headings.map((text) => text.trim()), columns);
}

/** What the page shows is what the interface answers for the address that the page gives. */
async function agrees(page) {
  const shown = await cells(page);
  assert.deepEqual(plain(shown), plain(await answered(await rowsUrl(page), shown.length)));
}
