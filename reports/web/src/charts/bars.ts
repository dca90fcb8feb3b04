// Horizontal bars, stacked, a row a run.

import * as Plot from "@observablehq/plot";

import { shorten } from "../format";

export interface Bar {
  row: string; // unique
  part: string;
  value: number;
  colour: string;
  tip: string;
}

export interface Mark {
  row: string;
  value: number;
  tip: string;
}

// Rows in order of first appearance; `marks` are strokes across their row; `most`: where the axis ends.
export function stackedBars(width: number, bars: Bar[], axis: string, marks: Mark[], most?: number): Element {
  const rows = [...new Set(bars.map((bar) => bar.row))];
  const letters = width < 500 ? 16 : 28;
  const longest = Math.max(...rows.map((row) => Math.min(letters, Array.from(row).length)), 4);
  return Plot.plot({
    width,
    height: 26 * rows.length + 60,
    marginLeft: 7.2 * longest + 14,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 44,
    style: { fontSize: "12px", background: "none" },
    x: { label: axis, grid: true, labelAnchor: "center", labelArrow: "none", ticks: Math.max(3, width / 110), ...(most === undefined ? { nice: true } : { domain: [0, most] }) },
    y: { domain: rows, label: null, tickFormat: (row: string) => shorten(row, letters), tickSize: 0, padding: 0.25 },
    marks: [
      Plot.barX(bars, {
        x: "value",
        y: "row",
        fill: "colour",
        title: "tip",
        tip: { fill: "var(--surface)", stroke: "var(--line)" },
      }),
      Plot.ruleX([0], { stroke: "var(--text)" }),
      Plot.tickX(marks, { x: "value", y: "row", stroke: "var(--surface)", strokeWidth: 6, inset: -3 }),
      Plot.tickX(marks, { x: "value", y: "row", stroke: "var(--text)", strokeWidth: 2.5, inset: -3, title: "tip" }),
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
