// Lines over an axis of a sweep, with a dot for each point.

import * as Plot from "@observablehq/plot";

import type { SweepLine } from "../data";
import { count } from "../format";
import { onPress } from "./press";

export interface CurvePoint {
  x: number;
  y: number;
  line?: SweepLine; // none of the ideal line
}

export interface Curve {
  name: string;
  colour: string;
  dash: string;
  points: CurvePoint[];
}

interface Axes {
  x: string;
  y: string;
  logX: boolean;
  logY: boolean;
}

const plain = (value: number): string => (Math.abs(value) >= 10_000 ? count(value) : String(Number(value.toPrecision(3))));

// What is not above 0 has no place on a logarithmic axis.
const drawable = (curve: Curve, axes: Axes): CurvePoint[] => curve.points.filter(({ x, y }) => (!axes.logX || x > 0) && (!axes.logY || y > 0));

export function curveChart(width: number, curves: Curve[], axes: Axes, choose: (line: SweepLine) => void): Element {
  const scale = (log: boolean) => ({ ...(log ? { type: "log" as const, inset: 6 } : { nice: true }), tickFormat: plain, labelArrow: "none", grid: true }) as const;
  const every = curves.flatMap((curve) => drawable(curve, axes).map((point) => ({ ...point, name: curve.name }))).filter((point) => point.line);
  const chart = Plot.plot({
    width,
    height: Math.max(260, Math.min(420, width * 0.6)),
    marginLeft: 62,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 44,
    style: { fontSize: "12px", background: "none" },
    x: { label: axes.x, labelAnchor: "center", ...scale(axes.logX), ticks: Math.max(3, width / 90) },
    y: { label: axes.y, ...scale(axes.logY), ticks: 6 },
    marks: [
      ...curves.map((one) => Plot.line(drawable(one, axes), { x: "x", y: "y", stroke: one.colour, strokeWidth: 2, strokeDasharray: one.dash || undefined, clip: true })),
      ...curves.map((one) => Plot.dot(drawable(one, axes).filter((point) => point.line), { x: "x", y: "y", fill: one.colour, r: 4 })),
      Plot.tip(every, Plot.pointer({ x: "x", y: "y", title: (point) => `${point.name}\n${axes.x}: ${plain(point.x)}\n${axes.y}: ${plain(point.y)}`, fill: "var(--surface)", stroke: "var(--line)" })),
    ],
  });
  onPress(chart, 'g[aria-label="dot"] circle', (i) => choose(every[i].line!));
  return chart;
}
