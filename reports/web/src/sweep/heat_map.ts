// Who wins at each point of two axes: a field each, with lines where winners differ.

import * as Plot from "@observablehq/plot";

import type { SweepAxis, SweepLine } from "../data";
import { count } from "../format";
import { textWidth } from "../charts/names";
import type { Choose } from "./curves";
import { valuesOf, winnerAt, wordsAt } from "./points";
import { reachable } from "./reach";

interface Axes {
  x: SweepAxis;
  y: SweepAxis;
  xTitle: string;
  yTitle: string;
}

// How fields of a winner look: a letter beside the colour, for those who do not see a difference.
export interface FieldLook {
  colour: string;
  letter: string;
}

interface Field {
  column: number;
  row: number;
  winner: string;
  line: SweepLine;
}

function tip({ winner, line }: Field): string {
  const all = line.runs ?? [];
  const runs = all.map((run) => `${run.label}: ${typeof run.samples_per_s === "number" ? `${count(run.samples_per_s)} samples/s` : "failed"}${run.fits_in_memory === false ? ", needs more memory than devices have" : ""}`);
  const none = all.some((run) => run.fits_in_memory === false) ? "none fits in memory" : "all failed";
  return [winner === "" ? none : `fastest: ${winner}`, ...runs].join("\n");
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

// The field beside another.
export function beside(fields: { column: number; row: number }[], i: number, key: string): number | undefined {
  const { column, row } = fields[i];
  const [right, up] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key] ?? [0, 0];
  const found = fields.findIndex((field) => field.column === column + right && field.row === row + up);
  return found < 0 ? undefined : found;
}

export function heatMap(width: number, lines: SweepLine[], axes: Axes, look: (label: string) => FieldLook, choose: Choose): Element {
  const [columns, rows] = [valuesOf(axes.x, lines), valuesOf(axes.y, lines)];
  const fields = fieldsOf(lines, axes.x, axes.y);
  const lookOf = (field: Field) => (field.winner === "" ? { colour: "var(--idle)", letter: "" } : look(field.winner));
  const middle = { x: (field: Field) => field.column + 0.5, y: (field: Field) => field.row + 0.5 };
  const marginLeft = Math.min(0.35 * width, 40 + Math.max(24, ...rows.map(textWidth)));
  const every = Math.ceil((columns.length * (Math.max(...columns.map(textWidth)) + 12)) / (width - marginLeft - 20)); // so that words do not overlap
  const ticks = (words: string[], each: number) => ({ ticks: words.flatMap((_, i) => (i % each === 0 ? [i + 0.5] : [])), tickFormat: (place: number) => words[Math.floor(place)] ?? "", domain: [0, words.length], labelArrow: "none" }) as const;
  const words = (field: Field) => `${axes.xTitle} ${columns[field.column]}, ${axes.yTitle} ${rows[field.row]}: ${tip(field).split("\n")[0]}`;
  const chart = Plot.plot({
    width,
    height: Math.max(200, Math.min(460, 60 + 40 * rows.length)),
    marginLeft,
    marginBottom: 44,
    style: { fontSize: "12px", background: "none" },
    x: { label: axes.xTitle, labelAnchor: "center", ...ticks(columns, every) },
    y: { label: axes.yTitle, ...ticks(rows, 1) },
    marks: [
      Plot.rect(fields, { x1: "column", x2: (field: Field) => field.column + 1, y1: "row", y2: (field: Field) => field.row + 1, fill: (field: Field) => lookOf(field).colour, inset: 0.5 }),
      Plot.text(fields, { ...middle, text: (field: Field) => lookOf(field).letter, fill: "var(--text)", stroke: "var(--surface)", strokeWidth: 4, fontSize: 13, fontWeight: 600, pointerEvents: "none" }),
      Plot.link(edgesOf(fields), { x1: "x1", x2: "x2", y1: "y1", y2: "y2", stroke: "var(--text)", strokeWidth: 3, pointerEvents: "none" }),
      Plot.tip(fields, Plot.pointer({ ...middle, maxRadius: 200, title: tip, fill: "var(--surface)", stroke: "var(--line)" })),
    ],
  });
  reachable(chart, 'g[aria-label="rect"] rect', (value) => fields.indexOf(value as Field), {
    words: (i) => words(fields[i]),
    next: (i, key) => beside(fields, i, key),
    show: (i) => choose.show(fields[i].line, words(fields[i])),
    press: (i) => choose.press(fields[i].line, words(fields[i])),
  });
  return chart;
}
