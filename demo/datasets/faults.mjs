// A table with the faults that real files have, made on purpose, so that the report about them can be seen.

import { vegaText } from "../lib/source.mjs";
import { parseCsv } from "../lib/text.mjs";
import { LICENCES, PLACES, PUBLISHERS } from "../lib/words.mjs";

export const FAULTS = [
  {
    id: "weather-log-with-faults",
    title: "Weather log with faults (for practice)",
    about: `
Seattle's daily weather of 2015, **damaged on purpose** the way real files are. Nothing is thrown away when it is read:
look at the table's list of problems and compare it with this one.

- \`station\` and \`observer\` are codes with leading zeros and must stay text.
- \`precipitation\` says \`T\` (a trace, too little to measure) on some days and \`n/a\` on others.
- \`temp_max\` is \`warm\` on one day and has a decimal comma on another.
- One date is 30 February and one is written \`7/4/2015\`.
- One row is too short, one is too long, and one line is blank.
- The file is encoded in Windows-1252, not UTF-8.

Do not use it for anything else: *Daily weather in Seattle and New York* has the undamaged values.`,
    columns: [
      ["station", "station code: text, because of its leading zeros"],
      ["observer", "made-up code of the observer: text, because of its leading zeros"],
      ["date", "day of the observation"],
      ["precipitation", "rain and melted snow, in millimetres"],
      ["temp_max (°C)", "highest temperature, in degrees Celsius"],
      ["temp_min (°C)", "lowest temperature, in degrees Celsius"],
      ["remark", "free text, mostly empty"],
    ],
    provenance: "Station and observer codes, remarks and faults were added; the other values are NOAA's.",
    from: ["vega-datasets", "seattle-weather.csv"],
    keyword: ["weather", "data quality", "practice", "errors"],
    theme: ["Climate and weather", "Codes and lists"],
    publisher: PUBLISHERS.demo,
    license: LICENCES.usGovernment,
    modified: "2015-12-31",
    frequency: "irregular",
    temporal: ["2015-01-01", "2015-12-31"],
    spatial: PLACES.seattle,
    files: [
      {
        name: "weather-log-with-faults.csv",
        title: "Daily log with faults",
        description: "Windows-1252 text with bad cells, short and long rows, and codes with leading zeros.",
        make: weatherLog,
      },
    ],
  },
];

/** A change of one cell. */
const set = (index, text) => (row) => [...row.slice(0, index), text, ...row.slice(index + 1)];

/** Line number of the day in the undamaged table to what is done to its cells. */
const DAMAGE = new Map([
  [12, set(3, "T")],
  [25, set(3, "n/a")],
  [40, set(3, "T")],
  [59, set(2, "2015-02-30")],
  [77, (row) => row.slice(0, 4)],
  [120, (row) => [...row, "one cell too many"]],
  [150, set(4, "warm")],
  [166, set(6, "“22°” read from the café window")],
  [185, set(2, "7/4/2015")],
  [200, set(4, '"31,7"')],
  [240, set(3, "n/a")],
  [275, () => []],
  [300, (row) => set(6, '"two lines,\nin one cell"')(set(3, "-")(row))],
]);

function weatherLog() {
  const days = parseCsv(vegaText("seattle-weather.csv")).filter((row) => row.date.startsWith("2015"));
  const lines = days.map((day, i) => {
    const row = ["00024", String((i % 7) + 1).padStart(4, "0"), day.date, day.precipitation, day.temp_max, day.temp_min, ""];
    return (DAMAGE.get(i + 1)?.(row) ?? row).join(",");
  });
  const text = `station,observer,date,precipitation,temp_max (°C),temp_min (°C),remark\r\n${lines.join("\r\n")}\r\n`;
  return windows1252(text);
}

/** The few characters beyond Latin-1 that the log uses, as Windows-1252 writes them. */
function windows1252(text) {
  const special = { "“": 0x93, "”": 0x94 };
  return Uint8Array.from([...text].map((c) => special[c] ?? c.codePointAt(0)));
}
