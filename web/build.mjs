// Builds `dist/`: one style sheet, the scripts, an icon sprite; named by content, compressed, listed in manifest.json.
//
// The same sources give the same bytes. `crates/townhall-web` embeds the folder.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync, inflateSync } from "node:zlib";

import { build } from "esbuild";
import { compileAsync } from "sass";

import { ICONS } from "./src/icons/list.mjs";
import { themed } from "./src/styles/themed.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const files = {};
const outputs = new Map();

const font = readFileSync(join(here, "node_modules/@fontsource-variable/public-sans/files/public-sans-latin-wght-normal.woff2"));
keep("public-sans.woff2", font);
await styles();
await scripts();
sprite();
fonts();
keep("favicon.svg", readFileSync(join(here, "src/icons/favicon.svg"), "utf8"));

// Everything is made before the old files go, so that a mistake in the sources leaves the last good build.
const manifest = { files: Object.fromEntries(Object.entries(files).sort()), icons: Object.keys(ICONS).sort() };
outputs.set("manifest.json", JSON.stringify(manifest, null, 2));
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
for (const [name, bytes] of outputs) writeFileSync(join(dist, name), bytes);
for (const [name, hashed] of Object.entries(files)) {
  const size = (suffix) => outputs.get(hashed + suffix)?.length ?? "-";
  console.log(`${name}: ${size("")} bytes, ${size(".gz")} gzip, ${size(".br")} br`);
}

async function styles() {
  const uswds = await compile("uswds.scss");
  const ours = await compile("main.scss");
  const css = themed(uswds) + ours.replace("public-sans.woff2", `/assets/${files["public-sans.woff2"]}`);
  const { outputFiles } = await build({
    stdin: { contents: css, loader: "css" },
    external: ["/assets/*"],
    bundle: true,
    minify: true,
    write: false,
    target: ["chrome109", "firefox115", "safari16"],
  });
  const text = outputFiles[0].text;
  if (/url\("?(?!"?\/assets\/)/.test(text)) throw new Error(`the style sheet asks for another file: ${text.match(/url\([^)]*\)/g)}`);
  keep("main.css", text);
}

async function compile(name) {
  const { css } = await compileAsync(join(here, "src/styles", name), {
    loadPaths: [join(here, "node_modules/@uswds/uswds/packages")],
    charset: false,
    quietDeps: true,
    logger: { warn: (message, { deprecation }) => deprecation || console.error(message), debug: () => {} },
  });
  return css;
}

async function scripts() {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(here, "src/scripts/main.ts"), join(here, "src/scripts/theme.ts")],
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    write: false,
    metafile: true,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    target: ["chrome109", "firefox115", "safari16"],
    legalComments: "none",
  });
  for (const { path, text } of outputFiles) {
    const hashed = path.slice(dist.length + 1);
    const made = Object.entries(metafile.outputs).find(([name]) => name.endsWith(hashed))?.[1];
    const entry = made?.entryPoint?.split("/").pop()?.replace(/\.ts$/, ".js");
    const isEntry = made?.entryPoint?.includes("src/scripts/");
    write(isEntry && entry ? entry : hashed, hashed, text);
  }
}

function sprite() {
  const folder = join(here, "node_modules/@uswds/uswds/dist/img/usa-icons");
  const symbols = Object.entries(ICONS).map(([name, file]) => {
    const svg = readFileSync(join(folder, `${file}.svg`), "utf8");
    const inner = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)?.[1] ?? "";
    const drawn = inner.replace(/<path[^>]*d="M0 0h24v24H0(V0)?z"[^>]*\/>/gi, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawn.trim()}</symbol>`;
  });
  keep("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

/** The fonts of pictures of charts: the server draws with them, so they are embedded but never listed as files to serve. */
function fonts() {
  const folder = join(here, "node_modules/@uswds/uswds/packages/uswds-core/src/assets/fonts/public-sans");
  for (const weight of ["Regular", "Bold"]) {
    outputs.set(`public-sans-${weight.toLowerCase()}.ttf`, unpacked(readFileSync(join(folder, `PublicSans-${weight}.woff`))));
  }
}

/** A font without the packing of WOFF 1.0 (https://www.w3.org/TR/WOFF/): its tables inflated behind a directory of their own. */
function unpacked(woff) {
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, i) => {
    const at = 44 + i * 20;
    const [offset, packed, plain] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field));
    const bytes = woff.subarray(offset, offset + packed);
    return { tag: woff.subarray(at, at + 4), checksum: woff.readUInt32BE(at + 16), bytes: packed < plain ? inflateSync(bytes) : bytes };
  });
  const power = 2 ** Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + count * 16);
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  [count, power * 16, Math.log2(power), (count - power) * 16].forEach((value, i) => head.writeUInt16BE(value, 4 + i * 2));
  const parts = [head];
  let offset = head.length;
  tables.forEach(({ tag, checksum, bytes }, i) => {
    tag.copy(head, 12 + i * 16);
    [checksum, offset, bytes.length].forEach((value, field) => head.writeUInt32BE(value, 16 + i * 16 + field * 4));
    parts.push(bytes, Buffer.alloc(-bytes.length & 3));
    offset += bytes.length + (-bytes.length & 3);
  });
  return Buffer.concat(parts);
}

/** Takes a file under a name made from its content. */
function keep(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  write(name, name.replace(/(\.[a-z0-9]+)$/, `-${hash}$1`), content);
}

/** Takes a file and its compressed forms; a font is compressed already. */
function write(name, hashed, content) {
  files[name] = hashed;
  const bytes = Buffer.from(content);
  outputs.set(hashed, bytes);
  if (hashed.endsWith(".woff2")) return;
  outputs.set(`${hashed}.gz`, gzipSync(bytes, { level: 9 }));
  outputs.set(`${hashed}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
