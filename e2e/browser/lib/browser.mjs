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
  const context = await browser.newContext({
    viewport: { width: reader.width, height: 900 },
    javaScriptEnabled: reader.javaScript,
    colorScheme: options.colorScheme ?? "light",
    baseURL: options.base ?? BASE,
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const faults = [];
  watch(context, new URL(options.base ?? BASE).origin, faults);
  try {
    const page = await context.newPage();
    await work(page);
    assert.deepEqual(faults, [], "the browser had something to complain about");
  } finally {
    await context.close();
  }
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
      if (message.type() === "error") faults.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
    page.on("dialog", (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
  });
}
