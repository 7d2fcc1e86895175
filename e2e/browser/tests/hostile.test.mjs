// A catalogue written by someone who means harm (`fixtures/hostile`) is shown, and does nothing.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import AxeBuilder from "@axe-core/playwright";

import { DESKTOP, PHONE, launch, read } from "../lib/browser.mjs";
import { getJson } from "../lib/portal_api.mjs";

const base = process.env.TOWNHALL_HOSTILE_BASE;
const TABS = ["", "/table", "/dictionary", "/versions", "/api", "/cite"];

describe("hostile metadata", { skip: base ? false : "needs --binary or --hostile" }, () => {
  let browser;
  let datasets;
  before(async () => {
    browser = await launch();
    datasets = (await getJson("/api/datasets", base)).data;
  });
  after(() => browser.close());

  it("is all there", () => assert.equal(datasets.length, 3));

  for (const reader of [DESKTOP, PHONE]) {
    it(`runs nothing, fetches nothing and hides nothing (${reader.name})`, async () => {
      const paths = ["/", "/data", "/data?q=%3Cscript%3Ewindow.harmed%3D1%3C%2Fscript%3E"];
      for (const { slug } of datasets) paths.push(...TABS.map((tab) => `/data/${slug}${tab}`));
      for (const path of paths) {
        await read(browser, reader, async (page) => {
          const answer = await page.goto(path);
          assert.ok(answer.status() < 500, `${path} answers ${answer.status()}`);
          if (answer.status() !== 200) return;
          assert.equal(await page.evaluate(() => window.harmed), undefined, path);
          assert.ok(await page.locator("h1").isVisible(), path);
          assert.equal(await page.locator("main script:not([type='application/ld+json']), iframe, object, embed").count(), 0, path);
          assert.deepEqual(await page.evaluate(dangerous), [], path);
          const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert.ok(excess <= 0, `${path} is ${excess} px too wide`);
          const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
          assert.deepEqual(violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`), [], path);
        }, { base });
      }
    });
  }

  it("stays data in every machine-readable answer", async () => {
    const types = { "/data.json": /json/, "/catalog.jsonld": /json/, "/catalog.ttl": /turtle/, "/sitemap.xml": /xml/ };
    for (const [path, type] of Object.entries(types)) {
      const answer = await fetch(new URL(path, base));
      assert.equal(answer.status, 200, path);
      assert.match(answer.headers.get("content-type"), type, path);
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff", path);
    }
  });
});

/** Runs in the page: attributes that run something and addresses that are no addresses. */
function dangerous() {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) found.push(`${element.tagName} ${name}`);
      if (/^(href|src|action|formaction|data)$/i.test(name) && /^\s*(javascript|vbscript|data:text)/i.test(value)) {
        found.push(`${element.tagName} ${name}=${value}`);
      }
    }
  }
  return found;
}
