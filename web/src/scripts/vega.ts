// Vega under our policy: expressions are interpreted, never compiled; data comes from this site alone; nothing is styled inline.

import { View, loader, parse } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";

let shown: View | undefined;

/** Draws a specification into a place. What stood there stays when it can't be drawn. */
export async function draw(spec: TopLevelSpec, place: HTMLElement): Promise<void> {
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
  const view = new View(parse(compiled, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: "canvas",
    hover: true,
    loader: ownLoader(),
    logLevel: 1,
  } as ConstructorParameters<typeof View>[1]);
  const canvas = document.createElement("div");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.dataset["explore"] ?? "Chart");
  view.initialize(canvas);
  await view.runAsync();
  shown?.finalize();
  shown = view;
  place.replaceChildren(canvas);
}

/** Loads data of this site alone: a specification that somebody sends must not make a reader's browser ask elsewhere. */
function ownLoader(): ReturnType<typeof loader> {
  const own = loader();
  const sanitize = own.sanitize.bind(own);
  own.sanitize = async (uri, options) => {
    const url = new URL(uri, location.href);
    if (url.origin !== location.origin) throw new Error(`data of ${url.host} is not loaded here`);
    return sanitize(url.pathname + url.search, options);
  };
  return own;
}
