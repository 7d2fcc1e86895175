// Loaded before the page is drawn, so that a chosen light or dark does not flash: see `comforts/theme_button.ts`.

try {
  const chosen = localStorage.getItem("townhall-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
} catch {
  // Storage may be forbidden; then the device's setting holds.
}

export {};
