// Drop-downs are `details`: here they also close on Escape and when one clicks elsewhere.

const OPEN = "details.th-tool[open]";

export function closeOpenTools(): void {
  document.addEventListener("click", (event) => {
    for (const tool of document.querySelectorAll<HTMLDetailsElement>(OPEN)) {
      if (!(event.target instanceof Node && tool.contains(event.target))) tool.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const tool of document.querySelectorAll<HTMLDetailsElement>(OPEN)) {
      tool.open = false;
      tool.querySelector("summary")?.focus();
    }
  });
}
