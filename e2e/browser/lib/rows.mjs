// What a table page shows, read back from its HTML, to be compared with what the interface answers.

import { getJson } from "./portal_api.mjs";

const EMPTY = "–";

/** The text of each cell of the data table, row by row, without the row's number. */
export const cells = async (page) => {
  const rows = await page
    .locator("main table.th-table")
    .first()
    .locator("tbody tr")
    .evaluateAll((all) => all.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.innerText.trim())));
  return rows.map((row) => row.map((text) => (text === EMPTY ? "" : text)));
};

/** The address at the interface of the very rows that a table page shows. */
export async function rowsUrl(page) {
  const url = new URL(await page.getByRole("region", { name: "Address of this view" }).innerText());
  return url.pathname + url.search;
}

/** The rows that the interface answers for a table page, as text, in the order of its columns. */
export async function answered(path, limit) {
  const { data } = await getJson(`${path}${path.includes("?") ? "&" : "?"}_limit=${limit}`);
  return data.map((row) => Object.values(row).map((value) => (value === null ? "" : String(value))));
}

/** One spelling for each number, so that `10.0` and `10` are the same. */
export const plain = (rows) => rows.map((row) => row.map((text) => (/^-?\d+\.\d+$/.test(text) ? String(Number(text)) : text)));
