// What a table page shows, read back from its HTML, to be compared with what the interface answers.

import { getJson } from "./portal_api.mjs";

/** The text of each cell of the data table, row by row, in the order of the page. */
export const cells = (page) =>
  page
    .locator("main table")
    .first()
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));

/** The address at the interface of the very rows that a table page shows. */
export async function rowsUrl(page) {
  const code = await page.locator("main").getByText(/\/api\/tables\/[\w-]+\/rows/).first().innerText();
  const [path] = code.match(/\/api\/tables\/[\w-]+\/rows[^\s'"]*/);
  return path;
}

/** The rows that the interface answers for a table page, as text, in the order of its columns. */
export async function answered(path, limit) {
  const separator = path.includes("?") ? "&" : "?";
  const { data } = await getJson(`${path}${separator}_limit=${limit}`);
  return data.map((row) => Object.values(row).map((value) => (value === null ? "" : String(value))));
}
