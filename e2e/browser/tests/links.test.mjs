// No dead ends: everything the main pages link to within the portal answers 200.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { BASE, DESKTOP, launch, read } from "../lib/browser.mjs";
import { mainPages } from "../lib/portal_api.mjs";

const AT_ONCE = 8;

describe("links", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  it("every internal link, alternate and asset of the main pages answers 200", async (t) => {
    const found = new Map();
    for (const [name, path] of await mainPages()) {
      await read(browser, DESKTOP, async (page) => {
        await page.goto(path);
        const urls = await page.$$eval("a[href], link[href], script[src], img[src]", (all) =>
          all.map((element) => element.href || element.src),
        );
        for (const url of urls) found.set(url.split("#")[0], name);
      });
    }
    const internal = [...found].filter(([url]) => url.startsWith(`${BASE}/`));
    t.diagnostic(`${internal.length} links`);
    assert.deepEqual(await dead(internal), []);
  });

  it("every link to a part of the same page has its part", async () => {
    for (const [name, path] of await mainPages()) {
      await read(browser, DESKTOP, async (page) => {
        await page.goto(path);
        const missing = await page.$$eval('a[href^="#"]', (all) =>
          all.map((a) => a.getAttribute("href").slice(1)).filter((id) => id !== "" && !document.getElementById(id)),
        );
        assert.deepEqual(missing, [], name);
      });
    }
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
