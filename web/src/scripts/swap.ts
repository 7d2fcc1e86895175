// Search and tables change in place: htmx fetches the same address as a click would, and swaps the part that changed.
// It is loaded only by pages that ask for it.

import { announce } from "./announce";

/** Loads htmx where a page wants it; `ready` is told of each new part. */
export async function swapInPlace(ready: (root: ParentNode) => void): Promise<void> {
  if (!document.querySelector("[hx-boost]")) return;
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
