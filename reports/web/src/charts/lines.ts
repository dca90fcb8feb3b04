// Lines, one a run: a colour and a dash each, and a marker where points matter.

import * as Plot from "@observablehq/plot";

import type { Hidden, LegendItem } from "../figure";
import { axisNumber } from "../format";
import { seriesColour, seriesDash, seriesMarker, type Marker } from "../palette";

export interface Series {
  name: string;
  colour: string;
  dash: string;
  marker?: Marker;
  points: { x: number; y: number }[];
  dots?: boolean; // false: none, even where the axes say so
}

export interface Axes {
  x: string;
  y: string;
  logX?: boolean;
  logY?: boolean;
  mostX?: number; // where the axis ends: beyond it nothing is drawn
  rule?: number; // a horizontal line
  dots?: boolean;
  ticks?: number[]; // of x
}

// How the series of a place among all looks, everywhere.
export function lookOf(place: number): { colour: string; dash: string; marker: Marker } {
  return { colour: seriesColour(place), dash: seriesDash(place), marker: seriesMarker(place) };
}

export function lineLegend(series: Series[], dots: boolean): LegendItem[] {
  return series.map((one) => ({ label: one.name, colour: one.colour, dash: one.dash, line: true, marker: dots && one.dots !== false ? one.marker : undefined }));
}

// What is not above 0 has no place on a logarithmic axis.
function drawable(one: Series, axes: Axes): Series["points"] {
  return one.points.filter(({ x, y }) => (!axes.logX || x > 0) && (!axes.logY || y > 0));
}

// Up to an end, and on to it along the line to the next point.
export function cutAt(points: Series["points"], end: number): Series["points"] {
  const within = points.filter((point) => point.x <= end);
  const [last, next] = [within.at(-1), points[within.length]];
  if (!last || !next || last.x === end) return within;
  return [...within, { x: end, y: last.y + ((end - last.x) / (next.x - last.x)) * (next.y - last.y) }];
}

export function lineChart(width: number, hidden: Hidden, all: Series[], axes: Axes): Element {
  const scale = (log?: boolean) => (log ? ({ type: "log", tickFormat: axisNumber, inset: 6 } as const) : { nice: true, tickFormat: axisNumber });
  const series = all.filter((one) => !hidden.has(one.name)).map((one) => ({ ...one, points: drawable(one, axes) }));
  const { mostX } = axes;
  const drawn = series.map((one) => ({ ...one, points: mostX === undefined ? one.points : cutAt(one.points, mostX) }));
  const every = drawn.flatMap((one) => one.points.map((point) => ({ ...point, name: one.name })));
  const end = mostX === undefined ? {} : { domain: [0, mostX] };
  return Plot.plot({
    width,
    height: Math.max(220, Math.min(340, width * 0.6)),
    marginLeft: 58,
    marginRight: 18,
    marginTop: 26,
    marginBottom: 44,
    style: { fontSize: "12px", background: "none" },
    x: { label: axes.x, labelAnchor: "center", labelArrow: "none", grid: true, ticks: Math.max(3, width / 90), ...scale(axes.logX), ...end, ...(axes.ticks ? { ticks: axes.ticks, tickFormat: "d" } : {}) },
    y: { label: axes.y, labelArrow: "none", grid: true, ticks: 6, ...scale(axes.logY) },
    marks: [
      ...(axes.rule === undefined ? [] : [Plot.ruleY([axes.rule], { stroke: "var(--text)", strokeDasharray: "3 3" })]),
      ...drawn.map((one) =>
        Plot.line(one.points, { x: "x", y: "y", stroke: one.colour, strokeWidth: 2, strokeDasharray: one.dash || undefined }),
      ),
      ...(axes.dots ? drawn.filter((one) => one.dots !== false).map((one) => Plot.dot(one.points, { x: "x", y: "y", fill: one.colour, r: 4, symbol: one.marker })) : []),
      Plot.tip(every, Plot.pointer({ x: "x", y: "y", title: (d) => `${d.name}\n${axes.x}: ${d.x.toPrecision(4)}\n${axes.y}: ${d.y.toPrecision(4)}`, fill: "var(--surface)", stroke: "var(--line)" })),
    ],
  });
}
