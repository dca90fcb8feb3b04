// Raw flows: each from its start to its end.

import * as Plot from "@observablehq/plot";

import type { Flow } from "../data";
import { figure } from "../figure";
import { bitRate, bytes, seconds, shorten, timeUnit } from "../format";

const mostShown = 200;

export function flowFigure(flows: Flow[]): HTMLElement {
  const shown = flows.slice(0, mostShown);
  const unit = timeUnit(Math.max(0, ...shown.map((flow) => flow.finish_s)));
  const bars = shown.map((flow, i) => ({
    row: `${i}: ${flow.from} to ${flow.to}`,
    begin: flow.start_s / unit.size,
    end: flow.finish_s / unit.size,
    tip: `${flow.from} to ${flow.to}\n${bytes(flow.bytes)}, ${seconds(flow.start_s)} to ${seconds(flow.finish_s)}\n${bitRate(flow.bytes / (flow.finish_s - flow.start_s))}`,
  }));
  return figure({
    id: "flows",
    title: "Flows",
    sentence: `From when each flow starts to when its last byte arrives.${shown.length < flows.length ? ` The first ${mostShown} of ${flows.length} are shown.` : ""}`,
    legend: [{ label: "flow", colour: "var(--blue)" }],
    draw: (width) => {
      const letters = width < 500 ? 16 : 30;
      return Plot.plot({
        width,
        height: 22 * bars.length + 60,
        marginLeft: 7.2 * Math.max(4, ...bars.map((bar) => Math.min(letters, bar.row.length))) + 14,
        marginTop: 8,
        marginBottom: 44,
        style: { fontSize: "12px", background: "none" },
        x: { label: `time (${unit.name})`, labelAnchor: "center", labelArrow: "none", grid: true },
        y: { domain: bars.map((bar) => bar.row), label: null, tickSize: 0, tickFormat: (row: string) => shorten(row, letters) },
        marks: [Plot.barX(bars, { x1: "begin", x2: "end", y: "row", fill: "var(--blue)", title: "tip", tip: { fill: "var(--surface)", stroke: "var(--line)" } })],
      });
    },
  });
}
