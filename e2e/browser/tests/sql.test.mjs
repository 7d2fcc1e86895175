// Questions in SQL: asked, shared, mended, taken away as a file.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { BASE, READERS, launch, read } from "../lib/browser.mjs";

describe("sql", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`ask, mend, share, download (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await page.goto("/sql");
        const table = (await page.locator("aside details summary code").first().innerText()).trim();
        await page.getByLabel("Query").fill(`select count(*) as n from ${table} where nope = 1`);
        await page.getByRole("button", { name: "Run" }).click();
        await page.waitForURL(/sql=/);
        assert.match(await page.locator("main [role=alert]").innerText(), /No field named nope/);
        assert.match(await page.getByLabel("Query").inputValue(), /nope/, "what was typed is still there");

        await page.getByLabel("Query").fill(`select count(*) as n from ${table}`);
        await page.getByRole("button", { name: "Run" }).click();
        await page.waitForURL((url) => !url.href.includes("nope"));
        const count = (await page.locator("main table tbody td").first().innerText()).trim();
        assert.match(count, /^\d+$/);
        const csv = await page.getByRole("link", { name: "CSV", exact: true }).getAttribute("href");
        assert.equal(await (await fetch(new URL(csv, BASE))).text(), `n\n${count}\n`);

        await page.goto(page.url());
        assert.equal((await page.locator("main table tbody td").first().innerText()).trim(), count, "a link is shared");
      });
    });
  }
});
