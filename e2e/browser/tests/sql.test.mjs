// Questions in SQL: asked, shared, mended, explained, drawn, taken away as a file; in an editor where there are scripts.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { BASE, DESKTOP, READERS, launch, read } from "../lib/browser.mjs";

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
        await write(page, reader, `select count(*) as n from ${table} where nope = 1`);
        await page.getByRole("button", { name: "Run" }).click();
        await page.waitForURL(/sql=/);
        const said = await page.locator("main [role=alert]").innerText();
        assert.match(said, /Line 1, column \d+: .*nope/);
        assert.match(await page.getByRole("region", { name: "Line 1 of the query" }).innerText(), /\^/);
        assert.match(await page.locator("textarea[name=sql]").inputValue(), /nope/, "what was typed is still there");

        await write(page, reader, `select count(*) as n from ${table}`);
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

    it(`explain and draw (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await page.goto("/sql");
        await page.getByRole("link", { name: /^How often each/ }).click();
        await page.locator("#answer").waitFor();
        await page.getByLabel("Draw").selectOption("bar");
        await page.getByRole("button", { name: "Draw a chart" }).click();
        await page.waitForURL(/chart\.mark=bar/);
        assert.ok((await page.locator(".th-chart-figure svg").count()) > 0, "a drawing");
        assert.ok((await page.locator(".th-chart-numbers tbody tr").count()) > 1, "and its numbers");
        await page.getByRole("link", { name: "How it is answered" }).click();
        await page.locator("#plan").waitFor();
        assert.match(await page.getByRole("region", { name: "Steps" }).innerText(), /TableScan/);
      });
    });
  }

  it("the editor completes the names of tables and columns, and leaves the field its text", async () => {
    await read(browser, DESKTOP, async (page) => {
      await page.goto("/sql");
      const table = (await page.locator("aside details summary code").first().innerText()).trim();
      await page.locator("#sql").focus();
      const editor = page.locator(".cm-content");
      await editor.waitFor();
      await editor.pressSequentially(`select * from ${table.slice(0, 4)}`);
      const offered = page.locator(".cm-tooltip-autocomplete li");
      await offered.first().waitFor();
      assert.ok((await offered.allInnerTexts()).some((text) => text.includes(table)), "the table is offered");
      await page.keyboard.press("Escape");
      await editor.fill(`select 1 as one`);
      assert.equal(await page.locator("textarea[name=sql]").inputValue(), "select 1 as one");
      assert.equal(await editor.getAttribute("aria-label"), "Query");
      // Tab leads on, as in any field.
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Run");
      await editor.focus();
      await page.keyboard.press("Control+Enter");
      await page.waitForURL(/sql=select/);
      assert.equal((await page.locator("main table tbody td").first().innerText()).trim(), "1");
    });
  });

  it("a browser remembers its own queries until they are forgotten", async () => {
    await read(browser, DESKTOP, async (page) => {
      await page.goto("/sql?sql=select+41+as+first");
      await page.goto("/sql?sql=select+42+as+second");
      const before = page.locator("[data-recent] a");
      assert.deepEqual(await before.allInnerTexts(), ["select 41 as first"]);
      await page.getByRole("button", { name: "Forget them" }).click();
      await page.goto("/sql");
      assert.equal(await page.locator("[data-recent]").isVisible(), false);
    });
  });
});

/** Writes a query as this reader would: into the editor that the field becomes, or into the field. */
async function write(page, reader, text) {
  const field = page.locator("textarea[name=sql]");
  if (!reader.javaScript) return field.fill(text);
  await field.focus();
  const editor = page.locator(".cm-content");
  await editor.waitFor();
  await editor.fill(text);
}
