/** Takes out of USWDS what would ask for another file: fonts and background pictures. */
export function themed(css) {
  return css
    .replace(/@font-face\s*\{[^}]*\}/g, "")
    .replace(/[a-z-]+:[^;{}]*url\([^)]*\)[^;{}]*;?/g, "");
}
