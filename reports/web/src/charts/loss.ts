// Loss and accuracy of each run as it trains.

import type { Loss, PageDocument, Run } from "../data";
import { h } from "../dom";
import { figure, legend } from "../figure";
import { percent, timeUnit, seconds } from "../format";
import { seriesColour, seriesDash } from "../palette";
import { lineChart, type Axes, type Series } from "./lines";

interface Trained {
  run: Run;
  loss: Loss;
}

function seriesOf(trained: Trained[], x: (loss: Loss) => number[], y: (loss: Loss) => number[], unit: number): Series[] {
  return trained.map(({ run, loss }, i) => ({
    name: run.label,
    colour: seriesColour(i),
    dash: seriesDash(i),
    points: x(loss).map((value, point) => ({ x: value / unit, y: y(loss)[point] })),
  }));
}

function bestAgainstTime(trained: Trained[]): string {
  const reached = trained.filter(({ loss }) => loss.target?.time_s !== undefined);
  if (reached.length > 0) {
    const first = reached.reduce((a, b) => (b.loss.target!.time_s! < a.loss.target!.time_s! ? b : a));
    return `${first.run.label} is the first at ${percent(first.loss.target!.accuracy)} of the held-out samples, after ${seconds(first.loss.target!.time_s!)}.`;
  }
  const least = trained.reduce((a, b) => ((b.loss.loss.at(-1) ?? Infinity) < (a.loss.loss.at(-1) ?? Infinity) ? b : a));
  return `${least.run.label} ends with the least loss, ${(least.loss.loss.at(-1) ?? NaN).toFixed(4)}.`;
}

function diverged(trained: Trained[]): string {
  const names = trained.filter(({ loss }) => loss.diverged).map(({ run }) => run.label);
  return names.length === 0 ? "" : ` Curves end where the loss is no number any more: ${names.join(", ")}.`;
}

// Nothing where no run has a loss.
export function lossFigures(document: PageDocument): HTMLElement | null {
  const trained = (document.report.runs ?? []).flatMap((run) => (run.loss && run.loss.loss.length > 0 ? [{ run, loss: run.loss }] : []));
  if (trained.length === 0) return null;
  const unit = timeUnit(Math.max(...trained.map(({ loss }) => loss.time_s.at(-1)!)));
  const target = trained.find(({ loss }) => loss.target)?.loss.target?.accuracy;
  const one = (id: string, title: string, sentence: string, series: Series[], axes: Axes) =>
    figure({ id, title, sentence, legend: [], draw: (width) => lineChart(width, series, axes) });
  const losses = (loss: Loss) => loss.loss;
  return h(
    "div",
    {},
    legend(trained.map(({ run }, i) => ({ label: run.label, colour: seriesColour(i), dash: seriesDash(i), line: true }))),
    h(
      "div",
      { class: "columns" },
      one("loss-time", "Loss against simulated time", `What one waits for. ${bestAgainstTime(trained)}${diverged(trained)}`, seriesOf(trained, (loss) => loss.time_s, losses, unit.size), { x: `simulated time (${unit.name})`, y: "loss (held-out samples)" }),
      one("accuracy-time", "Accuracy against simulated time", target === undefined ? "Of the held-out samples." : `Of the held-out samples; the dashed line is the target, ${percent(target)}.`, seriesOf(trained, (loss) => loss.time_s, (loss) => loss.accuracy, unit.size), { x: `simulated time (${unit.name})`, y: "accuracy (share)", rule: target }),
      one("loss-samples", "Loss against samples", "What one learns from each sample, however long it takes: stale or averaged updates show here.", seriesOf(trained, (loss) => loss.samples, losses, 1), { x: "samples (all workers together)", y: "loss (held-out samples)" }),
      one("loss-iterations", "Loss against iterations", "What one update is worth; workers that update on their own count each of theirs.", seriesOf(trained, (loss) => loss.iterations, losses, 1), { x: "iterations (all workers together)", y: "loss (held-out samples)" }),
    ),
  );
}
