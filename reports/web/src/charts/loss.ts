// Loss and accuracy of each run as it trains.

import type { Loss, PageDocument, Run } from "../data";
import { h } from "../dom";
import { Choice, figure, legend, type View } from "../figure";
import { percent, percentBeside, seconds, timeUnit } from "../format";
import { spread, wideSpread } from "./bars";
import { lineChart, lineLegend, lookOf, type Axes, type Series } from "./lines";

interface Trained {
  run: Run;
  loss: Loss;
  place: number; // among all runs: it has the same colour everywhere
}

function seriesOf(trained: Trained[], x: (loss: Loss) => number[], y: (loss: Loss) => number[], unit: number): Series[] {
  return trained.map(({ run, loss, place }) => ({ name: run.label, ...lookOf(place), points: x(loss).map((value, point) => ({ x: value / unit, y: y(loss)[point] })) }));
}

// The furthest of those that did not get there, if none did.
function missed(trained: Trained[]): string {
  const target = trained.find(({ loss }) => loss.target)?.loss.target?.accuracy;
  if (target === undefined) return "";
  const most = trained.reduce((a, b) => (Math.max(...b.loss.accuracy) > Math.max(...a.loss.accuracy) ? b : a));
  return ` None reaches the target of ${percent(target)}: ${most.run.label} comes closest, with ${percentBeside(Math.max(...most.loss.accuracy), target)}.`;
}

export function bestAgainstTime(trained: Trained[]): string {
  const reached = trained.filter(({ loss }) => loss.target?.time_s !== undefined);
  if (reached.length > 0) {
    const first = reached.reduce((a, b) => (b.loss.target!.time_s! < a.loss.target!.time_s! ? b : a));
    return `${first.run.label} is the first at ${percent(first.loss.target!.accuracy)} of the held-out samples, after ${seconds(first.loss.target!.time_s!)}.`;
  }
  const least = trained.reduce((a, b) => ((b.loss.loss.at(-1) ?? Infinity) < (a.loss.loss.at(-1) ?? Infinity) ? b : a));
  return `${least.run.label} ends with the least loss, ${(least.loss.loss.at(-1) ?? NaN).toFixed(4)}.${missed(trained)}`;
}

function diverged(trained: Trained[]): string {
  const names = trained.filter(({ loss }) => loss.diverged).map(({ run }) => run.label);
  return names.length === 0 ? "" : ` Curves end where the loss is no number any more: ${names.join(", ")}.`;
}

// Where an axis of time ends so that slow runs do not squeeze the others: at the slowest that reaches
// the target, or, where there is none, at the end of the run in the middle.
export function endThatMatters(losses: Loss[]): number {
  const reached = losses.flatMap((loss) => loss.target?.time_s ?? []);
  const ends = losses.map((loss) => loss.time_s.at(-1) ?? 0).sort((a, b) => a - b);
  const end = reached.length > 0 ? 1.05 * Math.max(...reached) : ends[Math.floor((ends.length - 1) / 2)];
  return Math.min(ends.at(-1)!, end);
}

// Against time, in the ways that the runs' lengths ask for; the first is shown at once.
function timeViews(losses: Loss[], series: Series[], axes: Axes, unit: number, logY: boolean): View[] {
  const view = (label: string, more: Partial<Axes>): View => ({ label, draw: (width, hidden) => lineChart(width, hidden, series, { ...axes, ...more }) });
  const whole = view("Whole run", {});
  const log = view("Logarithmic", { logX: true, logY });
  const ends = losses.map((loss) => loss.time_s.at(-1) ?? 0);
  const cut = endThatMatters(losses);
  const first = cut < 0.8 * Math.max(...ends) ? [view(`The first ${seconds(cut)}`, { mostX: cut / unit })] : [];
  return spread(ends) > wideSpread ? [log, ...first, whole] : [...first, whole, log];
}

// Nothing where no run has a loss.
export function lossFigures(document: PageDocument): HTMLElement | null {
  const trained = (document.report.runs ?? []).flatMap((run, place) => (run.loss && run.loss.loss.length > 0 ? [{ run, loss: run.loss, place }] : []));
  if (trained.length === 0) return null;
  const all = trained.map(({ loss }) => loss);
  const unit = timeUnit(Math.max(...all.map((loss) => loss.time_s.at(-1)!)));
  const target = all.find((loss) => loss.target)?.target?.accuracy;
  const choice = new Choice(trained.map(({ run }) => run.label));
  const one = (id: string, title: string, sentence: string, views: View[]) => figure({ id, title, sentence, legend: [], choice, draw: views });
  const losses = (loss: Loss) => loss.loss;
  const against = (x: (loss: Loss) => number[], axis: string): View[] => {
    const series = seriesOf(trained, x, losses, 1);
    const axes = { x: `${axis} (all workers together)`, y: "loss (held-out samples)" };
    return [
      { label: "Linear", draw: (width, hidden) => lineChart(width, hidden, series, axes) },
      { label: "Logarithmic", draw: (width, hidden) => lineChart(width, hidden, series, { ...axes, logX: true, logY: true }) },
    ];
  };
  const time = (y: (loss: Loss) => number[], axis: string, logY: boolean, rule?: number) =>
    timeViews(all, seriesOf(trained, (loss) => loss.time_s, y, unit.size), { x: `simulated time (${unit.name})`, y: axis, rule }, unit.size, logY);
  return h(
    "div",
    {},
    legend(lineLegend(seriesOf(trained, losses, losses, 1), false), choice),
    h(
      "div",
      { class: "columns" },
      one("loss-time", "Loss against simulated time", `What one waits for. ${bestAgainstTime(trained)}${diverged(trained)}`, time(losses, "loss (held-out samples)", true)),
      one("accuracy-time", "Accuracy against simulated time", target === undefined ? "Of the held-out samples." : `Of the held-out samples; the dashed line is the target, ${percent(target)}.`, time((loss) => loss.accuracy, "accuracy (share)", false, target)),
      one("loss-samples", "Loss against samples", "What one learns from each sample, however long it takes: stale or averaged updates show here.", against((loss) => loss.samples, "samples")),
      one("loss-iterations", "Loss against iterations", "What one update is worth; workers that update on their own count each of theirs.", against((loss) => loss.iterations, "iterations")),
    ),
  );
}
