// A table whose rows are put in order by a click, or a key, on a column's heading.

import { h } from "./dom";

export interface Cell {
  text: string;
  value: number | string; // what rows are ordered by
}

export interface Column<Row> {
  heading: string;
  cell: (row: Row) => Cell;
  numeric: boolean;
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

function bodyRow<Row>(row: Row, columns: Column<Row>[]): HTMLElement {
  return h(
    "tr",
    {},
    ...columns.map((column, i) =>
      h(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : { class: column.numeric ? "number" : "" }, column.cell(row).text),
    ),
  );
}

export function table<Row>(label: string, rows: Row[], columns: Column<Row>[]): HTMLElement {
  const body = h("tbody");
  const show = (shown: Row[]) => body.replaceChildren(...shown.map((row) => bodyRow(row, columns)));
  let by = -1;
  let descending = false;
  const headings = columns.map((column, i) => {
    const button = h("button", { type: "button", click: () => order(i) }, column.heading, h("span", { class: "arrow", "aria-hidden": "true" }));
    return h("th", { scope: "col", class: column.numeric ? "number" : "" }, button);
  });
  const order = (i: number) => {
    descending = by === i ? !descending : false;
    by = i;
    headings.forEach((heading) => heading.removeAttribute("aria-sort"));
    headings[i].setAttribute("aria-sort", descending ? "descending" : "ascending");
    show(sorted(rows, columns[i], descending));
  };
  show(rows);
  const whole = h("table", {}, h("thead", {}, h("tr", {}, ...headings)), body);
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, whole);
}
