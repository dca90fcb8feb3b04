// Lines over an axis of a sweep, with a mark for each point.

import * as Plot from "@observablehq/plot";

import type { SweepLine } from "../data";
import type { Hidden } from "../figure";
import { axisNumber } from "../format";
import type { Marker } from "../palette";
import { reachable } from "./reach";

export interface CurvePoint {
  x: number;
  y: number;
  line?: SweepLine; // none of the ideal line
}

export interface Curve {
  name: string;
  colour: string;
  dash: string;
  marker?: Marker;
  points: CurvePoint[];
}

export interface CurveAxes {
  x: string;
  y: string;
  logX: boolean;
  logY: boolean;
  ticks?: number[]; // of x: the values of the sweep, where they are few
}

// What becomes of a point that is reached, or pressed.
export interface Choose {
  show: (line: SweepLine, words: string) => void;
  press: (line: SweepLine, words: string) => void;
}

type Placed = CurvePoint & { name: string; curve: number; line: SweepLine };

// What is not above 0 has no place on a logarithmic axis.
const drawable = (curve: Curve, axes: CurveAxes): CurvePoint[] => curve.points.filter(({ x, y }) => (!axes.logX || x > 0) && (!axes.logY || y > 0));

// Right and left along a curve; up and down to the next curve, at the same value.
export function neighbour(points: { x: number; curve: number }[], i: number, key: string): number | undefined {
  const { x, curve } = points[i];
  const along = points.flatMap((point, j) => (point.curve === curve ? [j] : []));
  const place = along.indexOf(i);
  if (key === "ArrowRight") return along[place + 1];
  if (key === "ArrowLeft") return along[place - 1];
  const others = points.flatMap((point, j) => (point.x === x && (key === "ArrowDown" ? point.curve > curve : point.curve < curve) ? [j] : []));
  return key === "ArrowDown" ? others[0] : others.at(-1);
}

export function curveChart(width: number, hidden: Hidden, all: Curve[], axes: CurveAxes, choose: Choose): Element {
  const scale = (log: boolean) => ({ ...(log ? { type: "log" as const, inset: 6 } : { nice: true }), tickFormat: axisNumber, labelArrow: "none", grid: true }) as const;
  const curves = all.filter((one) => !hidden.has(one.name));
  const placed = curves.map((one, curve) => drawable(one, axes).flatMap((point): Placed[] => (point.line ? [{ ...point, name: one.name, curve, line: point.line }] : [])));
  const every = placed.flat();
  const words = (point: CurvePoint & { name: string }) => `${point.name}: ${axes.x} ${axisNumber(point.x)}, ${axes.y} ${axisNumber(point.y)}`;
  const chart = Plot.plot({
    width,
    height: Math.max(260, Math.min(420, width * 0.6)),
    marginLeft: 62,
    marginRight: 18,
    marginTop: 26,
    marginBottom: 44,
    style: { fontSize: "12px", background: "none" },
    x: { label: axes.x, labelAnchor: "center", ...scale(axes.logX), ticks: axes.ticks ?? Math.max(3, width / 90) },
    y: { label: axes.y, ...scale(axes.logY), ticks: 6 },
    marks: [
      ...curves.map((one) => Plot.line(drawable(one, axes), { x: "x", y: "y", stroke: one.colour, strokeWidth: 2, strokeDasharray: one.dash || undefined, clip: true })),
      ...placed.map((points, i) => Plot.dot(points, { x: "x", y: "y", fill: curves[i].colour, symbol: curves[i].marker, r: 4.5 })),
      Plot.tip(every, Plot.pointer({ x: "x", y: "y", title: (point) => `${point.name}\n${axes.x}: ${axisNumber(point.x)}\n${axes.y}: ${axisNumber(point.y)}`, fill: "var(--surface)", stroke: "var(--line)" })),
    ],
  });
  reachable(chart, 'g[aria-label="dot"] > *', (value) => every.indexOf(value as Placed), {
    words: (i) => words(every[i]),
    next: (i, key) => neighbour(every, i, key),
    show: (i) => choose.show(every[i].line, words(every[i])),
    press: (i) => choose.press(every[i].line, words(every[i])),
  });
  return chart;
}
