// The API console: a question found, filled in, sent, shared; from a table; with a mistake in it.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { BASE, READERS, launch, read } from "../lib/browser.mjs";
import { reveal } from "../lib/page.mjs";
import { dataset } from "../lib/portal_api.mjs";

describe("console", () => {
  let browser;
  let weather;
  before(async () => {
    browser = await launch();
    weather = await dataset("daily-weather-seattle-new-york");
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`find, fill in, send, share (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await page.goto("/developers");
        await page.getByRole("link", { name: "API console" }).first().click();
        await page.getByRole("link", { name: "Search datasets", exact: true }).click();
        await page.getByRole("textbox", { name: "q", exact: false }).first().fill("weather");
        await (await reveal(page.locator("[name=limit]"))).fill("1");
        await page.getByRole("button", { name: "Send" }).click();
        await page.waitForURL((url) => url.searchParams.get("q") === "weather");
        const status = page.locator("#answer");
        await status.waitFor();
        assert.match(await status.innerText(), /^200\s+OK/);
        const url = new URL(page.url());
        assert.equal(url.searchParams.get("limit"), "1");
        assert.equal([...url.searchParams].every(([, value]) => value !== ""), true, "the address is short");
        const body = JSON.parse(await page.getByRole("region", { name: "Body of the answer" }).innerText());
        assert.equal(body.data.length, 1);
        const curl = await page.getByRole("region", { name: "curl code" }).innerText();
        const asked = new URL(curl.match(/'(http[^']+)'/)[1]);
        assert.equal(asked.pathname, "/api/datasets");
        const shared = new URL(await page.getByRole("region", { name: "Link to this call" }).innerText());
        await page.goto(shared.pathname + shared.search);
        assert.match(await page.locator("#answer").innerText(), /^200/);
      });
    });

    it(`from a table, with its filters (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await page.goto(`/data/${weather.slug}/table?location=Seattle&_limit=25`);
        await page.getByRole("link", { name: "Try this in the console" }).click();
        await page.locator("#answer").waitFor();
        const body = JSON.parse(await page.getByRole("region", { name: "Body of the answer" }).innerText().catch(() => "{}"));
        assert.ok(body.data?.every((row) => row.location === "Seattle"), "only rows of the filter");
        // The values of the column are there to choose from.
        assert.equal(await page.locator("select[name=location]").inputValue(), "Seattle");
        await page.locator("select[name=location]").selectOption("New York");
        await page.getByRole("button", { name: "Send" }).click();
        await page.waitForURL(/location=New/);
        await page.waitForFunction(() => !document.querySelector("pre")?.textContent?.includes("Seattle"));
      });
    });

    it(`a mistake is answered by the API itself (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await page.goto("/developers/console/portal/runSql");
        await page.locator("[name=sql]").fill("select nope");
        await page.getByRole("button", { name: "Send" }).click();
        await page.waitForURL(/nope/);
        await page.locator("#answer").waitFor();
        assert.match(await page.locator("#answer").innerText(), /^422/);
        assert.match(await page.getByRole("region", { name: "Body of the answer" }).innerText(), /"hint"|"detail"/);
        assert.equal(await page.locator("[name=sql]").inputValue(), "select nope", "what was typed is still there");
      });
    });
  }

  it("the description that it is made from is there for other tools", async () => {
    const { paths } = await (await fetch(new URL("/api/openapi.json", BASE))).json();
    assert.ok(Object.keys(paths).length > 50);
  });
});
