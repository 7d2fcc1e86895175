// The files that the journeys about PDF send.

import { Sheet, fields, pdf } from "./pdf.mjs";

export const GRANTS_HEADER = ["Council", "Purpose", "Amount"];
export const GRANTS = [
  ["Aldbrook", "Roof of the library", "12,500"],
  ["Barnwick", "Footpath to the mill", "8,240"],
  ["Carrow", "New trees", "3,000"],
  ["Dunmore", "", "4,410"],
  ["Eastholm", "Lights of the square", "19,980"],
  ["Fenbury", "Bus shelter", "6,700"],
  ["Garside", "Playground", "15,250"],
  ["Hallam", "Archive boxes", "1,120"],
  ["Inverley", "Benches", "2,380"],
];

export const VISITORS_HEADER = ["Month", "Museum", "Library"];
export const VISITORS = [
  ["January", "1,204", "5,310"],
  ["February", "1,398", "5,022"],
  ["March", "1,877", "6,145"],
  ["April", "2,210", "5,990"],
  ["May", "2,654", "6,401"],
];

/** Two pages: a ruled table that goes on, its header said again, and an unruled one, so far lower than usual. */
export function report(lower = 0) {
  const first = new Sheet().text(50, 60, "Money for the towns", 16);
  first.text(50, 90, "The council gave these grants in the year 2024, to be spent within two years.");
  first.text(50, 590, "Table 1: Grants to the towns", 11);
  first.ruled(50, 600, [150, 200, 80], [GRANTS_HEADER, ...GRANTS.slice(0, 5)]);
  const second = new Sheet();
  const end = second.ruled(50, 60, [150, 200, 80], [GRANTS_HEADER, ...GRANTS.slice(5)]);
  return pdf([first, visitors(second, end + 80 + lower)]);
}

/** One page with the unruled table only, so far from the top. */
export const visitorsOnly = (top) => pdf([visitors(new Sheet().text(50, 60, "Visits to the houses of the town", 16), top)]);

function visitors(sheet, top) {
  sheet.text(50, top, "Table 2: Visitors of our houses", 11);
  const end = sheet.unruled([50, 220, 380], top + 26, [VISITORS_HEADER, ...VISITORS]);
  return sheet.text(50, end + 30, "Counted at the doors, by machines, and children count as well.");
}

/** A page that is nothing but a picture. */
export const scan = () => pdf([new Sheet().scanned()]);

/** A form with each kind of field. */
export function application() {
  const sheet = new Sheet().text(50, 60, "Application for a garden plot", 16);
  const labels = [
    ["Name", 110], ["Postcode", 150], ["Reasons", 190], ["I have read the rules", 310], ["Size", 350], ["Garden", 390],
  ];
  for (const [words, y] of labels) sheet.text(50, y, words);
  sheet.text(200, 350, "small").text(280, 350, "large");
  return pdf(
    [sheet],
    [
      fields.line(0, "name", "Name of the applicant", [180, 97, 250, 20], { required: true }),
      fields.line(0, "postcode", "Postcode", [180, 137, 80, 20], { max: 6 }),
      fields.lines(0, "reasons", "Reasons for the application", [180, 177, 350, 90]),
      fields.check(0, "rules", "I have read the rules", [180, 299, 14, 14]),
      fields.radio(0, "size", "Size of the plot", [["small", [180, 339, 14, 14]], ["large", [260, 339, 14, 14]]]),
      fields.choice(0, "garden", "Garden", [180, 377, 150, 20], ["North bank", "Mill lane", "Station"]),
    ],
  );
}

/** Rows as a file of comma-separated values has them. */
export const asCsv = (rows) => rows.map((row) => row.map((words) => (words.includes(",") ? `"${words}"` : words)).join(",")).join("\n");
