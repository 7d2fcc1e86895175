// Debian's Chromium, and pages that remember everything a good portal never does.

import assert from "node:assert/strict";

import { chromium } from "playwright-core";

/** The portal under test. */
export const BASE = process.env.TOWNHALL_BASE;

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PATIENCE_MS = 15_000;

/** The combinations in which people read: a phone and a desktop, with scripts and without. */
export const READERS = [
  { name: "phone", width: 390, javaScript: true },
  { name: "phone without JavaScript", width: 390, javaScript: false },
  { name: "desktop", width: 1280, javaScript: true },
  { name: "desktop without JavaScript", width: 1280, javaScript: false },
];

export const DESKTOP = READERS[2];
export const PHONE = READERS[0];

export const launch = () => chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });

/**
 * Runs `work(page)` in a fresh context and then holds the page to the rules: nothing asked of another host,
 * no violation of the content security policy, no error on the console, no failed request of its own.
 */
export async function read(browser, reader, work, options = {}) {
  const { context, faults } = await open(browser, reader, options);
  try {
    await work(await context.newPage());
    assert.deepEqual(faults, [], "the browser had something to complain about");
  } finally {
    await context.close();
  }
}

/**
 * Does `work(page, name)` on each of `pages` (pairs of name and path) in one context, by the same rules, and
 * fails once, with all that was wrong, so that one run shows everything there is to mend.
 */
export async function readEach(browser, reader, pages, work, options = {}) {
  const { context, faults } = await open(browser, reader, options);
  const wrong = [];
  try {
    const page = await context.newPage();
    for (const [name, path] of pages) {
      try {
        await page.goto(path);
        await work(page, name);
      } catch (error) {
        faults.push(error.message);
      }
      wrong.push(...faults.splice(0).map((fault) => `${name} (${path}): ${fault}`));
    }
  } finally {
    await context.close();
  }
  assert.ok(wrong.length === 0, `\n${wrong.join("\n\n")}`);
}

async function open(browser, reader, { base = BASE, colorScheme = "light" }) {
  const context = await browser.newContext({
    viewport: { width: reader.width, height: 900 },
    javaScriptEnabled: reader.javaScript,
    colorScheme,
    baseURL: base,
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const faults = [];
  watch(context, new URL(base).origin, faults);
  return { context, faults };
}

function watch(context, origin, faults) {
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && /^(https?|wss?):/.test(url)) faults.push(`asked another host: ${url}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400 && !response.request().isNavigationRequest()) {
      faults.push(`${response.status()} for ${response.url()}`);
    }
  });
  context.on("page", (page) => {
    page.on("console", (message) => {
      // A failed request is told by its response, above; this also speaks of pages that are meant not to be found.
      const isRequest = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isRequest) faults.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
    page.on("dialog", (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
  });
}
