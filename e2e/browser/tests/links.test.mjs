// No dead ends: everything the main pages link to within the portal answers 200.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { BASE, DESKTOP, launch, readEach } from "../lib/browser.mjs";
import { mainPages } from "../lib/portal_api.mjs";

const AT_ONCE = 8;

/** What leads somewhere else; a page that was not found may name itself. */
const LINKS = 'a[href]:not([href^="#"]), link[href]:not([rel="canonical"]), script[src], img[src]';

describe("links", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  it("every internal link, alternate and asset of the main pages answers 200", async (t) => {
    const found = new Map();
    await readEach(browser, DESKTOP, await mainPages(), async (page, name) => {
      const urls = await page.$$eval(LINKS, (all) => all.map((element) => element.href || element.src));
      for (const url of urls) found.set(url.split("#")[0], name);
    });
    const internal = [...found].filter(([url]) => url.startsWith(`${BASE}/`));
    t.diagnostic(`${internal.length} links`);
    assert.deepEqual(await dead(internal), []);
  });

  it("every link to a part of the same page has its part", async () => {
    await readEach(browser, DESKTOP, await mainPages(), async (page) => {
      const missing = await page.$$eval('a[href^="#"]', (all) =>
        all.map((a) => a.getAttribute("href").slice(1)).filter((id) => id !== "" && !document.getElementById(id)),
      );
      assert.deepEqual(missing, []);
    });
  });
});

async function dead(links) {
  const waiting = [...links];
  const faults = [];
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [url, page] = next;
      const control = new AbortController();
      const answer = await fetch(url, { signal: control.signal });
      // Only the answer matters; large downloads need not be read to their end.
      control.abort();
      if (answer.status !== 200) faults.push(`${answer.status} ${url} (linked from ${page})`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return faults.sort();
}
