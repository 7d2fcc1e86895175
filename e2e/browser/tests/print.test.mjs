// On paper there is the content, and none of the things one clicks.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { DESKTOP, launch, readEach } from "../lib/browser.mjs";
import { mainPages } from "../lib/portal_api.mjs";

describe("print", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  it("every page keeps its heading and drops its navigation", async () => {
    await readEach(browser, DESKTOP, await mainPages(), async (page) => {
      await page.emulateMedia({ media: "print" });
      assert.ok(await page.locator("h1").isVisible(), "no heading");
      assert.equal(await page.locator("header nav:visible").count(), 0, "navigation on paper");
      assert.ok((await page.pdf({ format: "Letter" })).length > 1000);
    });
  });
});
