// The real program as a child process: its data directory is temporary, its port free, its end certain.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const START_MAX_MS = 120_000;
const fixtures = join(dirname(fileURLToPath(import.meta.url)), "..", "fixtures");
const hostile = join(fixtures, "hostile");

/** The demonstration, built and served. */
export async function startDemo(binary, demo) {
  const from = demo ? ["--from", demo] : [];
  return serve(binary, (data) => ["demo", ...from, "--listen", "127.0.0.1:0", "--data", data]);
}

/** A portal whose catalogue was written by someone who means harm. */
export async function startHostile(binary) {
  return serve(
    binary,
    (data) => ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data", data],
    (data) => ["import", "--publish", join(hostile, "data.json"), "--data", data],
  );
}

/** A portal as its staff see it: on their own machine, with a table of their own, and other portals of the machine in reach. */
export async function startStaff(binary) {
  return serve(
    binary,
    (data) => [
      "serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data", data, "--set", "fetch.allow=127.0.0.0/8",
    ],
    (data) => ["import", "--publish", join(fixtures, "staff", "gauges.csv"), "--data", data],
  );
}

async function serve(binary, serveArguments, prepareArguments) {
  const data = await mkdtemp(join(tmpdir(), "townhall-browser-"));
  try {
    if (prepareArguments) await finish(binary, prepareArguments(data));
    const { child, base } = await listen(binary, serveArguments(data));
    return { base, stop: () => stop(child, data) };
  } catch (error) {
    await rm(data, { recursive: true, force: true });
    throw error;
  }
}

/** Runs a command to its end. Findings are allowed (exit code 1): the input is meant to have some. */
function finish(binary, args) {
  const child = spawn(binary, args, { stdio: ["ignore", "ignore", "inherit"], env: environment() });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => (code <= 1 ? resolve() : reject(new Error(`${args[0]} ended with ${code}`))));
  });
}

/** Starts a server and reads its address from the line it prints. */
function listen(binary, args) {
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"], env: environment() });
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why) => {
      clearTimeout(timer);
      child.kill();
      reject(new Error(`${binary} ${args[0]}: ${why}\n${said}`));
    };
    const timer = setTimeout(() => fail("no address within the time limit"), START_MAX_MS);
    child.on("error", (error) => fail(error.message));
    child.on("exit", (code) => fail(`ended with ${code}`));
    child.stderr.on("data", (chunk) => (said += chunk));
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const [base] = said.match(/http:\/\/127\.0\.0\.1:\d+/) ?? [];
      if (!base) return;
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve({ child, base });
    });
  });
}

async function stop(child, data) {
  const ended = new Promise((resolve) => child.on("exit", resolve));
  if (child.exitCode === null && child.kill("SIGTERM")) await ended;
  await rm(data, { recursive: true, force: true });
}

const environment = () => ({ ...process.env, NO_COLOR: "1" });
