// The tools: a finding leads to its line in the text, and a page about work that goes on shows how far it is.

const LOOK_EVERY_MS = 1000;

/** A click on a line number selects that line of the text below. */
export function leadToLines(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-line]") : null;
    const text = document.querySelector<HTMLTextAreaElement>("textarea[data-lines]");
    if (!link || !text?.value) return;
    event.preventDefault();
    selectLine(text, Number(link.dataset["line"]));
  });
}

function selectLine(text: HTMLTextAreaElement, line: number): void {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  const height = text.scrollHeight / lines.length;
  text.scrollTop = Math.max(0, (line - 4) * height);
  text.scrollIntoView({ block: "center" });
}

/** Asks for the state of the work until it is over, then shows the result. */
export function followWork(): void {
  const section = document.querySelector<HTMLElement>("[data-working]");
  const bar = section?.querySelector("progress");
  const status = section?.dataset["working"];
  if (!bar || !status) return;
  const look = async (): Promise<void> => {
    const answer = await fetch(status).catch(() => null);
    if (answer && answer.status !== 202) {
      location.reload();
      return;
    }
    const told = answer ? ((await answer.json()) as { progress: { done: number; total: number } }) : null;
    if (told && told.progress.total > 0) {
      bar.max = told.progress.total;
      bar.value = told.progress.done;
    }
    setTimeout(look, LOOK_EVERY_MS);
  };
  setTimeout(look, LOOK_EVERY_MS);
}
