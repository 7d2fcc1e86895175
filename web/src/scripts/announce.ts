// Tells screen readers what changed.

let region: HTMLElement | undefined;

/** Says a text politely. */
export function announce(text: string): void {
  if (!region) {
    region = document.createElement("div");
    region.className = "th-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = text;
}
