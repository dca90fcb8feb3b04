// Who wins at each point of two axes: a field each, with lines where winners differ.

import * as Plot from "@observablehq/plot";

import type { SweepAxis, SweepLine } from "../data";
import { count } from "../format";
import { onPress } from "./press";
import { valuesOf, winnerAt, wordsAt } from "./points";

interface Axes {
  x: SweepAxis;
  y: SweepAxis;
  xTitle: string;
  yTitle: string;
}

interface Field {
  column: number;
  row: number;
  winner: string;
  line: SweepLine;
}

function tip({ winner, line }: Field): string {
  const runs = (line.runs ?? []).map((run) => `${run.label}: ${typeof run.samples_per_s === "number" ? `${count(run.samples_per_s)} samples/s` : "failed"}`);
  return [winner === "" ? "all failed" : `fastest: ${winner}`, ...runs].join("\n");
}

// The edges between neighbours with different winners.
export function edgesOf(fields: Field[]): { x1: number; y1: number; x2: number; y2: number }[] {
  const at = new Map(fields.map((field) => [`${field.column} ${field.row}`, field]));
  return fields.flatMap(({ column, row, winner }) => {
    const right = at.get(`${column + 1} ${row}`);
    const above = at.get(`${column} ${row + 1}`);
    return [
      ...(right && right.winner !== winner ? [{ x1: column + 1, x2: column + 1, y1: row, y2: row + 1 }] : []),
      ...(above && above.winner !== winner ? [{ x1: column, x2: column + 1, y1: row + 1, y2: row + 1 }] : []),
    ];
  });
}

export function fieldsOf(lines: SweepLine[], x: SweepAxis, y: SweepAxis): Field[] {
  const [columns, rows] = [valuesOf(x, lines), valuesOf(y, lines)];
  return lines.map((line) => ({ column: columns.indexOf(wordsAt(x, line)), row: rows.indexOf(wordsAt(y, line)), winner: winnerAt(line)?.label ?? "", line }));
}

export function heatMap(width: number, lines: SweepLine[], axes: Axes, colour: (label: string) => string, choose: (line: SweepLine) => void): Element {
  const [columns, rows] = [valuesOf(axes.x, lines), valuesOf(axes.y, lines)];
  const fields = fieldsOf(lines, axes.x, axes.y);
  const ticks = (words: string[]) => ({ ticks: words.map((_, i) => i + 0.5), tickFormat: (place: number) => words[Math.floor(place)] ?? "", domain: [0, words.length], labelArrow: "none" }) as const;
  const chart = Plot.plot({
    width,
    height: Math.max(200, Math.min(460, 60 + 40 * rows.length)),
    marginLeft: 72,
    marginBottom: 44,
    style: { fontSize: "12px", background: "none" },
    x: { label: axes.xTitle, labelAnchor: "center", ...ticks(columns) },
    y: { label: axes.yTitle, ...ticks(rows) },
    marks: [
      Plot.rect(fields, { x1: "column", x2: (field: Field) => field.column + 1, y1: "row", y2: (field: Field) => field.row + 1, fill: (field: Field) => (field.winner === "" ? "var(--idle)" : colour(field.winner)), inset: 0.5 }),
      Plot.link(edgesOf(fields), { x1: "x1", x2: "x2", y1: "y1", y2: "y2", stroke: "var(--text)", strokeWidth: 3 }),
      Plot.tip(fields, Plot.pointer({ x: (field: Field) => field.column + 0.5, y: (field: Field) => field.row + 0.5, maxRadius: 200, title: tip, fill: "var(--surface)", stroke: "var(--line)" })),
    ],
  });
  onPress(chart, 'g[aria-label="rect"] rect', (i) => choose(fields[i].line));
  return chart;
}
