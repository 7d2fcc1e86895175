// Search and tables change in place: htmx fetches the same address as a click would, and swaps the part that changed.
// It is fetched when a reader first points at or reaches what would use it: a first view does not pay for it, and a click that
// comes before it is there is an ordinary click.

import { announce } from "./announce";

const INTENT = ["pointerover", "touchstart", "focusin", "change"];

/** Gets htmx where a page wants it; `ready` is told of each new part. */
export function swapInPlace(ready: (root: ParentNode) => void): void {
  const wanting = document.querySelectorAll("[hx-boost='true']");
  if (wanting.length === 0) return;
  const watch = new AbortController();
  const { signal } = watch;
  // An address that htmx pushed before this page was loaded anew: only it could show what was there.
  addEventListener("popstate", ({ state }) => state?.htmx && location.reload(), { signal });
  let loading: Promise<void> | undefined;
  let chosen: EventTarget | null = null;
  const reach = ({ type, target }: Event) => {
    if (type === "change") chosen = target;
    loading ??= load(ready).then(() => {
      watch.abort();
      // What was chosen while htmx was on its way is chosen now.
      chosen?.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };
  for (const element of wanting) for (const event of INTENT) element.addEventListener(event, reach, { signal, passive: true });
}

async function load(ready: (root: ParentNode) => void): Promise<void> {
  // htmx starts itself when the page is complete, or not at all when it comes between that and the parsing.
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
  await import("htmx.org");

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target, pathInfo } = (event as CustomEvent<Swap>).detail;
    // An answer without that part (an error, another page) is shown as a page of its own.
    if (xhr.status === 200 && xhr.responseText.includes(`id="${target.id}"`)) return;
    event.preventDefault();
    location.assign(pathInfo.finalRequestPath);
  });
  document.body.addEventListener("htmx:load", (event) => {
    const root = (event as CustomEvent<{ elt: HTMLElement }>).detail.elt;
    ready(root);
    const news = root.id ? root.querySelector<HTMLElement>("[data-announce]") : null;
    if (!news) return;
    announce((news.textContent ?? "").trim().replace(/\s+/g, " "));
    // htmx keeps the focus where an element of the same id is there again. Elsewhere it goes to the news.
    if (document.activeElement === document.body) news.focus({ preventScroll: true });
  });
}

interface Swap {
  xhr: XMLHttpRequest;
  target: HTMLElement;
  pathInfo: { finalRequestPath: string };
}
