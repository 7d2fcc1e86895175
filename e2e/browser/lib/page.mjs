// Small things that people do on pages without thinking.

/** Opens whatever folds an element away, as a reader would before using it. */
export async function reveal(locator) {
  if (await locator.isVisible()) return locator;
  const panel = locator.page().locator(".th-panel-toggle:not([open]) > summary");
  if (await panel.isVisible()) await panel.click();
  for (const fold of await locator.locator("xpath=ancestor::details[not(@open)]").all()) {
    await fold.locator("summary").first().click();
  }
  return locator;
}

/** Follows a link or presses a button, folded away or not, and waits for where it leads. */
export async function follow(page, locator, url) {
  await (await reveal(locator)).click();
  await arrive(page, url);
}

/** Waits for an address and, where a script swaps a part of the page, for the part. */
export async function arrive(page, url) {
  await page.waitForURL(url);
  await page.locator(".htmx-request, .htmx-swapping, .htmx-settling").first().waitFor({ state: "detached" });
}

/** The file that a link gives. */
export async function download(page, locator) {
  await reveal(locator);
  const [file] = await Promise.all([page.waitForEvent("download"), locator.click()]);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  return { name: file.suggestedFilename(), bytes: Buffer.concat(chunks) };
}
