// Where an iteration's time goes, averaged over workers.

import { bestFirst, iterationsOf, timePerIteration, type HostUse, type PageDocument, type RankUse, type Run } from "../data";
import { median } from "../columns";
import { figure, type LegendItem, type View } from "../figure";
import { count, seconds, timeUnit } from "../format";
import { partColours } from "../palette";
import { rowNames, spread, stackedBars, wideSpread, type Bar, type Mark } from "./bars";

export interface Part {
  name: string;
  colour: string;
  value: number; // seconds an iteration
}

function meanOver<Item>(items: Item[], value: (item: Item) => number, iterations: number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / Math.max(1, items.length * iterations);
}

export function partsOf(run: Run, iterations: number): Part[] {
  if (run.executed) {
    const ranks = run.executed.ranks.slice(0, run.workers);
    const mean = (value: (use: RankUse) => number) => meanOver(ranks, value, iterations);
    return [
      { name: "compute", colour: partColours.compute, value: mean((use) => use.compute_s) },
      { name: "copying messages", colour: partColours.exposed, value: mean((use) => use.communication_s) },
      { name: "waiting", colour: partColours.waiting, value: mean((use) => use.wait_s) },
      { name: "the operating system's", colour: partColours.other, value: Math.max(0, mean((use) => use.wall_s - use.compute_s - use.communication_s - use.wait_s)) },
    ];
  }
  if (run.simulated) {
    const { workers } = run.simulated;
    const mean = (value: (use: HostUse) => number) => meanOver(workers, value, iterations);
    return [
      { name: "compute", colour: partColours.compute, value: mean((use) => use.compute_s) },
      { name: "exposed communication", colour: partColours.exposed, value: mean((use) => use.exposed_communication_s) },
      { name: "idle (bubble)", colour: partColours.waiting, value: mean((use) => use.idle_s) },
    ];
  }
  return [{ name: "closed form", colour: partColours.compute, value: run.analytic.time_s / iterations }];
}

// By throughput where it is known: mini-batches may be of different sizes.
function best(document: PageDocument, runs: Run[]): string {
  const rate = (run: Run) => run.comparison?.samples_per_s ?? 1 / (run.executed?.wall_s ?? timePerIteration(document, run));
  const fastest = runs.reduce((a, b) => (rate(b) > rate(a) ? b : a));
  return fastest.executed
    ? `The shortest run: ${fastest.label}, with ${seconds(fastest.executed.wall_s)} in all.`
    : `Most samples a second: ${fastest.label}, with ${count(rate(fastest))}.`;
}

function sentence(document: PageDocument, runs: Run[]): string {
  if (runs.length === 0) return "No run was finished.";
  const words = runs.some((run) => run.simulated)
    ? "A worker's time, the mean of all: its device computes, or it has nothing to do but a message under way, or neither; the stroke is the closed form."
    : runs.some((run) => run.executed)
      ? "A worker's time on the wall clock, the mean of all."
      : "The closed form's time of an iteration; `lockstep run` would divide it.";
  return document.report.verdict ? words : `${words} ${best(document, runs)}`; // said above already
}

// In seconds over `size` of the run.
function split(names: string[], parts: Part[][], closedForms: (number | undefined)[], size: (run: number) => number): { bars: Bar[]; marks: Mark[] } {
  const bars = parts.flatMap((all, i) =>
    all.map((part) => ({
      row: names[i],
      part: part.name,
      value: part.value / size(i),
      colour: part.colour,
      tip: `${names[i]}\n${part.name}: ${seconds(part.value)} an iteration`,
    })),
  );
  const marks = closedForms.flatMap((time, i) => (time === undefined ? [] : [{ row: names[i], part: "closed form", value: time / size(i), tip: `closed form: ${seconds(time)}` }]));
  return { bars, marks };
}

export function timeSplit(document: PageDocument): HTMLElement {
  const order = bestFirst(document);
  const runs = order.map((i) => document.report.runs![i]);
  const iterations = iterationsOf(document);
  const names = rowNames(runs.map((run) => run.label));
  const parts = runs.map((run) => partsOf(run, iterations));
  const times = parts.map((all) => all.reduce((sum, part) => sum + part.value, 0));
  const closedForms = runs.map((run) => (run.simulated ? run.analytic.time_s / iterations : undefined));
  const wide = spread(times) > wideSpread;
  const unit = timeUnit(wide ? median(times) : Math.max(0, ...times));
  const absolute = split(names, parts, closedForms, () => unit.size);
  const shares = split(names, parts, runs.map(() => undefined), (i) => (times[i] || 1) / 100);
  const legend = new Map<string, LegendItem>();
  for (const part of parts.flat()) legend.set(part.name, { label: part.name, colour: part.colour });
  if (absolute.marks.length > 0) legend.set("closed form", { label: "closed form", colour: "var(--text)", line: true });
  const axis = `time of one iteration (${unit.name})`;
  const views: View[] = [{ label: "Times", draw: (width, hidden) => stackedBars(width, hidden, { ...absolute, axis }) }];
  if (wide) views.unshift({ label: "Times, logarithmic", draw: (width, hidden) => stackedBars(width, hidden, { ...absolute, axis, log: true }) });
  if (runs.some((run) => run.simulated || run.executed))
    views.push({ label: "Shares", draw: (width, hidden) => stackedBars(width, hidden, { ...shares, marks: [], axis: "share of an iteration's time (%)", most: 100 }) });
  return figure({
    id: "time",
    title: "Time of one iteration",
    sentence: sentence(document, runs) + (wide ? " On the logarithmic axis a bar's end is its time, and its colours divide it as they divide that time." : ""),
    legend: [...legend.values()],
    draw: views,
  });
}
