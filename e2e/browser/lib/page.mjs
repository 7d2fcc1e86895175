// Small things that people do on pages without thinking.

/** Opens whatever folds an element away, as a reader would before using it. */
export async function reveal(locator) {
  if (await locator.isVisible()) return locator;
  const folds = await locator.locator("xpath=ancestor::details[not(@open)]").all();
  for (const fold of folds) await fold.locator("summary").first().click();
  return locator;
}

/** Follows a link or presses a button, folded away or not, and waits for where it leads. */
export async function follow(page, locator, url) {
  await (await reveal(locator)).click();
  await page.waitForURL(url);
}

/** The text of the file that a link gives. */
export async function download(page, locator) {
  await reveal(locator);
  const [file] = await Promise.all([page.waitForEvent("download"), locator.click()]);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  return { name: file.suggestedFilename(), bytes: Buffer.concat(chunks) };
}
