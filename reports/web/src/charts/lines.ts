// Lines, one a run: a colour and a dash each.

import * as Plot from "@observablehq/plot";

import { count } from "../format";

export interface Series {
  name: string;
  colour: string;
  dash: string;
  points: { x: number; y: number }[];
  dots?: boolean; // false: none, even where the axes say so
}

export interface Axes {
  x: string;
  y: string;
  log?: boolean;
  rule?: number; // a horizontal line
  dots?: boolean;
  ticks?: number[]; // of x
}

function plain(value: number): string {
  return value >= 10_000 ? count(value) : String(Number(value.toPrecision(3)));
}

export function lineChart(width: number, series: Series[], axes: Axes): Element {
  const scale = axes.log ? ({ type: "log", tickFormat: plain, inset: 6 } as const) : { nice: true };
  const every = series.flatMap((one) => one.points.map((point) => ({ ...point, name: one.name })));
  return Plot.plot({
    width,
    height: Math.max(220, Math.min(340, width * 0.6)),
    marginLeft: 58,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 44,
    style: { fontSize: "12px", background: "none" },
    x: { label: axes.x, labelAnchor: "center", labelArrow: "none", grid: true, ticks: Math.max(3, width / 90), ...scale, ...(axes.ticks ? { ticks: axes.ticks, tickFormat: "d" } : {}) },
    y: { label: axes.y, labelArrow: "none", grid: true, ticks: 6, ...scale },
    marks: [
      ...(axes.rule === undefined ? [] : [Plot.ruleY([axes.rule], { stroke: "var(--text)", strokeDasharray: "3 3" })]),
      ...series.map((one) =>
        Plot.line(one.points, { x: "x", y: "y", stroke: one.colour, strokeWidth: 2, strokeDasharray: one.dash || undefined, clip: true }),
      ),
      ...(axes.dots ? series.filter((one) => one.dots !== false).map((one) => Plot.dot(one.points, { x: "x", y: "y", fill: one.colour, r: 4 })) : []),
      Plot.tip(every, Plot.pointer({ x: "x", y: "y", title: (d) => `${d.name}\n${axes.x}: ${d.x.toPrecision(4)}\n${axes.y}: ${d.y.toPrecision(4)}`, fill: "var(--surface)", stroke: "var(--line)" })),
    ],
  });
}
