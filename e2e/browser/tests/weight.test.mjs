// What a first visit costs.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { PHONE, launch, read } from "../lib/browser.mjs";
import { mainPages } from "../lib/portal_api.mjs";

const FIRST_VIEW_MAX_BYTES = 75_000;
const REQUESTS_MAX = 12;

describe("weight", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  it(`the first view of every page is at most ${FIRST_VIEW_MAX_BYTES / 1000} kB, compressed`, async (t) => {
    const tooMuch = [];
    for (const [name, path] of await mainPages()) {
      await read(browser, PHONE, async (page) => {
        const { bytes, requests } = await firstView(page, path);
        t.diagnostic(`${name}: ${(bytes / 1000).toFixed(1)} kB in ${requests} requests`);
        if (bytes > FIRST_VIEW_MAX_BYTES) tooMuch.push(`${name}: ${bytes} bytes`);
        if (requests > REQUESTS_MAX) tooMuch.push(`${name}: ${requests} requests`);
      });
    }
    assert.deepEqual(tooMuch, []);
  });
});

/** What came over the wire, headers included, until nothing more is asked for. */
async function firstView(page, path) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  let requests = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  await page.goto(path, { waitUntil: "networkidle" });
  return { bytes, requests };
}
