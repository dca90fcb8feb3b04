// The table that puts all runs side by side. Times, FLOPs and bytes are of one iteration; FLOPs, bytes
// and memory of one worker, to which servers add their share. What is of the whole run says so.

import { inOneUnit } from "./columns";
import { bestFirst, iterationsOf, timePerIteration, type Flow, type PageDocument, type Run } from "./data";
import { percentBeside, threeDigits } from "./format";
import { text, table, type Column } from "./table";

const ofIteration = "of one iteration";
const ofAll = "throughput of all workers";
const ofWorker = "of one worker";
const ofRun = "of the whole run";

// Of the time of all workers, the share in which a message was waited for and nothing computed.
export function exposedShare(run: Run): number | undefined {
  const workers = run.simulated?.workers ?? [];
  const all = workers.length * (run.simulated?.makespan_s ?? 0);
  if (all === 0) return undefined;
  return workers.reduce((sum, worker) => sum + worker.exposed_communication_s, 0) / all;
}

function simulatedOverClosed(run: Run): number | undefined {
  if (!run.simulated || run.analytic.time_s === 0) return undefined;
  return run.simulated.makespan_s / run.analytic.time_s - 1;
}

// "0" only where there is no difference at all.
function differenceText(inPercent: number, share: number): string {
  if (share === 0) return "0";
  return (share > 0 ? "+" : "−") + threeDigits(Math.abs(inPercent));
}

// As counted, servers' included; of a closed form alone, as it has them.
function flopsOf(run: Run): number {
  return (run.simulated?.flops ?? run.executed?.flops ?? run.analytic.flops).total;
}
function bytesOf(run: Run): number {
  return (run.simulated ?? run.executed ?? run.analytic).bytes;
}

// What was not reached is not rounded to it.
function accuracyText(inPercent: number, share: number, target: number | undefined): string {
  return target === undefined ? threeDigits(inPercent) : percentBeside(share, target, threeDigits).replace(" %", "");
}

function lossColumns(runs: Run[], target: number | undefined): Column<Run>[] {
  const format = (inPercent: number, share: number) => accuracyText(inPercent, share, target);
  return [
    inOneUnit("time to target", "time", runs, (run) => run.loss?.target?.time_s, { of: ofRun, rank: 1 }),
    inOneUnit("final loss", "number", runs, (run) => run.loss?.loss.at(-1), { of: ofRun, rank: 2, format: (loss) => loss.toFixed(4) }),
    inOneUnit("final accuracy", "share", runs, (run) => run.loss?.accuracy.at(-1), { of: ofRun, rank: 2, format }),
  ];
}

function executedColumns(runs: Run[]): Column<Run>[] {
  return [
    inOneUnit("wall clock", "time", runs, (run) => run.executed?.wall_s, { of: ofRun, rank: 1 }),
    inOneUnit("final loss", "number", runs, (run) => run.executed?.final_loss, { of: ofRun, rank: 2, format: (loss) => loss.toFixed(4) }),
    inOneUnit("final accuracy", "share", runs, (run) => run.executed?.final_accuracy, { of: ofRun, rank: 2 }),
  ];
}

// Of several seeds: their mean, and the interval that holds the mean of all seeds with 95 %.
function replicateColumns(runs: Run[]): Column<Run>[] {
  const half = (run: Run) => {
    const makespan = run.replicates?.makespan_s;
    return makespan && (makespan.high - makespan.low) / 2;
  };
  return [
    inOneUnit("mean of seeds", "time", runs, (run) => run.replicates?.makespan_s.mean, { of: ofRun, rank: 1 }),
    inOneUnit("95 % interval ±", "time", runs, half, { of: ofRun, rank: 1, like: runs.map((run) => run.replicates?.makespan_s.mean ?? 0) }),
    { heading: "cannot be told from", of: ofRun, rank: 1, numeric: false, cell: (run) => text(run.replicates?.no_difference_from.join(", ") || "-") },
  ];
}

// With failures: the wall clock, and the share of it that was useful.
function goodputColumns(runs: Run[]): Column<Run>[] {
  return [
    inOneUnit("wall clock, with failures", "time", runs, (run) => run.goodput?.wall_s, { of: ofRun, rank: 1 }),
    inOneUnit("useful", "share", runs, (run) => run.goodput?.efficiency, { of: ofRun, rank: 1 }),
    inOneUnit("failures", "number", runs, (run) => run.goodput?.failures, { of: ofRun, rank: 2 }),
  ];
}

// Beside the closed form, which a simulation checks.
function timeColumns(document: PageDocument, runs: Run[], simulated: boolean): Column<Run>[] {
  const claim = (run: Run) => [run.analytic.bound, run.analytic.time_is].join(" ").trim() + (run.analytic.rough ? ", rough" : "");
  const time = inOneUnit("time", "time", runs, (run: Run) => timePerIteration(document, run), { of: ofIteration });
  if (!simulated) return [time];
  return [
    time,
    inOneUnit("exposed communication", "share", runs, exposedShare, { of: ofIteration, rank: 2 }),
    inOneUnit("closed form", "time", runs, (run) => run.analytic.time_s / iterationsOf(document), { of: ofIteration, rank: 3, like: runs.map((run) => timePerIteration(document, run)) }),
    inOneUnit("simulated less closed form", "share", runs, simulatedOverClosed, { of: ofIteration, rank: 4, format: differenceText }),
    { heading: "claim of the closed form", of: ofIteration, rank: 4, numeric: false, cell: (run) => text(claim(run)) },
  ];
}

function speedColumns(runs: Run[]): Column<Run>[] {
  return [
    inOneUnit("samples/s", "rate", runs, (run) => run.comparison?.samples_per_s, { of: ofAll, rank: 1 }),
    inOneUnit("speed-up", "number", runs, (run) => run.comparison?.speedup, { of: ofAll, rank: 0, format: threeDigits }),
    inOneUnit("efficiency", "number", runs, (run) => run.comparison?.efficiency, { of: ofAll, rank: 1, format: threeDigits }),
  ];
}

// How many updates of others a gradient missed. Closed forms claim at most so many.
function stalenessColumn(runs: Run[]): Column<Run> {
  const atMost = runs.every((run) => !run.simulated) && runs.some((run) => run.analytic.staleness.is === "bound");
  return inOneUnit(atMost ? "staleness, at most (updates)" : "staleness (updates)", "number", runs, (run) => (run.simulated ?? run.analytic).staleness.mean, { of: "of a gradient", rank: 4 });
}

export function columnsFor(document: PageDocument, runs: Run[]): Column<Run>[] {
  const any = (has: (run: Run) => unknown) => runs.some((run) => has(run) !== undefined);
  const iterations = iterationsOf(document);
  const perWorker = (all: (run: Run) => number) => (run: Run) => all(run) / (run.workers * iterations);
  const target = runs.find((run) => run.loss?.target)?.loss?.target?.accuracy;
  return [
    { heading: "algorithm", numeric: false, cell: (run) => text(run.label) },
    inOneUnit("workers", "number", runs, (run) => run.workers, { rank: 3 }),
    ...timeColumns(document, runs, any((run) => run.simulated)),
    ...(any((run) => run.comparison) ? speedColumns(runs) : []),
    inOneUnit("memory", "bytes", runs, (run) => run.analytic.memory_bytes_per_worker.total, { of: ofWorker, rank: 1 }),
    inOneUnit("FLOPs in an iteration", "flops", runs, perWorker(flopsOf), { of: ofWorker, rank: 3 }),
    inOneUnit("sent in an iteration", "bytes", runs, perWorker(bytesOf), { of: ofWorker, rank: 2 }),
    ...(any((run) => run.replicates) ? replicateColumns(runs) : []),
    ...(any((run) => run.goodput) ? goodputColumns(runs) : []),
    ...(any((run) => run.loss) ? lossColumns(runs, target) : []),
    ...(any((run) => run.executed) ? executedColumns(runs) : []),
    stalenessColumn(runs),
  ];
}

export function comparisonTable(document: PageDocument): HTMLElement {
  const runs = document.report.runs ?? [];
  const ordered = bestFirst(document).map((i) => runs[i]);
  const asGiven = ordered.every((run, i) => run === runs[i]);
  const other = asGiven ? undefined : { rows: runs, name: "The best first", otherName: "In the scenario's order" };
  return table("comparison of all algorithms", ordered, columnsFor(document, runs), other);
}

export function flowTable(flows: Flow[]): HTMLElement {
  const took = (flow: Flow) => flow.finish_s - flow.start_s;
  return table("all flows", flows, [
    { heading: "from", numeric: false, cell: (flow) => text(flow.from) },
    { heading: "to", numeric: false, cell: (flow) => text(flow.to) },
    inOneUnit("bytes", "bytes", flows, (flow) => flow.bytes, { rank: 1 }),
    inOneUnit("start", "time", flows, (flow) => flow.start_s, { rank: 2 }),
    inOneUnit("finish", "time", flows, (flow) => flow.finish_s),
    inOneUnit("rate", "bits", flows, (flow) => (took(flow) > 0 ? (8 * flow.bytes) / took(flow) : undefined), { rank: 1 }),
  ]);
}
