// On a narrow screen the current tab may be beyond the edge.

export function showCurrentTab(): void {
  const current = document.querySelector<HTMLElement>(".th-tabs [aria-current]");
  const tabs = current?.closest<HTMLElement>(".th-tabs");
  if (!current || !tabs) return;
  const beyond = current.getBoundingClientRect().right - tabs.getBoundingClientRect().right;
  if (beyond > 0) tabs.scrollLeft = beyond + 16;
}
