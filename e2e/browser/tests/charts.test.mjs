// Charts: made with a plain form and with scripts, explored, shown on another site; axe finds nothing on any of them.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";

import { findNothing } from "../lib/axe.mjs";
import { BASE, DESKTOP, READERS, launch, read, readEach } from "../lib/browser.mjs";
import { arrive } from "../lib/page.mjs";
import { dataset } from "../lib/portal_api.mjs";

const CHARTS = {
  bar: "mark=bar&y=weather&x=count()&sort=largest",
  "stacked bar": "mark=stacked-bar&x=year(date)&y=count()&color=weather",
  line: "mark=line&x=yearmonth(date)&y=mean(temp_max)&color=location",
  area: "mark=area&x=yearmonth(date)&y=sum(precipitation)&color=location",
  pie: "mark=pie&color=weather",
  histogram: "mark=histogram&x=bin(temp_max)",
  scatter: "mark=scatter&x=temp_max&y=temp_min&color=location",
  "heat map": "mark=heat-map&x=month(date)&y=year(date)&color=mean(temp_max)",
  "key figure": "mark=key-figure&text=mean(temp_max)",
};

describe("charts", () => {
  let browser;
  let slug;
  before(async () => {
    browser = await launch();
    ({ slug } = await dataset("daily-weather-seattle-new-york"));
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`a chart is made with a form, and its address is the chart (${reader.name})`, async () => {
      let shared;
      let title;
      await read(browser, reader, async (page) => {
        await page.goto(`/data/${slug}/charts`);
        await page.getByLabel("Kind").selectOption("bar");
        await page.getByLabel("For each").selectOption("weather");
        await page.getByLabel("Taken together").selectOption("");
        await page.getByLabel("Draw", { exact: true }).selectOption("mean");
        await page.getByLabel("Of", { exact: true }).selectOption("temp_max");
        await page.getByLabel("Split by").selectOption("");
        await page.getByRole("button", { name: "Draw" }).click();
        await arrive(page, /x=mean%28temp_max%29&y=weather$/);
        title = await page.locator("#drawn figcaption h2").innerText();
        assert.match(title, /Mean of temp_max by weather/);
        shared = page.url();
      });
      await read(browser, reader, async (page) => {
        await page.goto(shared);
        assert.equal(await page.locator("#drawn figcaption h2").innerText(), title);
        const drawings = page.locator("#drawn svg.th-chart");
        const shown = await drawings.evaluateAll((all) => all.filter((svg) => svg.getBoundingClientRect().width > 0).length);
        assert.equal(shown, 1, "one drawing is for this width");
        await page.locator("#drawn summary", { hasText: "numbers" }).click();
        assert.ok((await page.locator("#drawn tbody tr").count()) >= 5);
      });
    });
  }

  it("with scripts the chart changes while one chooses", async () => {
    await read(browser, DESKTOP, async (page) => {
      await page.goto(`/data/${slug}/charts?mark=bar&y=weather&x=count()`);
      await page.evaluate(() => (window.stayed = true));
      await page.getByLabel("Order").selectOption("largest");
      await arrive(page, /sort=largest/);
      assert.equal(await page.evaluate(() => window.stayed), true, "the page was not loaded again");
    });
  });

  it("axe finds nothing on any kind of chart, embedded or to explore", async () => {
    const pages = Object.entries(CHARTS).flatMap(([name, asked]) => [
      [name, `/data/${slug}/charts?${asked}`],
      [`${name} embedded`, `/data/${slug}/charts/embed?${asked}`],
    ]);
    pages.push(["explored", `/data/${slug}/charts/explore?${CHARTS.line}`]);
    for (const colorScheme of ["light", "dark"]) await readEach(browser, DESKTOP, pages, findNothing, { colorScheme });
  });

  it("every chart is also a file", async () => {
    await read(browser, DESKTOP, async (page) => {
      await page.goto(`/data/${slug}/charts?${CHARTS.line}`);
      const urls = await page.locator("#drawn .th-downloads a").evaluateAll((all) => all.map((a) => a.href));
      assert.equal(urls.length, 4);
      for (const url of urls) assert.equal((await fetch(url)).status, 200, url);
    });
  });

  it("a chart is explored with Vega, and drawn again when it was changed", async () => {
    for (const asked of Object.values(CHARTS)) {
      await read(browser, DESKTOP, async (page) => {
        await page.goto(`/data/${slug}/charts?${asked}`);
        await page.locator("#drawn").getByRole("link", { name: "Explore" }).click();
        const news = page.locator("[data-explore-news]");
        await news.filter({ hasText: /Drawn with Vega|can’t/ }).waitFor();
        assert.match(await news.innerText(), /Drawn with Vega from 2,922 rows/, asked);
        assert.equal(await page.locator("[data-explore] canvas").count(), 1);
      });
    }
    await read(browser, DESKTOP, async (page) => {
      await page.goto(`/data/${slug}/charts/explore?${CHARTS.bar}`);
      const news = page.locator("[data-explore-news]");
      await news.filter({ hasText: "Drawn with Vega" }).waitFor();
      const spec = JSON.parse(await page.locator("#spec").inputValue());
      await page.locator("#spec").fill(JSON.stringify({ ...spec, data: { url: "https://elsewhere.example/x.csv" } }));
      await page.getByRole("button", { name: "Draw it again" }).click();
      await news.filter({ hasText: "elsewhere.example is not loaded here" }).waitFor();
    });
  });

  it("a chart to explore can be read without scripts", async () => {
    await read(browser, READERS[3], async (page) => {
      await page.goto(`/data/${slug}/charts/explore?${CHARTS.bar}`);
      assert.ok(await page.locator("svg.th-chart-wide").isVisible());
      assert.match(await page.locator("#spec").inputValue(), /vega-lite/);
    });
  });

  it("another site may show the chart in a frame, and nothing else", async () => {
    const frame = (path) => `<iframe src="${BASE}${path.replaceAll("&", "&amp;")}" title="x" width="700" height="500"></iframe>`;
    const body = frame(`/data/${slug}/charts/embed?${CHARTS.pie}`) + frame(`/data/${slug}/charts`);
    const elsewhere = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(body));
    await new Promise((done) => elsewhere.listen(0, "127.0.0.1", done));
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
      await page.frameLocator("iframe >> nth=0").locator("figure svg.th-chart-wide").waitFor();
      assert.equal(await page.frameLocator("iframe >> nth=1").locator("figure").count(), 0);
    } finally {
      await context.close();
      elsewhere.close();
    }
  });
});
