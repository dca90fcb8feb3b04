// Raw flows: each from its start to its end.

import * as Plot from "@observablehq/plot";

import type { Flow } from "../data";
import { figure } from "../figure";
import { bitRate, bytes, seconds, timeUnit } from "../format";
import { nameLayout } from "./names";

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
      const rows = bars.map((bar) => bar.row);
      const names = nameLayout(rows, width, 22);
      return Plot.plot({
        width,
        height: names.rowHeight * rows.length + 56,
        marginLeft: names.margin,
        marginRight: 18,
        marginTop: 8,
        marginBottom: 48,
        style: { fontSize: "12px", background: "none" },
        x: { label: `time (${unit.name})`, labelAnchor: "center", labelArrow: "none", grid: true, ticks: Math.max(2, width / 110) },
        y: { domain: rows, axis: null, padding: 0 },
        marks: [Plot.barX(bars, { x1: "begin", x2: "end", y: "row", insetTop: names.above + 3, insetBottom: 2, fill: "var(--blue)", title: "tip", tip: { fill: "var(--surface)", stroke: "var(--line)" } }), ...names.marks(rows)],
      });
    },
  });
}
