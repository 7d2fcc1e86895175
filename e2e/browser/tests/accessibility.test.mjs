// Every main page, light and dark, phone and desktop: axe finds nothing, headings make an outline, titles differ.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import AxeBuilder from "@axe-core/playwright";

import { DESKTOP, PHONE, launch, read } from "../lib/browser.mjs";
import { mainPages } from "../lib/portal_api.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

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
        const findings = [];
        for (const [name, path] of pages) {
          await read(browser, reader, async (page) => {
            await page.goto(path);
            const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
            for (const { id, nodes } of violations) findings.push(`${name}: ${id}: ${nodes[0].target} ${nodes[0].failureSummary}`);
          }, { colorScheme });
        }
        assert.deepEqual(findings, []);
      });
    }
  }

  it("each page has one main heading and no gap between levels", async () => {
    for (const [name, path] of pages) {
      await read(browser, DESKTOP, async (page) => {
        await page.goto(path);
        const levels = await page.$$eval("h1, h2, h3, h4, h5, h6", (all) => all.map((h) => Number(h.tagName[1])));
        assert.equal(levels.filter((level) => level === 1).length, 1, `${name}: ${levels}`);
        levels.forEach((level, i) => assert.ok(i === 0 || level <= levels[i - 1] + 1, `${name}: ${levels}`));
      });
    }
  });

  it("no two pages have the same title, and each says whose portal it is", async () => {
    const seen = new Map();
    for (const [name, path] of pages) {
      await read(browser, DESKTOP, async (page) => {
        await page.goto(path);
        const title = await page.title();
        assert.match(title, /Riverton Open Data/, name);
        assert.equal(seen.get(title), undefined, `${name} and ${seen.get(title)}: ${title}`);
        seen.set(title, name);
        assert.equal(await page.locator("html").getAttribute("lang"), "en");
      });
    }
  });

  for (const width of [320, 390, 1280, 1920]) {
    it(`no page scrolls sideways at ${width} px`, async () => {
      for (const [name, path] of pages) {
        await read(browser, { width, javaScript: true }, async (page) => {
          await page.goto(path);
          const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert.ok(excess <= 0, `${name} is ${excess} px too wide`);
        });
      }
    });
  }
});
