// axe, asked by the rules that we hold ourselves to.

import assert from "node:assert/strict";

import AxeBuilder from "@axe-core/playwright";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails with all that axe finds on a page. */
export async function findNothing(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const list = violations.map(({ id, nodes }) => `${id} × ${nodes.length}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`);
  assert.ok(list.length === 0, list.join("\n"));
}
