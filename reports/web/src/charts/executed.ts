// Real runs: what they reached, and when.

import type { PageDocument } from "../data";
import { figure } from "../figure";
import { seconds, timeUnit } from "../format";
import { lineChart, lineLegend, lookOf } from "./lines";

export function executedFigure(document: PageDocument): HTMLElement | null {
  const runs = (document.report.runs ?? []).filter((run) => run.executed && Number.isFinite(run.executed.final_loss));
  if (runs.length === 0) return null;
  const unit = timeUnit(Math.max(...runs.map((run) => run.executed!.wall_s)));
  const series = runs.map((run) => ({ name: run.label, ...lookOf(document.report.runs!.indexOf(run)), points: [{ x: run.executed!.wall_s / unit.size, y: run.executed!.final_loss }] }));
  const best = runs.reduce((a, b) => (b.executed!.final_loss < a.executed!.final_loss ? b : a));
  return figure({
    id: "executed-loss",
    title: "Final loss against wall-clock time",
    sentence: `Further left is sooner, further down is better. ${best.label} ends with the least loss, after ${seconds(best.executed!.wall_s)}.`,
    legend: lineLegend(series, true).map((item) => ({ ...item, line: false })),
    draw: (width, hidden) => lineChart(width, hidden, series, { x: `wall-clock time of the run (${unit.name})`, y: "final loss (held-out samples)", dots: true }),
  });
}
