// Writes and reads comma- and tab-separated text the plain way: RFC 4180 quoting, line feeds, UTF-8.

/** Rows (arrays) under their headings as CSV. Missing values become empty cells. */
export const csv = (headings, rows) => separated(headings, rows, ",");

/** Rows (arrays) under their headings as TSV. */
export const tsv = (headings, rows) => separated(headings, rows, "\t");

/** Parses CSV into objects keyed by heading. Enough for the tidy files of the packages. */
export function parseCsv(text) {
  const [headings, ...rows] = records(text);
  return rows.map((cells) => Object.fromEntries(headings.map((heading, i) => [heading, cells[i] ?? ""])));
}

/** `7` with width 2 is `07`: a code, not a number. */
export const code = (value, width) => String(value).padStart(width, "0");

/** `1517966773840` as `2018-02-07T01:26:13Z`. */
export const instant = (ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

function separated(headings, rows, separator) {
  const lines = [headings, ...rows].map((row) => row.map((cell) => quoted(cell, separator)).join(separator));
  return `${lines.join("\n")}\n`;
}

function quoted(value, separator) {
  const text = value === null || value === undefined ? "" : String(value);
  const needs = text.includes(separator) || /["\n\r]/.test(text);
  return needs ? `"${text.replaceAll('"', '""')}"` : text;
}

function* cellsOf(text) {
  let cell = "";
  let inQuotes = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (inQuotes) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') (cell += '"'), (i += 1);
      else inQuotes = false;
    } else if (c === '"') inQuotes = true;
    else if (c === "," || c === "\n") {
      yield [cell, c === "\n"];
      cell = "";
    } else if (c !== "\r") cell += c;
  }
  if (cell !== "") yield [cell, true];
}

function records(text) {
  const rows = [];
  let row = [];
  for (const [cell, ends] of cellsOf(text)) {
    row.push(cell);
    if (ends) {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
