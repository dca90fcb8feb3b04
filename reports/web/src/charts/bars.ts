// Horizontal bars, stacked, a row a run.

import * as Plot from "@observablehq/plot";

import { axisNumber } from "../format";
import type { Hidden } from "../figure";
import { nameLayout } from "./names";

export interface Bar {
  row: string; // unique
  part: string;
  value: number;
  colour: string;
  tip: string;
}

export interface Mark {
  row: string;
  part: string;
  value: number;
  tip: string;
}

export interface Bars {
  bars: Bar[];
  marks: Mark[]; // strokes across their row
  axis: string;
  most?: number; // where the axis ends
  log?: boolean; // a bar's end is its sum on a logarithmic axis, and its parts divide it as they divide the sum
}

// Where a bar's parts begin and end: one after the other, or, on a logarithmic axis from `least` on, as
// shares of the bar's length there.
export function stretches(bars: Bar[], least?: number): { bar: Bar; from: number; to: number }[] {
  const sums = new Map<string, number>();
  for (const bar of bars) sums.set(bar.row, (sums.get(bar.row) ?? 0) + bar.value);
  const before = new Map<string, number>();
  return bars.map((bar) => {
    const [from, sum] = [before.get(bar.row) ?? 0, sums.get(bar.row)!];
    const to = from + bar.value;
    before.set(bar.row, to);
    if (least === undefined) return { bar, from, to };
    const place = (value: number) => least * (sum / least) ** (sum > 0 ? value / sum : 0);
    return { bar, from: place(from), to: place(to) };
  });
}

// The most over the least, of those that are above 0.
export function spread(values: number[]): number {
  const positive = values.filter((value) => value > 0);
  return positive.length === 0 ? 1 : Math.max(...positive) / Math.min(...positive);
}

// Beyond this spread, the shortest bar of a linear axis could not be read any more.
export const wideSpread = 30;

function sumsOf(bars: Bar[]): number[] {
  const sums = new Map<string, number>();
  for (const bar of bars) sums.set(bar.row, (sums.get(bar.row) ?? 0) + bar.value);
  return [...sums.values()].filter((sum) => sum > 0);
}

// Rows in order of first appearance, also those of which all is hidden.
export function stackedBars(width: number, hidden: Hidden, all: Bars): Element {
  const rows = [...new Set(all.bars.map((bar) => bar.row))];
  const bars = all.bars.filter((bar) => !hidden.has(bar.part));
  const marks = all.marks.filter((mark) => !hidden.has(mark.part));
  const sums = sumsOf(bars);
  const least = all.log && sums.length > 0 ? Math.min(...sums, ...marks.map((mark) => mark.value).filter((value) => value > 0)) / 2 : undefined;
  const names = nameLayout(rows, width);
  const domain = least !== undefined ? { type: "log" as const, domain: [least, 1.1 * Math.max(...sums, ...marks.map((mark) => mark.value))] } : all.most !== undefined ? { domain: [0, all.most] } : { nice: true };
  return Plot.plot({
    width,
    height: names.rowHeight * rows.length + 56,
    marginLeft: names.margin,
    marginRight: 18,
    marginTop: 8,
    marginBottom: 48,
    style: { fontSize: "12px", background: "none" },
    x: { label: all.axis, grid: true, labelAnchor: "center", labelArrow: "none", ticks: Math.max(2, width / 110), tickFormat: axisNumber, ...domain },
    y: { domain: rows, label: null, axis: null, padding: 0 },
    marks: [
      Plot.barX(stretches(bars, least), {
        x1: "from",
        x2: "to",
        y: (one) => one.bar.row,
        fill: (one) => one.bar.colour,
        title: (one) => one.bar.tip,
        insetTop: names.above + 4,
        insetBottom: 3,
        insetRight: 0.5,
        tip: { fill: "var(--surface)", stroke: "var(--line)" },
      }),
      ...(least === undefined ? [Plot.ruleX([0], { stroke: "var(--text)" })] : []),
      Plot.tickX(marks, { x: "value", y: "row", stroke: "var(--surface)", strokeWidth: 6, insetTop: names.above + 1 }),
      Plot.tickX(marks, { x: "value", y: "row", stroke: "var(--text)", strokeWidth: 2.5, insetTop: names.above + 1, title: "tip" }),
      ...names.marks(rows),
    ],
  });
}

// Row names that differ, for runs whose labels may be the same.
export function rowNames(labels: string[]): string[] {
  const seen = new Map<string, number>();
  return labels.map((label) => {
    const before = seen.get(label) ?? 0;
    seen.set(label, before + 1);
    return before === 0 ? label : `${label} (${before + 1})`;
  });
}
