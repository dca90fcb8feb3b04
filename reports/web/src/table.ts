// A table whose rows are put in order by a click, or a key, on a column's heading. Of its columns it
// shows those that have room, the most wanted first; a click shows the others.

import { h } from "./dom";

export interface Cell {
  text: string;
  value: number | string; // what rows are ordered by
}

export interface Column<Row> {
  heading: string;
  of?: string; // what its figures are of: said once, above all columns side by side that have the same
  cell: (row: Row) => Cell;
  numeric: boolean;
  rank?: number; // columns of a higher rank leave first where there is too little room; those without one stay
}

// Another order than that of the rows, and the words to choose between the two.
export interface OtherOrder<Row> {
  rows: Row[];
  name: string;
  otherName: string;
}

export function text(value: string): Cell {
  return { text: value, value };
}

export function number(value: number | null | undefined, format: (value: number) => string): Cell {
  return value === undefined || value === null || Number.isNaN(value) ? { text: "-", value: Number.NaN } : { text: format(value), value };
}

// Missing values come last, whichever way.
export function compare(a: Cell["value"], b: Cell["value"], descending: boolean): number {
  const missing = (value: Cell["value"]) => typeof value === "number" && Number.isNaN(value);
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
  const order = typeof a === "string" || typeof b === "string" ? String(a).localeCompare(String(b)) : a - b;
  return descending ? -order : order;
}

export function sorted<Row>(rows: Row[], column: Column<Row>, descending: boolean): Row[] {
  return [...rows].sort((a, b) => compare(column.cell(a).value, column.cell(b).value, descending));
}

// Neighbours that have the same words above them, and how many of them are shown.
export function spans(columns: { of?: string; shown: boolean }[]): { of: string; first: number; shown: number }[] {
  const all: { of: string; first: number; shown: number }[] = [];
  columns.forEach(({ of = "", shown }, first) => {
    if (all.length === 0 || all.at(-1)!.of !== of) all.push({ of, first, shown: 0 });
    all.at(-1)!.shown += Number(shown);
  });
  return all;
}

// Which columns leave first: higher ranks, and of equal ones the last.
export function leaving(columns: { rank?: number }[]): number[] {
  const ranked = columns.flatMap(({ rank }, i) => (rank === undefined ? [] : [{ rank, i }]));
  return ranked.sort((a, b) => b.rank - a.rank || b.i - a.i).map(({ i }) => i);
}

// May be long, and then goes on in the next line: at best between words, or the parts of one.
function words(text: string): HTMLElement {
  return h("span", { class: "name" }, ...text.split(/(?<=[_/])/).flatMap((part, i) => (i === 0 ? [part] : [h("wbr"), part])));
}

class Table<Row> {
  readonly element: HTMLElement;
  private readonly body = h("tbody");
  private readonly above = h("tr", { class: "of" });
  private readonly headings: HTMLElement[];
  private readonly scroll: HTMLElement;
  private readonly whole: HTMLElement;
  private readonly more: HTMLButtonElement;
  private readonly left = new Set<number>(); // columns that are not shown
  private shown: Row[];
  private by = -1;
  private descending = false;
  private all = false;
  private width = 0;

  constructor(
    label: string,
    private readonly rows: Row[],
    private readonly columns: Column<Row>[],
    private readonly other?: OtherOrder<Row>,
  ) {
    this.shown = rows;
    this.headings = columns.map((column, i) => {
      const button = h("button", { type: "button", click: () => this.order(i) }, column.heading, h("span", { class: "arrow", "aria-hidden": "true" }));
      return h("th", { scope: "col", class: column.numeric ? "number" : "" }, button);
    });
    const grouped = columns.some((column) => column.of);
    this.whole = h("table", {}, h("thead", {}, grouped ? this.above : null, h("tr", {}, ...this.headings)), this.body);
    this.scroll = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, this.whole);
    this.more = h("button", { type: "button", class: "more", click: () => this.toggleAll() });
    const controls = h("p", { class: "controls" }, this.otherButton(), this.more);
    this.element = h("div", {}, this.scroll, controls);
    this.fill();
    this.mark();
    new ResizeObserver(() => this.fit()).observe(this.scroll);
    matchMedia("print").addEventListener("change", () => this.fit(true));
  }

  private otherButton(): HTMLElement | null {
    const { other } = this;
    if (!other) return null;
    let first = true;
    const button = h("button", { type: "button", click: () => swap() }, other.otherName);
    const swap = () => {
      first = !first;
      button.textContent = first ? other.otherName : other.name;
      this.by = -1;
      this.headings.forEach((heading) => heading.removeAttribute("aria-sort"));
      this.shown = first ? this.rows : other.rows;
      this.fill();
    };
    return button;
  }

  private order(i: number): void {
    this.descending = this.by === i ? !this.descending : false;
    this.by = i;
    this.headings.forEach((heading) => heading.removeAttribute("aria-sort"));
    this.headings[i].setAttribute("aria-sort", this.descending ? "descending" : "ascending");
    this.shown = sorted(this.rows, this.columns[i], this.descending);
    this.fill();
  }

  private fill(): void {
    const cell = (row: Row, column: Column<Row>, i: number) => {
      const { text } = column.cell(row);
      if (i === 0) return h("th", { scope: "row" }, words(text));
      return h("td", { class: column.numeric ? "number" : "", hidden: this.left.has(i) }, column.numeric ? text : words(text));
    };
    this.body.replaceChildren(...this.shown.map((row) => h("tr", {}, ...this.columns.map((column, i) => cell(row, column, i)))));
  }

  private toggleAll(): void {
    this.all = !this.all;
    this.fit(true);
  }

  private mark(): void {
    this.headings.forEach((heading, i) => heading.toggleAttribute("hidden", this.left.has(i)));
    for (const row of this.body.rows) [...row.cells].forEach((cell, i) => cell.toggleAttribute("hidden", this.left.has(i)));
    const groups = spans(this.columns.map(({ of }, i) => ({ of, shown: !this.left.has(i) }))).filter((one) => one.shown > 0);
    this.above.replaceChildren(...groups.map((one) => (one.of === "" ? h("td", { colspan: one.shown }) : h("th", { colspan: one.shown, scope: "colgroup" }, one.of))));
  }

  private isTooWide(): boolean {
    return this.whole.scrollWidth > this.scroll.clientWidth;
  }

  // Leaves columns out, one at a time, until the rest has room.
  private fit(anew = false): void {
    const width = this.scroll.clientWidth;
    if (width === 0 || (width === this.width && !anew)) return;
    this.width = width;
    this.left.clear();
    this.mark();
    if (!this.all)
      for (const i of leaving(this.columns)) {
        if (!this.isTooWide()) break;
        this.left.add(i);
        this.mark();
      }
    this.more.hidden = this.left.size === 0 && !this.all;
    this.more.textContent = this.all ? "Fewer columns" : `More columns (${this.left.size})`;
  }
}

export function table<Row>(label: string, rows: Row[], columns: Column<Row>[], other?: OtherOrder<Row>): HTMLElement {
  return new Table(label, rows, columns, other).element;
}
