// Forms in PDF files: shown as a form of the web, filled in, and holding what was filled in; one for every row of a table.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { findNothing } from "../lib/axe.mjs";
import { DESKTOP, PHONE, READERS, launch, read, readEach } from "../lib/browser.mjs";
import { download } from "../lib/page.mjs";
import { application } from "../lib/pdf_samples.mjs";
import { unzip } from "../lib/zip.mjs";

const NAME = "Zoë Łącka (née Brown)";
const REASONS = "The balcony is small.\nTomatoes need sun.";
const ROWS = "name,postcode,rules,size,garden\nAda Brook,AB1 2,true,large,Station\nBen Hill,CD3 4,false,small,Mill lane\n";

describe("forms in PDF files", () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  for (const reader of READERS) {
    it(`a form is shown, filled in, and holds what was filled in (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await show(page, application());
        assert.equal(await page.locator("#result").innerText(), "6 fields to fill in");
        const form = controls(page);
        assert.equal(await form.name.evaluate((input) => input.required), true);
        assert.equal(await form.postcode.getAttribute("maxlength"), "6");
        assert.equal(await form.postcode.evaluate((input) => input.required), false);
        assert.equal(await form.reasons.evaluate((input) => input.localName), "textarea");
        assert.equal(await form.rules.isChecked(), false);
        assert.deepEqual(await page.getByRole("group", { name: "Size of the plot" }).getByRole("radio").evaluateAll((all) => all.map((one) => one.value)), ["small", "large"]);
        assert.deepEqual(await form.garden.locator("option").allTextContents(), ["", "North bank", "Mill lane", "Station"]);

        // A browser asks for what has to be filled in before it sends anything.
        const address = page.url();
        await page.getByRole("button", { name: "Fill it in and download" }).click();
        assert.equal(await form.name.evaluate((input) => input.matches(":focus:invalid")), true);
        assert.equal(page.url(), address);

        await form.name.fill(NAME);
        await form.postcode.pressSequentially("AB1 2CD");
        await form.reasons.fill(REASONS);
        await form.rules.check();
        await form.large.check();
        await form.garden.selectOption("Mill lane");
        const filled = await fillIn(page);
        assert.match(filled.name, /\.pdf$/);

        await show(page, filled.bytes);
        await holds(page, { name: NAME, postcode: "AB1 2C", reasons: REASONS, rules: true, large: true, garden: "Mill lane" });

        // What was ticked and written can be taken back.
        await controls(page).rules.uncheck();
        await controls(page).reasons.fill("");
        await controls(page).small.check();
        await show(page, (await fillIn(page)).bytes);
        await holds(page, { name: NAME, postcode: "AB1 2C", reasons: "", rules: false, large: false, garden: "Mill lane" });
        assert.equal(await controls(page).small.isChecked(), true);

        // Answers that are part of the page are no fields any more.
        await page.getByLabel("Make the answers part of the page", { exact: false }).first().check();
        await show(page, (await fillIn(page)).bytes);
        assert.equal(await page.locator("#result").innerText(), "No field to fill in");
      });
    });

    it(`every row of a table fills a form (${reader.name})`, async () => {
      await read(browser, reader, async (page) => {
        await show(page, application());
        const table = await download(page, page.getByRole("link", { name: "A table to begin with" }));
        for (const name of ["name", "postcode", "reasons", "rules", "size", "garden"]) assert.match(String(table.bytes).split("\n")[0], new RegExp(`\\b${name}\\b`));

        await page.getByLabel("The table (CSV, Excel, …)").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(ROWS) });
        const zip = await download(page, page.getByRole("button", { name: "Fill them in and download" }));
        assert.match(zip.name, /\.zip$/);
        const files = [...unzip(zip.bytes)].filter(([name]) => name.endsWith(".pdf"));
        assert.equal(files.length, 2);
        await show(page, files[0][1]);
        await holds(page, { name: "Ada Brook", postcode: "AB1 2", reasons: "", rules: true, large: true, garden: "Station" });
        await show(page, files[1][1]);
        await holds(page, { name: "Ben Hill", postcode: "CD3 4", reasons: "", rules: false, large: false, garden: "Mill lane" });
      });
    });
  }

  it("axe finds nothing, and nothing scrolls sideways, light and dark", async () => {
    const pages = [["before", "/tools/pdf-form"]];
    await read(browser, DESKTOP, async (page) => {
      pages.push(["form", await show(page, application())]);
    });
    const check = async (page, name) => {
      if (name === "form") await page.getByText("All 6 fields of the file").click();
      await findNothing(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${over} px too wide`);
    };
    for (const reader of [DESKTOP, PHONE]) {
      for (const colorScheme of ["light", "dark"]) await readEach(browser, reader, pages, check, { colorScheme });
    }
  });
});

/** Sends a form; answers where it is shown. */
async function show(page, bytes) {
  await page.goto("/tools/pdf-form");
  await page.locator("#file-1").setInputFiles({ name: "application.pdf", mimeType: "application/pdf", buffer: bytes });
  await page.getByRole("button", { name: "Show the form" }).click();
  await page.waitForURL(/\/tools\/reports\//);
  return new URL(page.url()).pathname;
}

/** The controls by what their labels say. */
const controls = (page) => ({
  name: page.getByLabel("Name of the applicant"),
  postcode: page.getByLabel("Postcode"),
  reasons: page.getByLabel("Reasons for the application"),
  rules: page.getByLabel("I have read the rules"),
  small: page.getByRole("radio", { name: "small" }),
  large: page.getByRole("radio", { name: "large" }),
  garden: page.getByLabel("Garden"),
});

const fillIn = (page) => download(page, page.getByRole("button", { name: "Fill it in and download" }));

async function holds(page, wanted) {
  const form = controls(page);
  assert.deepEqual(
    {
      name: await form.name.inputValue(),
      postcode: await form.postcode.inputValue(),
      reasons: await form.reasons.inputValue(),
      rules: await form.rules.isChecked(),
      large: await form.large.isChecked(),
      garden: await form.garden.inputValue(),
    },
    wanted,
  );
}
