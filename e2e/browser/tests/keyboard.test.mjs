// The portal by keyboard alone: the skip link comes first, focus can be seen, nothing traps it.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { DESKTOP, PHONE, launch, readEach } from "../lib/browser.mjs";
import { mainPages } from "../lib/portal_api.mjs";

const STEPS_MAX = 60;

describe("keyboard", () => {
  let browser;
  let pages;
  before(async () => {
    browser = await launch();
    pages = await mainPages();
  });
  after(() => browser.close());

  for (const reader of [DESKTOP, PHONE]) {
    it(`the first stop on every page skips to the content (${reader.name})`, async () => {
      await readEach(browser, reader, pages, async (page) => {
        await page.keyboard.press("Tab");
        const link = page.locator(":focus");
        assert.match(await link.innerText(), /skip/i);
        await link.evaluate(settled);
        const box = await link.boundingBox();
        assert.ok(box && box.x >= 0 && box.y >= 0 && box.width > 0, "the skip link is out of sight");
        await page.keyboard.press("Enter");
        const target = await page.waitForFunction(() => location.hash.slice(1)).then((hash) => hash.jsonValue());
        assert.ok(await page.locator(`main#${target}, main #${target}`).count(), `#${target} is not in the content`);
      });
    });

    it(`focus is seen wherever it goes (${reader.name})`, async () => {
      await readEach(browser, reader, pages, async (page) => {
        for (let step = 0; step < STEPS_MAX; step += 1) {
          await page.keyboard.press("Tab");
          await page.locator(":focus, body").last().evaluate(settled);
          const stop = await page.evaluate(focused);
          if (stop === null) break;
          assert.ok(stop.isMarked, `nothing shows the focus on ${stop.what}`);
          assert.ok(stop.isInView, `focus is out of view on ${stop.what}`);
        }
      });
    });
  }
});

/** Runs in the page: waits until an element has come to where it goes. */
const settled = (element) => Promise.all(element.getAnimations().map((animation) => animation.finished.catch(() => {})));

/** Runs in the page: what has focus, whether a mark shows it, whether it is on the screen. */
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const box = element.getBoundingClientRect();
  return {
    what: element.outerHTML.slice(0, 120),
    isMarked: hasOutline || style.boxShadow !== "none",
    isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
  };
}
