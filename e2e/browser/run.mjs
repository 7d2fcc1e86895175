// Starts the real binary (or takes a portal that runs already) and runs every test in `tests/` against it.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { startDemo, startHostile, startStaff } from "./lib/portal.mjs";

const USAGE = `node run.mjs --binary PATH [--demo FOLDER] [FILTER...]
node run.mjs --base http://127.0.0.1:PORT [--hostile http://127.0.0.1:PORT] [--staff http://127.0.0.1:PORT] [FILTER...]

  --binary   the townhall program: its demonstration is built, served, tested and removed
  --demo     the folder with the demonstration's files (default: what the program finds itself)
  --base     a portal that serves the demonstration already
  --hostile  a portal that serves fixtures/hostile already
  --staff    a portal that serves fixtures/staff already, to its staff
  FILTER     run only test files whose name contains one of these words`;

const here = dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    binary: { type: "string" },
    demo: { type: "string" },
    base: { type: "string" },
    hostile: { type: "string" },
    staff: { type: "string" },
    help: { type: "boolean" },
  },
});
if (values.help || (!values.binary && !values.base)) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const portals = [];
try {
  const base = values.base ?? (await keep(startDemo(values.binary, values.demo))).base;
  const hostile = values.hostile ?? (values.binary ? (await keep(startHostile(values.binary))).base : "");
  const staff = values.staff ?? (values.binary ? (await keep(startStaff(values.binary))).base : "");
  console.error(`testing ${base}`);
  process.exitCode = await runTests({ TOWNHALL_BASE: base, TOWNHALL_HOSTILE_BASE: hostile, TOWNHALL_STAFF_BASE: staff });
} finally {
  await Promise.all(portals.map((portal) => portal.stop()));
}

async function keep(starting) {
  const portal = await starting;
  portals.push(portal);
  return portal;
}

function runTests(environment) {
  const tests = readdirSync(join(here, "tests"))
    .filter((name) => name.endsWith(".test.mjs"))
    .filter((name) => positionals.length === 0 || positionals.some((word) => name.includes(word)))
    .map((name) => join(here, "tests", name));
  const child = spawn(process.execPath, ["--test", "--test-reporter=spec", ...tests], {
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}
