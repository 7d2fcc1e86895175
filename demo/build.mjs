// Builds `dist/`: data files, `catalog.json` (DCAT-US 1.1) and `catalog-3.0.json` (DCAT-US 3.0).
//
// The same packages give the same bytes: no clock, no network, no random numbers. `README.md` says what
// is in it and where each file comes from.

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { catalog11, catalog30 } from "./lib/catalog.mjs";
import { packageVersions } from "./lib/source.mjs";
import { DATASETS } from "./datasets/index.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

const built = [];
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
for (const dataset of DATASETS) {
  const files = [];
  for (const file of dataset.files ?? []) {
    const bytes = Buffer.from(await file.make());
    writeFileSync(join(dist, file.name), bytes);
    files.push({ ...file, byteSize: bytes.length });
  }
  built.push({ ...dataset, files });
}
const versions = packageVersions();
write("catalog.json", catalog11(built.filter((dataset) => dataset.edition !== "3.0"), versions));
write("catalog-3.0.json", catalog30(built.filter((dataset) => dataset.edition === "3.0"), versions));
copyFileSync(join(here, "site.toml"), join(dist, "site.toml"));

const count = built.reduce((sum, dataset) => sum + dataset.files.length, 0);
const bytes = built.flatMap((dataset) => dataset.files).reduce((sum, file) => sum + file.byteSize, 0);
console.log(`${built.length} datasets, ${count} files, ${(bytes / 1e6).toFixed(1)} MB in ${dist}`);

function write(name, value) {
  writeFileSync(join(dist, name), `${JSON.stringify(value, null, 2)}\n`);
}
