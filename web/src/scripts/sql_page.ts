// The SQL page: an editor that completes names, loaded when somebody is about to write; the queries asked last, kept in this
// browser alone; tables found as one types.

import { announce } from "./announce";

const RECENT = "townhall-recent-queries";
const RECENT_MAX = 12;
const SHOWN_CHARS = 90;

/** Makes the page of queries more comfortable, where it is one. */
export function easeSql(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-sql]");
  const field = form?.querySelector<HTMLTextAreaElement>("textarea[name=sql]");
  findTables();
  if (!form || !field) return;
  showRecent(field);
  loadEditor(form, field);
}

/** Replaces the field by an editor once it is used. */
function loadEditor(form: HTMLFormElement, field: HTMLTextAreaElement): void {
  const load = async (): Promise<void> => {
    const { edit } = await import("./sql_editor");
    await edit(form, field);
  };
  field.addEventListener("focus", () => void load(), { once: true });
}

/** Lists the last queries of this browser, and remembers the one on the page if it was answered. */
function showRecent(field: HTMLTextAreaElement): void {
  const box = document.querySelector<HTMLElement>("[data-recent]");
  if (!box) return;
  let known = read();
  const asked = field.value.trim();
  if (asked && document.getElementById("answer")) {
    known = [asked, ...known.filter((sql) => sql !== asked)].slice(0, RECENT_MAX);
    write(known);
  }
  const others = known.filter((sql) => sql !== asked);
  if (others.length === 0) return;
  const heading = document.createElement("h2");
  heading.id = "recent";
  heading.textContent = "Asked before";
  const list = document.createElement("ul");
  list.className = "th-sql-recent";
  for (const sql of others) {
    const link = document.createElement("a");
    link.href = `/sql?${new URLSearchParams({ sql })}`;
    link.rel = "nofollow";
    const line = sql.replace(/\s+/g, " ");
    link.textContent = line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS - 1)}…` : line;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  const forget = document.createElement("button");
  forget.type = "button";
  forget.className = "usa-button usa-button--unstyled th-small-text";
  forget.textContent = "Forget them";
  forget.addEventListener("click", () => {
    write([]);
    box.replaceChildren();
    box.hidden = true;
    announce("The queries of this browser are forgotten");
  });
  box.replaceChildren(heading, list, forget);
  box.hidden = false;
}

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((sql): sql is string => typeof sql === "string").slice(0, RECENT_MAX) : [];
  } catch {
    // Storage is off, or holds something else: there is nothing to remember.
    return [];
  }
}

function write(queries: string[]): void {
  try {
    localStorage.setItem(RECENT, JSON.stringify(queries));
  } catch {
    // Storage is off or full: it is a comfort, not a need.
  }
}

/** Hides the tables on the page whose names do not hold what is typed; the form looks through all of them. */
function findTables(): void {
  const field = document.querySelector<HTMLInputElement>("[data-find-tables]");
  if (!field) return;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const table of document.querySelectorAll<HTMLElement>(".th-sql-table")) {
      const text = (table.textContent ?? "").toLowerCase();
      table.hidden = !words.every((word) => text.includes(word));
    }
  });
}
