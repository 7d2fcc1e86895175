// A button that switches between light and dark, and remembers it.

const KEY = "townhall-theme";

export function addThemeButton(): void {
  const slot = document.querySelector("[data-theme-slot]");
  const icons = document.querySelector("svg.th-icon use")?.getAttribute("href")?.split("#")[0];
  if (!slot || !icons) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "th-theme";
  button.innerHTML = '<svg class="th-icon" aria-hidden="true" focusable="false"><use></use></svg>';
  button.querySelector("use")?.setAttribute("href", `${icons}#theme`);
  label(button);
  button.addEventListener("click", () => {
    const next = isDark() ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Not remembered, then.
    }
    label(button);
  });
  slot.append(button);
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function label(button: HTMLButtonElement): void {
  button.setAttribute("aria-label", isDark() ? "Switch to light colors" : "Switch to dark colors");
}
