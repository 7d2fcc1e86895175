// Makes the README's pictures of the demonstration, into docs/images.

import { mkdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { launch } from "./lib/browser.mjs";
import { startDemo } from "./lib/portal.mjs";
import { dataset } from "./lib/portal_api.mjs";

const USAGE = `node screenshots.mjs --binary PATH [--demo FOLDER] [--out FOLDER]
node screenshots.mjs --base http://127.0.0.1:PORT [--out FOLDER]`;

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    binary: { type: "string" },
    demo: { type: "string" },
    base: { type: "string" },
    out: { type: "string", default: join(here, "..", "..", "docs", "images") },
  },
});
if (!values.binary && !values.base) {
  console.error(USAGE);
  process.exit(2);
}

const portal = values.base ? { base: values.base, stop: async () => {} } : await startDemo(values.binary, values.demo);
const browser = await launch();
try {
  mkdirSync(values.out, { recursive: true });
  for (const [name, path, viewport, colorScheme] of await pictures(portal.base)) {
    await take(name, new URL(path, portal.base).href, viewport, colorScheme);
  }
} finally {
  await browser.close();
  await portal.stop();
}

async function pictures(base) {
  const weather = await dataset("daily-weather-seattle-new-york", base);
  const strikes = await dataset("wildlife-strikes", base);
  return [
    ["home", "/", DESKTOP, "light"],
    ["home-phone", "/", PHONE, "light"],
    ["home-dark", "/", DESKTOP, "dark"],
    ["search", "/data?q=weather", DESKTOP, "light"],
    ["dataset", `/data/${weather.slug}`, DESKTOP, "light"],
    ["table", `/data/${strikes.slug}/table?_limit=25`, DESKTOP, "light"],
    ["developers", "/developers", DESKTOP, "light"],
  ];
}

async function take(name, url, viewport, colorScheme) {
  const page = await browser.newPage({ viewport, colorScheme });
  await page.goto(url, { waitUntil: "networkidle" });
  const path = join(values.out, `${name}.png`);
  await page.screenshot({ path });
  await page.close();
  console.error(`${relative(process.cwd(), path)} ${Math.round(statSync(path).size / 1000)} kB`);
}
