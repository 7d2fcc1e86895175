// The tools: a broken catalog is judged, mended and found good, by whoever has a browser.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import AxeBuilder from "@axe-core/playwright";

import { READERS, launch, read } from "../lib/browser.mjs";
import { download } from "../lib/page.mjs";

const BROKEN = {
  conformsTo: "https://project-open-data.cio.gov/v1.1/schema",
  dataset: [
    {
      "@type": "dcat:Dataset",
      identifier: "https://example.gov/id/1",
      title: "Trees of the city",
      description: "Every tree that stands on city land.",
      keyword: ["trees"],
      modified: "1/31/2014",
      publisher: { "@type": "org:Organization", name: "Parks" },
      contactPoint: { "@type": "vcard:Contact", fn: "Tree Desk", hasEmail: "trees@example.gov" },
      accessLevel: "public",
      license: "https://creativecommons.org/publicdomain/zero/1.0/",
    },
  ],
};

describe("tools", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`a broken catalog is judged, mended and found good (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        const profile = "dcat-us-1.1-harvester-non-federal";
        await judge(page, JSON.stringify(BROKEN), profile);
        assert.match(await page.locator("#result").innerText(), /^Not valid: 1 of 1 dataset/);
        assert.match(await page.locator("main").innerText(), /1\/31\/2014/);
        if (reader.javaScript) {
          const { violations } = await new AxeBuilder({ page }).analyze();
          assert.deepEqual(violations.map((violation) => violation.id), []);
        }

        await page.getByRole("button", { name: "Mend what can be mended" }).click();
        await page.waitForURL(/\/tools\/reports\//);
        await page.getByRole("button", { name: "Check the mended file" }).waitFor();
        assert.match(await page.locator("main").innerText(), /2014-01-31/);
        const mended = await download(page, page.getByRole("link", { name: "Download the mended file" }));
        assert.equal(JSON.parse(mended.bytes).dataset[0].modified, "2014-01-31");

        await page.getByRole("button", { name: "Check the mended file" }).click();
        await page.getByRole("heading", { name: /^Valid: 1 dataset/ }).waitFor();
      });
    });
  }

  it("a finding leads to its line of the text", async () => {
    await read(browser, READERS[0], async (page) => {
      await judge(page, JSON.stringify(BROKEN, null, 1), "dcat-us-1.1-harvester-non-federal");
      const link = page.locator("[data-line]").first();
      const line = Number(await link.getAttribute("data-line"));
      await link.click();
      const chosen = await page.locator("#text-1").evaluate((text) => text.value.slice(text.selectionStart, text.selectionEnd));
      assert.equal(chosen, JSON.stringify(BROKEN, null, 1).split("\n")[line - 1]);
    });
  });

  it("a harvest is foretold from two editions, and both texts stay in the form", async () => {
    await read(browser, READERS[2], async (page) => {
      await page.goto("/tools/would-harvest");
      const now = JSON.stringify(BROKEN);
      const old = { ...BROKEN.dataset[0], identifier: "https://example.gov/id/old", modified: "2014-01-31" };
      old.contactPoint = { ...old.contactPoint, hasEmail: "mailto:trees@example.gov" };
      const known = JSON.stringify({ ...BROKEN, dataset: [old] });
      await page.locator("#text-1").fill(now);
      await page.locator("#text-2").fill(known);
      await page.locator('[name="keep"]').selectOption("no");
      await page.getByRole("button", { name: "Show what would happen" }).click();
      await page.getByRole("heading", { name: "1 record would be refused and 1 deleted" }).waitFor();
      assert.equal(await page.locator("#text-1").inputValue(), now);
      assert.equal(await page.locator("#text-2").inputValue(), known);
    });
  });

  it("a result that is kept has an address of its own, until it is forgotten", async () => {
    let address;
    await read(browser, READERS[2], async (page) => {
      await page.goto("/tools/validate");
      await page.locator("#text-1").fill(JSON.stringify(BROKEN));
      await page.locator('[name="keep"]').selectOption("week");
      await page.getByRole("button", { name: "Check", exact: true }).click();
      await page.waitForURL(/\/tools\/reports\//);
      address = page.url();
    });
    await read(browser, READERS[1], async (page) => {
      await page.goto(address);
      assert.match(await page.locator("#result").innerText(), /^Not valid/);
      await page.getByRole("button", { name: "Forget them now" }).click();
      await page.waitForURL(/\/tools\/validate$/);
      const gone = await page.goto(address);
      assert.equal(gone.status(), 404);
    });
  });
});

async function judge(page, text, profile) {
  await page.goto("/tools/validate");
  await page.locator("#text-1").fill(text);
  await page.locator("#profile").selectOption(profile);
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page.locator("#result").waitFor();
}
