// Air and weather: long and short time series.

import { vegaText } from "../lib/source.mjs";
import { csv, parseCsv } from "../lib/text.mjs";
import { LICENCES, PLACES, PUBLISHERS } from "../lib/words.mjs";

export const WEATHER = [
  {
    id: "carbon-dioxide-mauna-loa",
    title: "Carbon dioxide in the air at Mauna Loa, monthly since 1958",
    about: `
The longest continuous record of carbon dioxide in the air, known as the **Keeling curve**. Each row is one month's
average at the Mauna Loa Observatory in Hawaii, 3,397 metres above the sea and far from towns and forests.

The curve rises and falls once a year, as the plants of the northern hemisphere grow and wither. The second series has
that yearly wave taken out.`,
    columns: [
      ["month", "first day of the month"],
      ["co2_ppm", "carbon dioxide, in parts per million of dry air (SIO 2012 scale)"],
      ["co2_ppm_without_season", "the same with the yearly wave removed"],
    ],
    provenance: "Months without a valid reading are left out.",
    from: ["vega-datasets", "co2-concentration.csv"],
    keyword: ["carbon dioxide", "climate", "greenhouse gas", "atmosphere", "Keeling curve"],
    theme: ["Climate and weather"],
    publisher: PUBLISHERS.scripps,
    license: LICENCES.ccBy,
    modified: "2020-05-01",
    frequency: "R/P1M",
    temporal: ["1958-03-01", "2020-04-30"],
    spatial: PLACES.maunaLoa,
    landingPage: "https://scrippsco2.ucsd.edu/data/atmospheric_co2/primary_mlo_co2_record",
    files: [{ name: "carbon-dioxide-mauna-loa.csv", title: "Monthly averages", make: carbonDioxide }],
  },
  {
    id: "global-temperature",
    title: "Global temperature, difference from normal by year",
    about: `
How much warmer or colder each year was than the average of 1951 to 1980, over land and sea together, for the whole
Earth. One row a year since 1880: a small table that many people look for.`,
    columns: [
      ["year", "calendar year"],
      ["difference_c", "difference from the 1951-1980 average, in degrees Celsius"],
    ],
    from: ["vega-datasets", "global-temp.csv"],
    keyword: ["temperature", "climate change", "global warming", "GISTEMP"],
    theme: ["Climate and weather"],
    publisher: PUBLISHERS.nasa,
    license: LICENCES.usGovernment,
    modified: "2024-01-31",
    frequency: "R/P1Y",
    temporal: ["1880-01-01", "2023-12-31"],
    spatial: PLACES.world,
    landingPage: "https://data.giss.nasa.gov/gistemp/",
    files: [{ name: "global-temperature.csv", title: "Yearly differences", make: globalTemperature }],
  },
  {
    id: "daily-weather-seattle-new-york",
    title: "Daily weather in Seattle and New York",
    about: `
Rain and snow, highest and lowest temperature, and wind, for every day of four years at two places. Good for a first
comparison: **filter one city, sort by rain, and share the link.**

The word in \`weather\` sums up the day (drizzle, rain, sun, snow, fog). It was derived from several columns of the
original for teaching and is not an official observation.`,
    columns: [
      ["location", "Seattle or New York"],
      ["date", "day of the observation"],
      ["precipitation", "rain and melted snow, in millimetres"],
      ["temp_max", "highest temperature, in degrees Celsius"],
      ["temp_min", "lowest temperature, in degrees Celsius"],
      ["wind", "average wind speed, in metres per second"],
      ["weather", "the day in one word"],
    ],
    from: ["vega-datasets", "weather.csv"],
    keyword: ["weather", "precipitation", "temperature", "wind", "Seattle", "New York"],
    theme: ["Climate and weather"],
    publisher: PUBLISHERS.noaa,
    license: LICENCES.usGovernment,
    modified: "2015-12-31",
    frequency: "R/P1D",
    temporal: ["2012-01-01", "2015-12-31"],
    spatial: PLACES.seattleAndNewYork,
    landingPage: "https://www.ncdc.noaa.gov/cdo-web/",
    files: [{ name: "daily-weather.csv", title: "Daily observations", make: () => vegaText("weather.csv") }],
  },
  {
    id: "hourly-normals-seattle",
    title: "Hourly climate normals for Seattle",
    about: `
What the weather at Seattle-Tacoma airport usually is at each hour of the year: air pressure, temperature and wind,
averaged over the thirty years from 1981 to 2010. The year in the time stamps is a placeholder.`,
    columns: [
      ["date", "hour of an ordinary year (the year shown is always 2010)"],
      ["pressure", "air pressure, in hectopascals"],
      ["temperature", "temperature, in degrees Celsius"],
      ["wind", "wind speed, in metres per second"],
    ],
    from: ["vega-datasets", "seattle-weather-hourly-normals.csv"],
    keyword: ["climate normals", "weather", "hourly", "Seattle"],
    theme: ["Climate and weather"],
    publisher: PUBLISHERS.noaa,
    license: LICENCES.usGovernment,
    modified: "2011-07-01",
    frequency: "R/P10Y",
    temporal: ["1981-01-01", "2010-12-31"],
    spatial: PLACES.seattle,
    landingPage: "https://www.ncei.noaa.gov/products/land-based-station/us-climate-normals",
    files: [
      {
        name: "hourly-normals-seattle.csv",
        title: "Normals for 8,759 hours",
        make: () => vegaText("seattle-weather-hourly-normals.csv"),
      },
    ],
  },
];

function carbonDioxide() {
  const rows = parseCsv(vegaText("co2-concentration.csv"));
  return csv(
    ["month", "co2_ppm", "co2_ppm_without_season"],
    rows.map((row) => [row.Date, row.CO2, row["adjusted CO2"]]),
  );
}

function globalTemperature() {
  const rows = parseCsv(vegaText("global-temp.csv"));
  return csv(["year", "difference_c"], rows.map((row) => [row.year, row.temp]));
}
