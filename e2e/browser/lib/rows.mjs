// What a table page shows, read back from its HTML, to be compared with what the interface answers.

/** The headings of the data table, as the reader sees them. */
export const headings = (page) => page.locator("main table thead").first().locator("th").allInnerTexts();

/** The cells of the data table, row by row. */
export const cells = (page) =>
  page
    .locator("main table tbody")
    .first()
    .locator("tr")
    .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
