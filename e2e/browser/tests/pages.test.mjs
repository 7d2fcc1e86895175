// The page builder: staff make a page about a table, readers use it, staff change their minds.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { DESKTOP, PHONE, READERS, launch, read, readEach } from "../lib/browser.mjs";
import { findNothing } from "../lib/axe.mjs";
import { arrive, follow } from "../lib/page.mjs";
import { getJson } from "../lib/portal_api.mjs";

const STAFF = process.env.TOWNHALL_STAFF_BASE;

describe("pages about tables", { skip: !STAFF && "no portal of its staff" }, () => {
  let browser;
  let slug;
  before(async () => {
    browser = await launch();
    const { data } = await getJson("/api/datasets?q=gauges", STAFF);
    [{ slug }] = data;
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`a page is made, read, changed, brought back and taken away (${reader.name})`, async () => {
      const work = async (page) => {
        await page.goto(`/data/${slug}/charts`);
        await follow(page, page.getByRole("link", { name: "Make a page about this table" }), /\/build/);
        await page.getByLabel("Title", { exact: true }).fill("Levels of our rivers");
        await page.getByLabel("Description (Markdown)").fill("Read **every morning** at eight.");
        await page.locator('select[name="filter.river"]').selectOption("list");
        await page.getByLabel("Add", { exact: true }).selectOption("text");
        await press(page, "Add it");
        const texts = page.locator('textarea[name$=".markdown"]');
        await texts.last().fill("Gauges are in *metres*.");
        await press(page, "Save", true);
        const first = await heading(page, 1);
        await press(page, "Move down pane 1");
        assert.notEqual(await heading(page, 1), first, "the first pane is another now");

        await follow(page, page.getByRole("link", { name: "See the page" }), /\/view/);
        assert.ok(await page.getByRole("heading", { name: "Levels of our rivers" }).count());
        assert.match(await page.locator("main").innerText(), /Gauges are in metres\./);
        assert.ok((await page.locator(".th-pane svg.th-chart").count()) > 0, "its charts are drawn");
        await page.getByLabel("river", { exact: true }).selectOption("Una");
        await follow(page, page.getByRole("button", { name: "Choose" }), /river=Una/);
        const rows = await page.locator("table.th-table").last().locator("tbody tr").allInnerTexts();
        assert.ok(rows.length > 0 && rows.every((row) => row.includes("Una")), rows.join("\n"));
        await page.getByRole("link", { name: /Page of row/ }).first().press("Enter");
        await arrive(page, /\/view\/\d+/);
        assert.match(await page.locator(".th-row-facts").innerText(), /Una/);
        await page.goBack();
        await follow(page, page.getByRole("link", { name: "Show all" }), (url) => !url.search.includes("river="));

        await follow(page, page.getByRole("link", { name: "Change this page" }), /\/build/);
        await page.getByRole("button", { name: /^Restore revision/ }).last().click();
        await page.waitForURL(/done/);
        assert.match(await page.locator("main").innerText(), /Kept\./);
        await press(page, "Take the page away");
        assert.equal((await page.goto(`/data/${slug}/view`)).status(), 404);
      };
      await read(browser, reader, work, { base: STAFF });
    });
  }

  it("axe finds nothing, and nothing scrolls sideways, on the builder and on the page", async () => {
    await read(
      browser,
      DESKTOP,
      async (page) => {
        await page.goto(`/data/${slug}/build`);
        await press(page, "Save", true);
      },
      { base: STAFF },
    );
    const pages = [
      ["builder", `/data/${slug}/build`],
      ["page", `/data/${slug}/view`],
      ["row", `/data/${slug}/view/3`],
    ];
    const check = async (page) => {
      await findNothing(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${over} px too wide`);
    };
    for (const reader of [DESKTOP, PHONE]) {
      for (const colorScheme of ["light", "dark"]) await readEach(browser, reader, pages, check, { base: STAFF, colorScheme });
    }
  });
});

/** What a pane is, without its number. */
const heading = async (page, number) =>
  (await page.locator("fieldset.th-build-pane legend").nth(number - 1).innerText()).replace(/^\d+\.\s*/, "");

/** Presses a button of the builder, which answers with the builder. */
async function press(page, name, exact = false) {
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
  await page.getByRole("button", { name, exact }).last().click();
  assert.ok([200, 303].includes((await answered).status()));
  await page.waitForLoadState();
}
