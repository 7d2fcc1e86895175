// Reads the files that come with the npm packages. Nothing here touches the network.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

const modules = join(dirname(fileURLToPath(import.meta.url)), "..", "node_modules");

/** The text of a file of `vega-datasets`. */
export const vegaText = (name) => readFileSync(vegaPath(name), "utf8");

/** A parsed JSON file of `vega-datasets`. */
export const vegaJson = (name) => JSON.parse(vegaText(name));

/** The first `count` rows of a Parquet file of `vega-datasets`. */
export async function vegaParquet(name, count) {
  const file = await asyncBufferFromFile(vegaPath(name));
  return parquetReadObjects({ file, rowEnd: count, compressors });
}

/** The Census Bureau's outlines as `us-atlas` packs them: `counties-10m.json` or `states-10m.json`. */
export const usAtlas = (name) => readJson(join(modules, "us-atlas", name));

/** Natural Earth's outlines as `world-atlas` packs them. */
export const worldAtlas = (name) => readJson(join(modules, "world-atlas", name));

/** The 2017 North American Industry Classification: code to title and description. */
export const naics = () => readJson(join(modules, "naics", "data", "2017_NAICS_Descriptions.json"));

/** Name and version of each package that data comes from, for the record of where things are from. */
export function packageVersions() {
  const names = ["vega-datasets", "us-atlas", "world-atlas", "naics"];
  return Object.fromEntries(names.map((name) => [name, readJson(join(modules, name, "package.json")).version]));
}

const vegaPath = (name) => join(modules, "vega-datasets", "data", name);
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
