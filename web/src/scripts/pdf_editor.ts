// Marks tables on the pages of a PDF: areas are drawn, moved and resized on the picture of a page, or by their numbers; columns and rows
// are parted, cells merged, headers counted. What is marked is kept as a template, which the server reads.

interface Selection {
  page: number;
  extraction_method: string;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  width: number;
  height: number;
  columns: number[];
  rows: number[];
  merged: number[][];
  header_rows?: number;
  reach: string;
  [other: string]: unknown;
}

interface Size {
  width: number;
  height: number;
}

type Side = "x1" | "y1" | "x2" | "y2";
type Tool = "area" | "column" | "row";

const SVG = "http://www.w3.org/2000/svg";
/** How near to a side, in points, it is taken hold of. */
const NEAR = 6;
const SMALLEST = 4;
const STEP = 2;
/** Columns to the right and rows down. */
const STEPS: Readonly<Record<string, readonly [number, number]>> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** A cell that is clicked, or reached with Enter, is shown on its page. */
export function showCells(): void {
  const show = (cell: HTMLElement): void => {
    const figure = cell.closest(".th-pdf-table")?.querySelector<HTMLElement>("figure");
    const mark = figure?.querySelector<SVGRectElement>(".th-pdf-cell");
    const box = cell.dataset["box"]?.split(" ").map(Number) ?? [];
    const [x0, y0, x1, y1] = box;
    if (!figure || !mark || x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return;
    const page = cell.dataset["page"] ?? "";
    if (figure.dataset["page"] !== page) turn(figure, page);
    place(mark, x0 - 2, y0 - 2, x1 + 2, y1 + 2);
    for (const other of document.querySelectorAll(".th-pdf-shown")) other.classList.remove("th-pdf-shown");
    cell.classList.add("th-pdf-shown");
    figure.scrollIntoView({ block: "nearest" });
  };
  for (const cell of document.querySelectorAll<HTMLElement>(".th-pdf-cells [data-box]")) {
    cell.tabIndex = -1;
    cell.addEventListener("click", () => show(cell));
  }
  for (const table of document.querySelectorAll<HTMLTableElement>(".th-pdf-cells")) {
    const first = table.querySelector<HTMLElement>("[data-box]");
    if (first) first.tabIndex = 0;
    table.addEventListener("keydown", (event) => {
      const cell = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-box]") : null;
      const by = STEPS[event.key];
      const next = cell && by ? beside(table, cell, by) : cell;
      if (!cell || !next || (!by && event.key !== "Enter")) return;
      event.preventDefault();
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
      show(next);
    });
  }
}

/** Shows another page, with the part of the table that is on it. */
function turn(figure: HTMLElement, page: string): void {
  figure.dataset["page"] = page;
  const image = figure.querySelector("img");
  if (image) {
    image.src = image.src.replace(/\d+\.png$/, `${page}.png`);
    image.alt = `Page ${page}`;
  }
  const editor = document.querySelector<HTMLElement>("[data-pdf-editor]");
  const [width, height] = listed(editor?.dataset["sizes"]).get(Number(page)) ?? [];
  if (width && height) figure.querySelector("svg")?.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const part = listed(figure.dataset["parts"]).get(Number(page));
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = part ?? [];
  const found = figure.querySelector<SVGRectElement>(".th-pdf-found");
  if (found) place(found, x0, y0, x1, y1);
  const caption = figure.querySelector("figcaption");
  if (caption) caption.textContent = `Page ${page}${part ? ", with the table marked" : ""}`;
}

/** Numbers by the number of their page, as `page:number:number page:…`; the first of a page counts. */
function listed(text = ""): Map<number, number[]> {
  const all = new Map<number, number[]>();
  for (const entry of text.split(" ").filter(Boolean)) {
    const [page = 0, ...values] = entry.split(":").map(Number);
    if (!all.has(page)) all.set(page, values);
  }
  return all;
}

/** The next cell with words that way, over those that are empty. */
function beside(table: HTMLTableElement, cell: HTMLElement, [right, down]: readonly [number, number]): HTMLElement | undefined {
  const places = grid(table);
  let y = places.findIndex((row) => row.includes(cell));
  let x = places[y]?.indexOf(cell) ?? -1;
  for (;;) {
    [x, y] = [x + right, y + down];
    const next = places[y]?.[x];
    if (!next) return undefined;
    if (next !== cell && next.dataset["box"] !== undefined) return next;
  }
}

/** The cells of a table by row and column; one that spans several is at each of them. */
function grid(table: HTMLTableElement): HTMLElement[][] {
  const rows = [...table.rows];
  const places: HTMLElement[][] = rows.map(() => []);
  rows.forEach((row, y) => {
    let x = 0;
    for (const cell of row.cells) {
      while (places[y]?.[x]) x += 1;
      for (const line of places.slice(y, y + cell.rowSpan)) for (let more = 0; more < cell.colSpan; more += 1) line[x + more] = cell;
      x += cell.colSpan;
    }
  });
  return places;
}

function place(mark: SVGElement, x0: number, y0: number, x1: number, y1: number): void {
  const values = { x: x0, y: y0, width: Math.max(0, x1 - x0), height: Math.max(0, y1 - y0) };
  for (const [name, value] of Object.entries(values)) mark.setAttribute(name, value.toFixed(1));
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, values: Partial<HTMLElementTagNameMap[K]>, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), values);
  made.append(...children);
  return made;
}

/** Pages are drawn when somebody looks at them. */
export function editTables(): void {
  const around = document.querySelector<HTMLDetailsElement>("[data-pdf-more]");
  if (!around) return;
  around.hidden = false;
  if (around.open) void edit();
  else around.addEventListener("toggle", () => void edit(), { once: true });
}

async function edit(): Promise<void> {
  const section = document.querySelector<HTMLElement>("[data-pdf-editor]");
  if (!section) return;
  const answer = await fetch(section.dataset["template"] ?? "").catch(() => null);
  const selections = answer?.ok ? ((await answer.json()) as Selection[]) : [];
  new Editor(section, selections.map(whole));
}

/** A selection with all members that are edited. */
function whole(selection: Selection): Selection {
  return { ...selection, columns: selection.columns ?? [], rows: selection.rows ?? [], merged: selection.merged ?? [], reach: selection.reach ?? "page" };
}

class Editor {
  private readonly sizes = new Map<number, Size>();
  private readonly past: string[] = [];
  private readonly image = element("img", { alt: "" });
  private readonly svg = document.createElementNS(SVG, "svg");
  private readonly list = element("div", { className: "th-pdf-areas" });
  private readonly said = element("p", { className: "th-soft th-small-text" });
  private readonly pages: HTMLSelectElement;
  private page = 1;
  private tool: Tool = "area";
  private chosen = 0;
  /** What writes the numbers as they are now into the fields that are shown. */
  private refreshers: (() => void)[] = [];

  constructor(
    private readonly section: HTMLElement,
    private selections: Selection[],
  ) {
    for (const [number, [width = 0, height = 0]] of listed(section.dataset["sizes"])) this.sizes.set(number, { width, height });
    this.page = selections[0]?.page ?? [...this.sizes.keys()][0] ?? 1;
    this.pages = element("select", { className: "usa-select", id: "pdf-page" });
    for (const number of this.sizes.keys()) this.pages.append(element("option", { value: String(number) }, `Page ${number}`));
    this.pages.addEventListener("change", () => this.turn(Number(this.pages.value)));
    this.build();
    this.draw();
  }

  private build(): void {
    const button = (label: string, act: () => void, plain = true): HTMLButtonElement => {
      const made = element("button", { type: "button", className: `usa-button${plain ? " usa-button--outline" : ""}` }, label);
      made.addEventListener("click", act);
      return made;
    };
    const tools = element("fieldset", { className: "th-pdf-tools" }, element("legend", {}, "A stroke on the page draws"));
    for (const [value, label] of [["area", "a table"], ["column", "the border of columns"], ["row", "the border of rows"]] as const) {
      const input = element("input", { type: "radio", name: "pdf-tool", value, checked: value === this.tool });
      input.addEventListener("change", () => (this.tool = value));
      tools.append(element("label", {}, input, ` ${label}`));
    }
    const figure = element("figure", { className: "th-pdf-page th-pdf-drawing" }, this.image);
    this.svg.setAttribute("role", "img");
    this.svg.setAttribute("aria-label", "The tables that are marked; each can be changed by its numbers, too");
    figure.append(this.svg);
    this.svg.addEventListener("pointerdown", (event) => this.press(event));
    this.said.setAttribute("role", "status");
    const row = element(
      "div",
      { className: "th-form-row" },
      element("label", { htmlFor: "pdf-page" }, "Page"),
      this.pages,
      button("Mark a table", () => this.add()),
      button("Undo", () => this.undo()),
      button("Read the marked tables", () => this.send(), false),
    );
    this.section.append(row, tools, element("div", { className: "th-pdf-pair" }, figure, this.list), this.said);
  }

  private size(): Size {
    return this.sizes.get(this.page) ?? { width: 612, height: 792 };
  }

  /** Keeps how it was, for undo. */
  private remember(): void {
    this.past.push(JSON.stringify(this.selections));
    if (this.past.length > 200) this.past.shift();
  }

  private undo(): void {
    const before = this.past.pop();
    if (before === undefined) {
      this.said.textContent = "There is nothing to undo.";
      return;
    }
    this.selections = JSON.parse(before) as Selection[];
    this.said.textContent = "Undone.";
    this.draw();
  }

  private turn(page: number): void {
    this.page = page;
    this.draw();
  }

  private add(x1 = this.size().width * 0.1, y1 = this.size().height * 0.1, x2 = this.size().width * 0.9, y2 = this.size().height * 0.4): void {
    this.remember();
    this.selections.push(
      whole({ page: this.page, extraction_method: "guess", x1, y1, x2, y2, width: x2 - x1, height: y2 - y1, columns: [], rows: [], merged: [], reach: "page" }),
    );
    this.chosen = this.selections.length - 1;
    this.said.textContent = "A table was marked.";
    this.draw();
  }

  /** Moves or sets sides; landmarks are of the old place and go. */
  private set(selection: Selection, sides: Partial<Record<Side, number>>): void {
    const { width, height } = this.size();
    const shift = { x: (sides.x1 ?? selection.x1) - selection.x1, y: (sides.y1 ?? selection.y1) - selection.y1 };
    const moves = "x1" in sides && "x2" in sides;
    Object.assign(selection, sides);
    selection.x1 = clamp(selection.x1, 0, width - SMALLEST);
    selection.y1 = clamp(selection.y1, 0, height - SMALLEST);
    selection.x2 = clamp(selection.x2, selection.x1 + SMALLEST, width);
    selection.y2 = clamp(selection.y2, selection.y1 + SMALLEST, height);
    selection.width = selection.x2 - selection.x1;
    selection.height = selection.y2 - selection.y1;
    if (moves) {
      selection.columns = selection.columns.map((x) => x + shift.x);
      selection.rows = selection.rows.map((y) => y + shift.y);
    }
    delete selection["anchor"];
    delete selection["until"];
  }

  private point(event: PointerEvent): { x: number; y: number } {
    const box = this.svg.getBoundingClientRect();
    const { width, height } = this.size();
    return { x: ((event.clientX - box.left) / box.width) * width, y: ((event.clientY - box.top) / box.height) * height };
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const from = this.point(event);
    // The one that was marked last lies on top.
    const at = this.selections.reduce((last, one, place) => (this.isOn(one) && inside(one, from.x, from.y, NEAR) ? place : last), -1);
    const selection = this.selections[at];
    if (this.tool !== "area") {
      if (selection) this.part(selection, at, from);
      else this.said.textContent = "Click within a marked table to part it.";
      return;
    }
    this.remember();
    this.svg.setPointerCapture(event.pointerId);
    let drag: (to: { x: number; y: number }) => void;
    if (selection) {
      this.chosen = at;
      const held = sidesNear(selection, from.x, from.y);
      const start = { ...selection };
      drag = (to) => {
        const [dx, dy] = [to.x - from.x, to.y - from.y];
        const sides: Partial<Record<Side, number>> = {};
        if (held.length > 0) for (const side of held) sides[side] = start[side] + (side.startsWith("x") ? dx : dy);
        else Object.assign(sides, { x1: start.x1 + dx, x2: start.x2 + dx, y1: start.y1 + dy, y2: start.y2 + dy });
        this.set(selection, sides);
      };
    } else {
      this.past.pop();
      this.add(from.x, from.y, from.x + SMALLEST, from.y + SMALLEST);
      const drawn = this.selections[this.chosen];
      drag = (to) => {
        if (drawn) this.set(drawn, { x1: Math.min(from.x, to.x), y1: Math.min(from.y, to.y), x2: Math.max(from.x, to.x), y2: Math.max(from.y, to.y) });
      };
    }
    const move = (next: PointerEvent): void => {
      drag(this.point(next));
      this.overlay();
    };
    const end = (): void => {
      this.svg.removeEventListener("pointermove", move);
      this.draw();
    };
    this.svg.addEventListener("pointermove", move);
    this.svg.addEventListener("pointerup", end, { once: true });
    this.svg.addEventListener("pointercancel", end, { once: true });
  }

  /** Adds a border of columns or rows, or takes away the one that is there. */
  private part(selection: Selection, at: number, { x, y }: { x: number; y: number }): void {
    this.remember();
    this.chosen = at;
    const [places, place] = this.tool === "column" ? [selection.columns, x] : [selection.rows, y];
    const near = places.findIndex((known) => Math.abs(known - place) < NEAR);
    if (near >= 0) places.splice(near, 1);
    else places.push(Math.round(place * 10) / 10);
    places.sort((one, other) => one - other);
    this.draw();
  }

  private isOn(selection: Selection): boolean {
    return selection.page === this.page || selection.reach === "all" || (selection.reach === "following" && selection.page <= this.page);
  }

  private draw(): void {
    const { width, height } = this.size();
    this.pages.value = String(this.page);
    const source = `${this.section.dataset["pages"]}${this.page}.png`;
    if (!this.image.src.endsWith(source)) {
      this.image.src = source;
      this.image.alt = `Page ${this.page}`;
      this.image.width = Math.round(width);
      this.image.height = Math.round(height);
    }
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.overlay();
    this.forms();
  }

  private overlay(): void {
    this.svg.replaceChildren();
    this.selections.forEach((selection, at) => {
      if (!this.isOn(selection)) return;
      const mark = document.createElementNS(SVG, "rect");
      mark.setAttribute("class", at === this.chosen ? "th-pdf-found th-pdf-chosen" : "th-pdf-found");
      place(mark, selection.x1, selection.y1, selection.x2, selection.y2);
      this.svg.append(mark);
      const line = (x1: number, y1: number, x2: number, y2: number): void => {
        const drawn = document.createElementNS(SVG, "line");
        for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) drawn.setAttribute(name, value.toFixed(1));
        drawn.setAttribute("class", "th-pdf-border");
        this.svg.append(drawn);
      };
      for (const x of selection.columns) line(x, selection.y1, x, selection.y2);
      for (const y of selection.rows) line(selection.x1, y, selection.x2, y);
    });
  }

  /** The same as numbers, so that nothing needs a pointer. */
  private forms(): void {
    const focused = document.activeElement?.id ?? "";
    this.list.replaceChildren();
    this.refreshers = [];
    this.selections.forEach((selection, at) => {
      if (this.isOn(selection)) this.list.append(this.form(selection, at));
    });
    const others = this.selections.filter((one) => !this.isOn(one)).length;
    if (this.list.childElementCount === 0) this.list.append(element("p", {}, "No table is marked on this page. Draw a box on it, or press “Mark a table”."));
    if (others > 0) this.list.append(element("p", { className: "th-soft th-small-text" }, `${others} more on other pages.`));
    document.getElementById(focused)?.focus();
  }

  private form(selection: Selection, at: number): HTMLElement {
    const form = element("fieldset", { className: "th-pdf-area" }, element("legend", {}, `Table ${at + 1}`));
    const field = (name: string, label: string, tell: () => string, take: (text: string) => void, values: Partial<HTMLInputElement> = {}): void => {
      const id = `pdf-${at}-${name}`;
      const input = element("input", { className: "usa-input", id, value: tell(), ...values });
      this.refreshers.push(() => (input.value = tell()));
      input.addEventListener("change", () => {
        this.remember();
        take(input.value);
        this.chosen = at;
        // The fields stay, as the focus is on its way from one to the next.
        this.overlay();
        for (const refresh of this.refreshers) refresh();
      });
      form.append(element("div", {}, element("label", { htmlFor: id }, label), input));
    };
    const choice = (name: string, label: string, value: string, options: [string, string][], take: (text: string) => void): void => {
      const id = `pdf-${at}-${name}`;
      const select = element("select", { className: "usa-select", id });
      for (const [option, words] of options) select.append(element("option", { value: option, selected: option === value }, words));
      select.addEventListener("change", () => {
        this.remember();
        take(select.value);
        this.draw();
      });
      form.append(element("div", {}, element("label", { htmlFor: id }, label), select));
    };
    const sides: [Side, string][] = [["x1", "Left"], ["y1", "Top"], ["x2", "Right"], ["y2", "Bottom"]];
    for (const [side, label] of sides) {
      field(side, label, () => selection[side].toFixed(0), (text) => this.set(selection, { [side]: Number(text) || 0 }), { type: "number", step: String(STEP) });
    }
    choice("method", "Cells are parted by", selection.extraction_method, [["guess", "whatever shows"], ["lattice", "drawn lines"], ["stream", "places of words"]], (text) => {
      selection.extraction_method = text;
    });
    choice("reach", "It is on", selection.reach, [["page", "this page"], ["following", "this page and all that follow"], ["all", "every page"]], (text) => {
      selection.reach = text;
    });
    field("columns", "Columns part at", () => selection.columns.join(", "), (text) => (selection.columns = numbers(text)));
    field("rows", "Rows part at", () => selection.rows.join(", "), (text) => (selection.rows = numbers(text)));
    field("header", "Rows of headers (empty: found out)", () => String(selection.header_rows ?? ""), (text) => {
      if (text.trim() === "") delete selection.header_rows;
      else selection.header_rows = Math.max(0, Math.round(Number(text) || 0));
    });
    field("merged", "Cells that are one: rows and columns, as 1-1/2-3; …", () => selection.merged.map(written).join("; "), (text) => {
      selection.merged = text.split(";").map(ranges).filter((range) => range.length === 4);
    });
    const remove = element("button", { type: "button", className: "usa-button usa-button--outline" }, `Remove table ${at + 1}`);
    remove.addEventListener("click", () => {
      this.remember();
      this.selections.splice(at, 1);
      this.said.textContent = "Removed.";
      this.draw();
      (this.list.querySelector<HTMLElement>("input") ?? this.pages).focus();
    });
    form.append(remove);
    return form;
  }

  private send(): void {
    if (this.selections.length === 0) {
      this.said.textContent = "Mark a table first.";
      return;
    }
    const form = element("form", { method: "post", action: this.section.dataset["action"] ?? "" });
    const values = { report: this.section.dataset["report"] ?? "", keep: "hour", template: JSON.stringify(this.selections) };
    for (const [name, value] of Object.entries(values)) form.append(element("input", { type: "hidden", name, value }));
    this.section.append(form);
    form.submit();
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function inside(one: Selection, x: number, y: number, by: number): boolean {
  return x >= one.x1 - by && x <= one.x2 + by && y >= one.y1 - by && y <= one.y2 + by;
}

function sidesNear(one: Selection, x: number, y: number): Side[] {
  const sides: Side[] = [];
  if (Math.abs(x - one.x1) < NEAR) sides.push("x1");
  else if (Math.abs(x - one.x2) < NEAR) sides.push("x2");
  if (Math.abs(y - one.y1) < NEAR) sides.push("y1");
  else if (Math.abs(y - one.y2) < NEAR) sides.push("y2");
  return sides;
}

function numbers(text: string): number[] {
  return text
    .split(/[,\s]+/)
    .filter(Boolean)
    .map(Number)
    .filter(Number.isFinite)
    .sort((one, other) => one - other);
}

/** `1-1/2-3` for the cells of row 1 in columns 2 and 3, counted from 1. */
function written([row = 0, lastRow = 0, column = 0, lastColumn = 0]: number[]): string {
  return `${row + 1}-${lastRow + 1}/${column + 1}-${lastColumn + 1}`;
}

function ranges(text: string): number[] {
  const found = /^\s*(\d+)(?:-(\d+))?\s*\/\s*(\d+)(?:-(\d+))?\s*$/.exec(text);
  if (!found) return [];
  const [row, column] = [Number(found[1]), Number(found[3])];
  return [row - 1, Number(found[2] ?? row) - 1, column - 1, Number(found[4] ?? column) - 1];
}
