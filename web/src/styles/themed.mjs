// USWDS writes its colours into every rule. Here they become our custom properties, so that a brand and the dark are a
// matter of a few variables; and what would ask for another file (fonts, background pictures) is taken out.

/** Text, lines and grounds by the colour that USWDS gives them. `#fff` is text on a button or a ground: see below. */
const COLOURS = {
  "#1b1b1b": "ink", "#171717": "ink", "#2e2e2e": "ink", "#3d4551": "ink-soft", "#454545": "ink-soft", "#565c65": "ink-soft",
  "#5c5c5c": "ink-soft", "#71767a": "ink-faint", "#757575": "ink-faint", "#919191": "ink-faint", "#a9aeb1": "line-strong",
  "#c9c9c9": "line-strong", "#c6cace": "line-strong", "#dfe1e2": "line", "#e6e6e6": "line", "#f0f0f0": "ground",
  "#005ea2": "primary", "#1a4480": "primary-dark", "#162e51": "primary-darker", "#2378c3": "primary", "#2491ff": "focus",
  "#d9e8f6": "primary-soft", "#54278f": "visited", "#e7f6f8": "info-soft", "#00bde3": "info", "#faf3d1": "warning-soft",
  "#ffbe2e": "warning", "#f4e3db": "error-soft", "#d54309": "error", "#b50909": "error", "#d83933": "error",
  "#8b0a03": "error", "#b51d09": "error", "#ecf3ec": "success-soft", "#00a91c": "success",
};

/** Rewrites compiled USWDS. */
export function themed(css) {
  return withoutMasks(css)
    .replace(/@font-face\s*\{[^}]*\}/g, "")
    .replace(/font-family:[^;{}]*(system-ui|sans-serif)[^;{}]*/g, "font-family: var(--th-font)")
    .replace(/(?<=[{;]\s*)[a-z-]+:\s*[^;{}()]*url\([^)]*\)[^;{}]*;?/g, "")
    .replace(/(?<=[{;]\s*)([a-z-]+):([^;{}]*#[0-9a-f]{3,6}[^;{}]*)/gi, (rule, property, value) =>
      property.startsWith("--") ? rule : `${property}:${value.replace(/#[0-9a-f]{6}\b|#[0-9a-f]{3}\b/gi, (hex) => name(hex, property))}`,
    )
    .replace(/(?<=[{;]\s*)(color|background|background-color|border[a-z-]*):\s*(white|black)\b/g, (_, property, word) =>
      `${property}:${name(word === "white" ? "#fff" : "#1b1b1b", property)}`);
}

function name(hex, property) {
  const colour = hex.toLowerCase();
  if (colour === "#fff" || colour === "#ffffff") {
    return property === "color" || property === "fill" ? "var(--th-on-primary)" : "var(--th-surface)";
  }
  const found = COLOURS[colour];
  return found ? `var(--th-${found})` : hex;
}

/** Drops the rules that would draw an icon from a file where masks are supported. */
function withoutMasks(css) {
  const start = css.indexOf("@supports (mask:");
  if (start < 0) return css;
  let end = css.indexOf("{", start) + 1;
  for (let depth = 1; depth > 0; end += 1) depth += { "{": 1, "}": -1 }[css[end]] ?? 0;
  return withoutMasks(css.slice(0, start) + css.slice(end));
}
