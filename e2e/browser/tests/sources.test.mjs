// Harvest sources: staff add one, look at what it brought, change it, and take it away; everybody reads how it stands.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { BASE, DESKTOP, PHONE, READERS, launch, read, readEach } from "../lib/browser.mjs";
import { findNothing } from "../lib/axe.mjs";
import { follow } from "../lib/page.mjs";
import { getJson } from "../lib/portal_api.mjs";

const STAFF = process.env.TOWNHALL_STAFF_BASE;

describe("harvest sources", { skip: !STAFF && "no portal of its staff" }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`a source is added, harvested, changed and taken away (${reader.name})`, async () => {
      const address = `${BASE}/data.json?reader=${reader.name.length}`;
      const work = async (page) => {
        await page.goto("/sources");
        await page.getByLabel("Address of a catalog or site").fill("no address at all://");
        await page.getByRole("button", { name: "Add and harvest" }).click();
        assert.match(await page.getByRole("alert").innerText(), /was not added/);
        await page.getByLabel("Address of a catalog or site").fill(address);
        await page.getByLabel("What people call it").fill("The other portal");
        await page.getByLabel("Kind").selectOption("catalog");
        await follow(page, page.getByRole("button", { name: "Add and harvest" }), /done=added/);
        const name = new URL(page.url()).pathname.split("/").pop();
        const ended = await harvested(name);
        assert.equal(ended.last.state, "done", JSON.stringify(ended));
        assert.ok(ended.last.added + ended.last.unchanged + ended.last.duplicates > 5, JSON.stringify(ended));

        await page.goto(`/sources/${name}`);
        await follow(page, page.getByRole("link", { name: "Harvest 1", exact: true }), /runs\/1/);
        assert.match(await page.locator("h1").innerText(), /Harvest 1 of The other portal/);
        await page.goto(`/sources/${name}`);

        await page.getByLabel("Settings (JSON)").fill("{");
        await page.getByRole("button", { name: "Save" }).click();
        assert.match(await page.getByRole("alert").innerText(), /can't be read/);
        assert.equal(await page.getByLabel("Settings (JSON)").inputValue(), "{", "what was typed is still there");
        await page.goto(`/sources/${name}`);
        const settings = JSON.parse(await page.getByLabel("Settings (JSON)").inputValue());
        await page.getByLabel("Settings (JSON)").fill(JSON.stringify({ ...settings, every: "weekly monday 06:00" }));
        await follow(page, page.getByRole("button", { name: "Save" }), /done=saved/);
        assert.match(await page.locator("main").innerText(), /weekly monday 06:00/);
        await follow(page, page.getByRole("button", { name: "Let the schedule rest" }), /done=saved/);
        assert.match(await page.locator("main").innerText(), /the schedule rests/);

        await follow(page, page.getByRole("button", { name: "Do not harvest it any more" }), /\/sources$/);
        assert.equal(await page.getByRole("link", { name: "The other portal" }).count(), 0);
      };
      await read(browser, reader, work, { base: STAFF });
    });
  }

  it("the pages have no accessibility faults", async () => {
    const pages = [["sources", "/sources"]];
    for (const reader of [DESKTOP, PHONE]) await readEach(browser, reader, pages, findNothing, { base: STAFF });
  });
});

/** The source, once its first harvest has ended. */
async function harvested(name) {
  for (let tries = 0; ; tries += 1) {
    const source = await getJson(`/api/harvest/sources/${name}`, STAFF);
    if (source.last && source.last.state !== "running") return source;
    assert.ok(tries < 200, "the harvest never ends");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
