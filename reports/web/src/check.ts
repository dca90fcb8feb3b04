// The page of `lockstep check`: predictions beside what was measured on this machine.

import * as Plot from "@observablehq/plot";

import type { CheckDocument, CheckedRun } from "./data";
import { h } from "./dom";
import { figure } from "./figure";
import { count, seconds, timeUnit } from "./format";
import { seriesColour } from "./palette";
import { number, table, text } from "./table";

// Times repeat to a few percent: no more digits than that.
const share = (value: number) => `${(100 * value).toFixed(1)} %`;

export function checkSentence({ check, tolerance }: CheckDocument): string {
  const off = check.runs.filter((run) => Math.abs(run.time_error) - (run.noise ?? 0) > tolerance).length;
  const differ = check.runs.filter((run) => run.counts === "differ" || run.parameters === "differ").length;
  const counts = differ === 0 ? "FLOPs, bytes, messages and parameters are as predicted in all" : `counts or parameters differ in ${differ}`;
  return (
    `${count(check.runs.length)} real runs beside their predictions: ${counts}. Times are off by ${share(check.median_time_error)} in the median and ` +
    `${share(check.worst_time_error)} at worst; ${off === 0 ? "none" : off} by more than the tolerance of ${share(tolerance)} beyond the machine's noise. ` +
    `Of ${count(check.pairs_apart)} pairs of algorithms whose times differ, ${check.pairs_swapped === 0 ? "all are" : `${count(check.pairs_apart - check.pairs_swapped)} are`} in the predicted order.`
  );
}

const nameOf = (run: CheckedRun) => (run.point ? `${run.label}, ${run.point}` : run.label);

// What was measured, as if the machine had been as fast as when it was calibrated.
const comparable = (run: CheckedRun) => run.measured_s * run.speed;

function tip(run: CheckedRun): string {
  return [nameOf(run), `simulated: ${seconds(run.simulated_s)}`, `measured: ${seconds(run.measured_s)}`, `error: ${share(run.time_error)}`, run.reason ?? ""].filter((line) => line !== "").join("\n");
}

// Both axes are logarithmic and alike: on the diagonal a prediction is right.
function scatter(width: number, { check, tolerance }: CheckDocument): Element {
  const runs = check.runs.filter((run) => run.simulated_s > 0 && run.measured_s > 0);
  const times = runs.flatMap((run) => [run.simulated_s, comparable(run)]);
  const unit = timeUnit(Math.max(...times));
  const [least, most] = [(Math.min(...times) / unit.size) * 0.8, (Math.max(...times) / unit.size) * 1.25];
  const labels = [...new Set(runs.map((run) => run.label))];
  const scale = (label: string) => ({ type: "log", domain: [least, most], label, labelAnchor: "center", labelArrow: "none", grid: true, tickFormat: (value: number) => String(Number(value.toPrecision(2))) }) as const;
  const line = (factor: number, dash?: string) =>
    Plot.line([[least, least * factor], [most, most * factor]], { stroke: "var(--muted)", strokeDasharray: dash, clip: true });
  return Plot.plot({
    width,
    height: Math.max(260, Math.min(460, width * 0.8)),
    marginLeft: 58,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 44,
    style: { fontSize: "12px", background: "none" },
    x: scale(`simulated (${unit.name})`),
    y: scale(`measured, at the calibrated speed (${unit.name})`),
    marks: [
      line(1),
      line(1 / (1 + tolerance), "3 3"),
      ...(tolerance < 1 ? [line(1 / (1 - tolerance), "3 3")] : []),
      Plot.dot(runs, { x: (run: CheckedRun) => run.simulated_s / unit.size, y: (run: CheckedRun) => comparable(run) / unit.size, fill: (run: CheckedRun) => seriesColour(labels.indexOf(run.label)), r: 4, title: tip, tip: { fill: "var(--surface)", stroke: "var(--line)" } }),
    ],
  });
}

function runsTable(runs: CheckedRun[]): HTMLElement {
  return table("predictions beside real runs", runs, [
    { heading: "algorithm", numeric: false, cell: (run) => text(run.label) },
    { heading: "where", numeric: false, cell: (run) => text(run.point ?? "-") },
    { heading: "closed form", numeric: true, cell: (run) => number(run.closed_form_s, seconds) },
    { heading: "simulated", numeric: true, cell: (run) => number(run.simulated_s, seconds) },
    { heading: "measured", numeric: true, cell: (run) => number(run.measured_s, seconds) },
    { heading: "error", numeric: true, cell: (run) => number(run.time_error, share) },
    { heading: "noise", numeric: true, cell: (run) => number(run.noise, share) },
    { heading: "machine's speed", numeric: true, cell: (run) => number(run.speed, (v) => v.toFixed(2)) },
    { heading: "counts", numeric: false, cell: (run) => text(run.counts) },
    { heading: "parameters", numeric: false, cell: (run) => text(run.parameters) },
    { heading: "why", numeric: false, cell: (run) => text(run.reason ?? "") },
  ]);
}

export function checkSections(page: CheckDocument): { id: string; title: string; children: HTMLElement[] }[] {
  const { runs } = page.check;
  if (runs.length === 0) return [{ id: "times", title: "Times", children: [h("p", {}, "No run was checked.")] }];
  const labels = [...new Set(runs.map((run) => run.label))];
  const chart = figure({
    id: "check",
    title: "Measured against simulated time",
    sentence: `A dot a run; on the line the prediction is right, between the dashed lines it is off by no more than ${share(page.tolerance)}.`,
    legend: labels.map((label, i) => ({ label, colour: seriesColour(i) })),
    draw: (width) => scatter(width, page),
  });
  return [
    { id: "times", title: "Times", children: [chart] },
    { id: "comparison", title: "All runs", children: [h("p", {}, "A click on a heading orders the rows. Errors are those at the machine's speed when it was calibrated."), runsTable(runs)] },
  ];
}
