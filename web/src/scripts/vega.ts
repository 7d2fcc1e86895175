// Vega under our policy: expressions are interpreted, never compiled; data comes from this site alone; nothing is styled inline.

import { csvParseRows } from "d3-dsv";
import { View, loader, parse } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";

let shown: View | undefined;

/** Draws a specification into a place; returns how many rows it had. What stood there stays when it can't be drawn. */
export async function draw(given: TopLevelSpec, place: HTMLElement): Promise<number> {
  const rows = { count: 0 };
  const spec = (await withRows(given, rows)) as TopLevelSpec;
  const colors = getComputedStyle(document.documentElement);
  const ink = colors.getPropertyValue("--th-ink").trim();
  const soft = colors.getPropertyValue("--th-ink-soft").trim();
  const line = colors.getPropertyValue("--th-line").trim();
  const config = {
    background: "transparent",
    font: "Public Sans, system-ui, sans-serif",
    axis: { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 13, titleFontSize: 13 },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 13, titleFontSize: 13 },
    title: { color: ink, fontSize: 18, anchor: "start" as const },
    view: { stroke: "transparent" },
    mark: { tooltip: true, color: colors.getPropertyValue("--th-c0").trim() },
    range: { category: [0, 1, 2, 3, 4, 5, 6, 7].map((i) => colors.getPropertyValue(`--th-c${i}`).trim()) },
  };
  const sized = { width: Math.max(240, Math.min(place.clientWidth - 120, 900)), height: 360, ...spec } as TopLevelSpec;
  const compiled = compile(sized, { config }).spec;
  // Vega draws on without data that it could not load; a reader is told instead.
  const failures: unknown[] = [];
  const view = new View(parse(compiled, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: "canvas",
    hover: true,
    loader: ownLoader((error) => failures.push(error)),
    logLevel: 1,
  } as ConstructorParameters<typeof View>[1]);
  const canvas = document.createElement("div");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.dataset["explore"] ?? "Chart");
  view.initialize(canvas);
  await view.runAsync();
  if (failures.length > 0) {
    view.finalize();
    throw failures[0];
  }
  shown?.finalize();
  shown = view;
  place.replaceChildren(canvas);
  return rows.count;
}

/** The same with the rows of CSV in it: Vega's own reader makes functions out of headings, which our policy forbids. */
async function withRows(part: unknown, rows: { count: number }): Promise<unknown> {
  if (Array.isArray(part)) return Promise.all(part.map((one) => withRows(one, rows)));
  if (typeof part !== "object" || part === null) return part;
  const members = await Promise.all(
    Object.entries(part).map(async ([name, value]) => [name, name === "data" ? await dataOf(value, rows) : await withRows(value, rows)]),
  );
  return Object.fromEntries(members);
}

async function dataOf(data: { url?: unknown; format?: { type?: string } }, rows: { count: number }): Promise<unknown> {
  if (typeof data?.url !== "string" || data.format?.type !== "csv") return data;
  const answer = await fetch(own(data.url));
  if (!answer.ok) throw new Error(`${data.url} answered ${answer.status}`);
  const [names = [], ...cells] = csvParseRows(await answer.text());
  rows.count += cells.length;
  const values = cells.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] === "" ? null : row[i]])));
  return { values };
}

/** An address of this site: a specification that somebody sends must not make a reader's browser ask elsewhere. */
function own(address: string): string {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) throw new Error(`data of ${url.host} is not loaded here`);
  return url.pathname + url.search;
}

/** Loads data of this site alone. */
function ownLoader(fail: (error: unknown) => void): ReturnType<typeof loader> {
  const ours = loader();
  const sanitize = ours.sanitize.bind(ours);
  ours.sanitize = async (uri, options) => {
    return sanitize(own(uri), options);
  };
  const load = ours.load.bind(ours);
  ours.load = async (uri, options) => {
    try {
      return await load(uri, options);
    } catch (error) {
      fail(error);
      throw error;
    }
  };
  return ours;
}
