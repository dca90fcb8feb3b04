// The page of `lockstep check`: predictions beside what was measured on this machine.

import * as Plot from "@observablehq/plot";

import type { CheckDocument, CheckedRun } from "./data";
import { h } from "./dom";
import { axisNumber, count, percentBeside, seconds, timeUnit } from "./format";
import { figure, type Hidden } from "./figure";
import { inOneUnit } from "./columns";
import { seriesColour, seriesMarker } from "./palette";
import { table, text } from "./table";

// Times repeat to a few percent: no more digits than that.
const oneDigit = (inPercent: number) => inPercent.toFixed(1);
const share = (value: number) => `${oneDigit(100 * value)} %`;

// An error beside the tolerance: with the digits that show on which side it is.
const errorText = (error: number, tolerance: number) => percentBeside(error, Math.sign(error) * tolerance, oneDigit);

export function checkSentence({ check, tolerance }: CheckDocument): string {
  const off = check.runs.filter((run) => Math.abs(run.time_error) - (run.noise ?? 0) > tolerance).length;
  const differ = check.runs.filter((run) => run.counts === "differ" || run.parameters === "differ").length;
  const counts = differ === 0 ? "FLOPs, bytes, messages and parameters are as predicted in all" : `counts or parameters differ in ${differ}`;
  return (
    `${count(check.runs.length)} real runs beside their predictions: ${counts}. Times are off by ${share(check.median_time_error)} in the median and ` +
    `${errorText(check.worst_time_error, tolerance)} at worst; ${off === 0 ? "none" : off} by more than the tolerance of ${share(tolerance)} beyond the machine's noise. ` +
    `Of ${count(check.pairs_apart)} pairs of algorithms whose times differ, ${check.pairs_swapped === 0 ? "all are" : `${count(check.pairs_apart - check.pairs_swapped)} are`} in the predicted order.`
  );
}

const nameOf = (run: CheckedRun) => (run.point ? `${run.label}, ${run.point}` : run.label);

// What was measured, as if the machine had been as fast as when it was calibrated.
const comparable = (run: CheckedRun) => run.measured_s * run.speed;

function tip(run: CheckedRun, tolerance: number): string {
  return [nameOf(run), `simulated: ${seconds(run.simulated_s)}`, `measured: ${seconds(run.measured_s)}`, `error: ${errorText(run.time_error, tolerance)}`, run.reason ?? ""].filter((line) => line !== "").join("\n");
}

// Both axes are logarithmic and alike: on the diagonal a prediction is right.
function scatter(width: number, hidden: Hidden, { check, tolerance }: CheckDocument): Element {
  const placed = check.runs.filter((run) => run.simulated_s > 0 && run.measured_s > 0);
  const times = placed.flatMap((run) => [run.simulated_s, comparable(run)]);
  const unit = timeUnit(Math.max(...times));
  const [least, most] = [(Math.min(...times) / unit.size) * 0.8, (Math.max(...times) / unit.size) * 1.25];
  const labels = [...new Set(check.runs.map((run) => run.label))];
  const shown = labels.map((label, i) => ({ label, colour: seriesColour(i), marker: seriesMarker(i) })).filter(({ label }) => !hidden.has(label));
  const scale = (label: string) => ({ type: "log", domain: [least, most], label, labelAnchor: "center", labelArrow: "none", grid: true, ticks: Math.max(3, width / 130), tickFormat: axisNumber }) as const;
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
      ...shown.map(({ label, colour, marker }) =>
        Plot.dot(placed.filter((run) => run.label === label), { x: (run: CheckedRun) => run.simulated_s / unit.size, y: (run: CheckedRun) => comparable(run) / unit.size, fill: colour, symbol: marker, r: 4.5, title: (run: CheckedRun) => tip(run, tolerance), tip: { fill: "var(--surface)", stroke: "var(--line)" } }),
      ),
    ],
  });
}

function runsTable(runs: CheckedRun[], tolerance: number): HTMLElement {
  const ofRun = "of the whole run";
  const isSweep = runs.some((run) => run.point);
  const simulated = runs.map((run) => run.simulated_s);
  return table("predictions beside real runs", runs, [
    { heading: "algorithm", numeric: false, cell: (run) => text(run.label) },
    ...(isSweep ? [{ heading: "where", numeric: false, cell: (run: CheckedRun) => text(run.point ?? "-") }] : []),
    inOneUnit("closed form", "time", runs, (run) => run.closed_form_s, { of: ofRun, rank: 3, like: simulated }),
    inOneUnit("simulated", "time", runs, (run) => run.simulated_s, { of: ofRun, rank: 0 }),
    inOneUnit("measured", "time", runs, (run) => run.measured_s, { of: ofRun, rank: 0, like: simulated }),
    inOneUnit("error", "share", runs, (run) => run.time_error, { of: ofRun, format: (_, error) => errorText(error, tolerance).replace(" %", "") }),
    inOneUnit("noise", "share", runs, (run) => run.noise, { of: "of the machine", rank: 4, format: oneDigit }),
    inOneUnit("speed", "number", runs, (run) => run.speed, { of: "of the machine", rank: 5, format: (speed) => speed.toFixed(2) }),
    { heading: "FLOPs, bytes, messages", of: "as predicted", rank: 3, numeric: false, cell: (run) => text(run.counts) },
    { heading: "parameters", of: "as predicted", rank: 3, numeric: false, cell: (run) => text(run.parameters) },
    { heading: "why", rank: 2, numeric: false, cell: (run) => text(run.reason ?? "") },
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
    legend: labels.map((label, i) => ({ label, colour: seriesColour(i), marker: seriesMarker(i) })),
    draw: (width, hidden) => scatter(width, hidden, page),
  });
  return [
    { id: "times", title: "Times", children: [chart] },
    { id: "comparison", title: "All runs", children: [h("p", {}, "A click on a heading orders the rows. Errors are those at the machine's speed when it was calibrated."), runsTable(runs, page.tolerance)] },
  ];
}
