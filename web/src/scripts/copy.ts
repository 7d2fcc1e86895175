// A button on each piece of code that copies it.

import { announce } from "./announce";

const SHOWN_MS = 2000;

/** Adds the buttons beneath a node. */
export function addCopyButtons(root: ParentNode): void {
  if (!navigator.clipboard) return;
  for (const box of root.querySelectorAll<HTMLElement>("[data-copy]")) {
    if (box.querySelector(".th-copy")) continue;
    const label = box.dataset["copy"] ?? "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "th-copy";
    const name = document.createElement("span");
    name.className = "th-hidden";
    name.textContent = ` ${label}`;
    button.append("Copy", name);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("code")?.textContent ?? "");
      button.firstChild!.textContent = "Copied";
      announce(`${label} copied`);
      setTimeout(() => (button.firstChild!.textContent = "Copy"), SHOWN_MS);
    });
    box.append(button);
  }
}
