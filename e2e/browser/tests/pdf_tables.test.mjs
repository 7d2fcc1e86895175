// Tables out of a PDF: found, compared with the page, taken as a file, marked by hand, and found again in another edition.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { findNothing } from "../lib/axe.mjs";
import { DESKTOP, PHONE, READERS, launch, read, readEach } from "../lib/browser.mjs";
import { download } from "../lib/page.mjs";
import { GRANTS, GRANTS_HEADER, VISITORS, VISITORS_HEADER, asCsv, report, scan, visitorsOnly } from "../lib/pdf_samples.mjs";
import { unzip } from "../lib/zip.mjs";

const CELLS = ".th-pdf-cells";
const FINDING = { x1: 46, y1: 254, x2: 430, y2: 354 };
const SIDES = { x1: "Left", y1: "Top", x2: "Right", y2: "Bottom" };
const TABS_MAX = 150;
/** How far a hand that draws may be off, in points: the picture has fewer dots than the page. */
const OFF_MAX = 2;

describe("tables out of a PDF", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`tables are found, chosen and taken (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await find(page, report());
        assert.equal(await page.locator("#result").innerText(), "2 tables on 2 pages");
        assert.deepEqual(await rows(page, 0), [GRANTS_HEADER, ...GRANTS]);
        assert.deepEqual(await rows(page, 1), [VISITORS_HEADER, ...VISITORS]);
        assert.match(await page.locator(".th-pdf-table h3").first().innerText(), /Grants to the towns.*page 1 to 2, 9 rows/);
        assert.equal(await page.getByRole("img", { name: "Page 1" }).count(), 1, "the page stands beside its table");

        await page.getByLabel("Take this one").nth(1).uncheck();
        const book = await download(page, page.getByRole("button", { name: "Download", exact: true }));
        assert.match(book.name, /\.xlsx$/);
        const text = [...unzip(book.bytes).values()].map(String).join("\n");
        assert.match(text, /Aldbrook/);
        assert.doesNotMatch(text, /January/);

        await page.getByLabel("Take this one").nth(0).uncheck();
        await page.getByLabel("Take this one").nth(1).check();
        assert.equal(await csv(page), asCsv([VISITORS_HEADER, ...VISITORS]));
        assert.equal(await page.getByText("Mark tables on the pages yourself").isVisible(), reader.javaScript);
      });
    });

    it(`a scanned page is said to be a picture (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await find(page, scan());
        assert.equal(await page.locator("#result").innerText(), "No table on one page");
        const told = await page.locator(".th-result").innerText();
        assert.match(told, /Page 1: the page is a picture without text, as scanned pages are/);
        assert.match(told, /Words in a picture cannot be taken until they are recognized/);
      });
    });
  }

  it("a cell that is clicked, or reached with the arrows, is marked on its page", async () => {
    await read(browser, DESKTOP, async (page) => {
      await find(page, report());
      const table = page.locator(CELLS).first();
      await table.getByText("Barnwick").click();
      await marked(page, "Barnwick", 1);
      await page.keyboard.press("ArrowRight");
      await marked(page, "Footpath to the mill", 1);
      await page.keyboard.press("ArrowDown");
      await marked(page, "New trees", 1);
      await page.keyboard.press("ArrowRight");
      await marked(page, "3,000", 1);
      // The cell below has an empty one beside it, which is no reason to slip into another column.
      await page.keyboard.press("ArrowDown");
      await marked(page, "4,410", 1);
      await page.keyboard.press("ArrowDown");
      await marked(page, "19,980", 1);
      await page.keyboard.press("ArrowDown");
      await marked(page, "6,700", 2);
      await page.getByRole("img", { name: "Page 2" }).first().waitFor();
      await page.keyboard.press("ArrowUp");
      await marked(page, "19,980", 1);
      await page.keyboard.press("ArrowLeft");
      await marked(page, "Lights of the square", 1);

      const other = page.locator(CELLS).nth(1);
      await page.getByRole("region", { name: "Table 2", exact: true }).focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await marked(page, "Month", 2);
      assert.equal(await other.locator('[tabindex="0"]').count(), 1, "a table is one stop of the Tab key");
    });
  });

  it("where tables were found is a template, which finds them where they have moved", async () => {
    for (const reader of [READERS[3], DESKTOP]) {
      await read(browser, reader, async (page) => {
        await find(page, report());
        const { bytes } = await download(page, page.getByRole("link", { name: "Save where they are as a template" }));
        await find(page, report(90), bytes);
        assert.deepEqual(await rows(page, 0), [GRANTS_HEADER, ...GRANTS]);
        assert.deepEqual(await rows(page, 1), [VISITORS_HEADER, ...VISITORS]);
      });
    }
  });

  it("a table is marked with the mouse", async () => {
    await read(browser, DESKTOP, async (page) => {
      await find(page, report());
      await page.getByText("Mark tables on the pages yourself").click();
      await page.getByRole("button", { name: "Remove table 1" }).click();
      await page.getByText("No table is marked on this page.").waitFor();
      await page.getByLabel("Page", { exact: true }).selectOption("2");
      await page.getByRole("button", { name: "Remove table 1" }).click();
      await page.getByRole("button", { name: "Remove table 1" }).click();
      await page.getByText("No table is marked on this page.").waitFor();

      const drawing = await canvas(page);
      await drawing.stroke([100, 300], [300, 360]);
      await isAt(page, { x1: 100, y1: 300, x2: 300, y2: 360 });
      await drawing.stroke([200, 330], [146, 284]);
      await isAt(page, { x1: 46, y1: 254, x2: 246, y2: 314 });
      await drawing.stroke([246, 314], [430, 354]);
      await isAt(page, FINDING);
      await page.getByRole("button", { name: "Undo" }).click();
      await isAt(page, { x1: 46, y1: 254, x2: 246, y2: 314 });
      await drawing.stroke([246, 314], [430, 354]);
      await isAt(page, FINDING);

      await page.getByLabel("the border of columns").check();
      const columns = page.getByLabel("Columns part at");
      await drawing.click(200, 300);
      await drawing.click(350, 300);
      const borders = await columns.inputValue();
      areNear(borders.split(", ").map(Number), [200, 350]);
      await drawing.click(350, 320);
      areNear((await columns.inputValue()).split(", ").map(Number), [200]);
      await page.getByRole("button", { name: "Undo" }).click();
      assert.equal(await columns.inputValue(), borders);
      assert.equal(await page.locator(".th-pdf-border").count(), 2);

      await readMarked(page);
      await isVisitors(page);
      const saved = await download(page, page.getByRole("link", { name: "Save where they are as a template" }));
      assert.match(saved.name, /\.tabula-template\.json$/);
      assert.equal(JSON.parse(saved.bytes).length, 1);
    });
  });

  it("what was marked by hand is a template, which finds it where it has moved", async () => {
    let template;
    await read(browser, DESKTOP, async (page) => {
      await find(page, visitorsOnly(240));
      await page.getByText("Mark tables on the pages yourself").click();
      for (const [side, label] of Object.entries(SIDES)) await page.getByLabel(label, { exact: true }).fill(String(FINDING[side]));
      await page.getByLabel("Columns part at").fill("200, 350");
      await readMarked(page);
      await isVisitors(page);
      ({ bytes: template } = await download(page, page.getByRole("link", { name: "Save where they are as a template" })));
    });
    await read(browser, READERS[3], async (page) => {
      await find(page, visitorsOnly(330), template);
      await isVisitors(page);
    });
  });

  it("a table is marked with the keyboard alone", async () => {
    await read(browser, DESKTOP, async (page) => {
      await find(page, visitorsOnly(240));
      await tabTo(page, page.locator("[data-pdf-more] > summary"));
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Remove table 1" }).waitFor();
      await tabTo(page, page.getByRole("button", { name: "Remove table 1" }));
      await page.keyboard.press("Enter");
      await page.getByText("No table is marked on this page.").waitFor();
      await holds(page, page.getByLabel("Page", { exact: true }));

      await tabTo(page, page.getByRole("button", { name: "Mark a table" }));
      await page.keyboard.press("Enter");
      await tabTo(page, page.getByLabel("Left"));
      for (const [side, label] of Object.entries(SIDES)) {
        await holds(page, page.getByLabel(label, { exact: true }));
        await page.keyboard.press("Control+A");
        await page.keyboard.type(String(FINDING[side]));
        await page.keyboard.press("Tab");
      }
      await isAt(page, FINDING);
      await tabTo(page, page.getByLabel("Columns part at"));
      await page.keyboard.type("200, 350");
      await page.keyboard.press("Tab");
      await holds(page, page.getByLabel("Rows part at"));
      assert.equal(await page.locator(".th-pdf-border").count(), 2);

      await tabTo(page, page.getByRole("button", { name: "Undo" }), "Shift+Tab");
      await page.keyboard.press("Enter");
      assert.equal(await page.locator(".th-pdf-border").count(), 0);
      await isAt(page, FINDING);
      await tabTo(page, page.getByRole("button", { name: "Read the marked tables" }));
      await Promise.all([page.waitForURL(isAnother(page.url())), page.keyboard.press("Enter")]);
      await isVisitors(page);
    });
  });

  it("axe finds nothing, and nothing scrolls sideways, light and dark", async () => {
    let pages;
    await read(browser, DESKTOP, async (page) => {
      const found = await find(page, report());
      const none = await find(page, scan());
      pages = [["before", "/tools/pdf-tables"], ["tables", found], ["scanned", none]];
    });
    const check = async (page, name) => {
      if (name === "tables") {
        await page.getByText("Mark tables on the pages yourself").click();
        await page.locator(CELLS).first().getByText("Garside").click();
        await page.getByRole("button", { name: "Read the marked tables" }).waitFor();
      }
      await findNothing(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${over} px too wide`);
    };
    for (const reader of [DESKTOP, PHONE]) {
      for (const colorScheme of ["light", "dark"]) await readEach(browser, reader, pages, check, { colorScheme });
    }
  });
});

/** Sends a file, and a template with it; answers where the result is. */
async function find(page, bytes, template) {
  await page.goto("/tools/pdf-tables");
  await page.locator("#file-1").setInputFiles({ name: "report.pdf", mimeType: "application/pdf", buffer: bytes });
  if (template) await page.locator("#file-2").setInputFiles({ name: "tables.json", mimeType: "application/json", buffer: template });
  await page.getByRole("button", { name: "Find the tables" }).click();
  await page.waitForURL(/\/tools\/reports\//);
  return new URL(page.url()).pathname;
}

/** What a table of the page says, row by row. */
const rows = (page, at) =>
  page.locator(CELLS).nth(at).locator("tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));

/** The chosen tables as comma-separated values. */
async function csv(page) {
  await page.getByLabel("Take the chosen tables as").selectOption("csv");
  const file = await download(page, page.getByRole("button", { name: "Download", exact: true }));
  return String(file.bytes).replaceAll("\r\n", "\n").trim();
}

async function isVisitors(page) {
  assert.match(await page.locator("#result").innerText(), /^One table on /);
  assert.deepEqual(await rows(page, 0), [VISITORS_HEADER, ...VISITORS]);
  assert.equal(await csv(page), asCsv([VISITORS_HEADER, ...VISITORS]));
}

/** Holds that this cell is the one that is shown, on this page, around its words. */
async function marked(page, words, number) {
  const cell = page.locator(".th-pdf-shown");
  assert.equal(await cell.innerText(), words);
  const figure = cell.locator("xpath=ancestor::section[1]").locator("figure");
  assert.equal(await figure.getAttribute("data-page"), String(number));
  const box = (await cell.getAttribute("data-box")).split(" ").map(Number);
  const [x, y, width, height] = await figure.locator(".th-pdf-cell").evaluate(sides);
  assert.ok(isWithin(box, [x, y, x + width, y + height]), `${words} is not within its mark`);
  // The part of the table on this page is marked, too.
  const [left, top, across, down] = await figure.locator(".th-pdf-found").evaluate(sides);
  assert.ok(isWithin(box, [left, top, left + across, top + down]), `${words} is not within the part of the table on page ${number}`);
  assert.ok(width < 220 && height < 30, `${width} × ${height} is no cell`);
}

/** What a rectangle of a drawing says; for the browser. */
const sides = (mark) => ["x", "y", "width", "height"].map((name) => Number(mark.getAttribute(name)));

const isWithin = (one, other) => one[0] >= other[0] - 1 && one[1] >= other[1] - 1 && one[2] <= other[2] + 1 && one[3] <= other[3] + 1;

/** The page that is drawn on, by its points. */
async function canvas(page) {
  const svg = page.locator(".th-pdf-drawing svg");
  const place = async ([x, y]) => {
    await svg.scrollIntoViewIfNeeded();
    return svg.evaluate((drawing, [x, y]) => {
      const { left, top, width } = drawing.getBoundingClientRect();
      const scale = width / drawing.viewBox.baseVal.width;
      return [left + x * scale, top + y * scale];
    }, [x, y]);
  };
  return {
    stroke: async (from, to) => {
      await page.mouse.move(...(await place(from)));
      await page.mouse.down();
      await page.mouse.move(...(await place(to)), { steps: 5 });
      await page.mouse.up();
    },
    click: async (x, y) => page.mouse.click(...(await place([x, y]))),
  };
}

/** Holds that the one area of the page is here, by its numbers and by its drawing. */
async function isAt(page, { x1, y1, x2, y2 }) {
  const told = [];
  for (const label of Object.values(SIDES)) told.push(Number(await page.getByLabel(label, { exact: true }).inputValue()));
  areNear(told, [x1, y1, x2, y2]);
  areNear(await page.locator(".th-pdf-drawing rect").evaluate(sides), [x1, y1, x2 - x1, y2 - y1]);
}

function areNear(got, wanted) {
  assert.ok(got.length === wanted.length && got.every((one, at) => Math.abs(one - wanted[at]) <= OFF_MAX), `${got} is not near ${wanted}`);
}

async function readMarked(page) {
  const before = page.url();
  await page.getByRole("button", { name: "Read the marked tables" }).click();
  await page.waitForURL(isAnother(before));
}

const isAnother = (before) => (url) => url.pathname.startsWith("/tools/reports/") && url.href !== before;

const holds = async (page, locator) => assert.ok(await isFocused(locator), `the focus is on ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200))}`);

const isFocused = (locator) => locator.evaluate((node) => node === document.activeElement);

/** Goes from stop to stop until one is reached. */
async function tabTo(page, locator, key = "Tab") {
  for (let count = 0; count < TABS_MAX; count++) {
    if (await isFocused(locator)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${locator} is not reached with ${key}`);
}
