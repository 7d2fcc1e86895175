// Every main page, light and dark, phone and desktop: axe finds nothing, headings make an outline, titles differ.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { findNothing } from "../lib/axe.mjs";
import { DESKTOP, PHONE, launch, readEach } from "../lib/browser.mjs";
import { mainPages } from "../lib/portal_api.mjs";

describe("accessibility", () => {
  let browser;
  let pages;
  before(async () => {
    browser = await launch();
    pages = await mainPages();
  });
  after(() => browser.close());

  for (const reader of [DESKTOP, PHONE]) {
    for (const colorScheme of ["light", "dark"]) {
      it(`axe finds nothing on any page (${reader.name}, ${colorScheme})`, async () => {
        await readEach(browser, reader, pages, findNothing, { colorScheme });
      });
    }
  }

  it("each page has one main heading and no gap between levels", async () => {
    await readEach(browser, DESKTOP, pages, async (page) => {
      const levels = await page.$$eval("h1, h2, h3, h4, h5, h6", (all) => all.map((h) => Number(h.tagName[1])));
      assert.equal(levels.filter((level) => level === 1).length, 1, `levels ${levels}`);
      levels.forEach((level, i) => assert.ok(i === 0 || level <= levels[i - 1] + 1, `levels ${levels}`));
    });
  });

  it("no two pages have the same title, and each says whose portal it is and in which language", async () => {
    const seen = new Map();
    await readEach(browser, DESKTOP, pages, async (page, name) => {
      const title = await page.title();
      assert.match(title, /Riverton Open Data/);
      assert.equal(seen.get(title), undefined, `the same title as ${seen.get(title)}: ${title}`);
      seen.set(title, name);
      assert.equal(await page.locator("html").getAttribute("lang"), "en");
    });
  });

  for (const width of [320, 390, 1280, 1920]) {
    it(`no page scrolls sideways at ${width} px`, async () => {
      await readEach(browser, { width, javaScript: true }, pages, async (page) => {
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(excess <= 0, `${excess} px too wide`);
      });
    });
  }
});
