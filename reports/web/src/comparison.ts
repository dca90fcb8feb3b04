// The table that puts all runs side by side.

import { iterationsOf, timePerIteration, type Flow, type PageDocument, type Run } from "./data";
import { bitRate, bytes, count, percent, seconds, significant } from "./format";
import { number, table, text, type Cell, type Column } from "./table";

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

// Of a closed form that bounds it: at most.
function staleness(run: Run): Cell {
  const bound = !run.simulated && run.analytic.staleness.is === "bound";
  return number((run.simulated ?? run.analytic).staleness.mean, (mean) => (bound ? "≤ " : "") + significant(mean));
}

function lossColumns(): Column<Run>[] {
  return [
    { heading: "loss", numeric: true, cell: (run) => number(run.loss?.loss.at(-1), (v) => v.toFixed(4)) },
    { heading: "accuracy", numeric: true, cell: (run) => number(run.loss?.accuracy.at(-1), percent) },
    { heading: "time to target", numeric: true, cell: (run) => number(run.loss?.target?.time_s, seconds) },
  ];
}

function executedColumns(): Column<Run>[] {
  return [
    { heading: "wall clock", numeric: true, cell: (run) => number(run.executed?.wall_s, seconds) },
    { heading: "final loss", numeric: true, cell: (run) => number(run.executed?.final_loss, (v) => v.toFixed(4)) },
    { heading: "accuracy", numeric: true, cell: (run) => number(run.executed?.final_accuracy, percent) },
  ];
}

// Of several seeds: their mean, and the interval that holds the mean of all seeds with 95 %.
function replicateColumns(): Column<Run>[] {
  const half = (run: Run) => {
    const makespan = run.replicates?.makespan_s;
    return makespan && (makespan.high - makespan.low) / 2;
  };
  return [
    { heading: "mean of seeds", numeric: true, cell: (run) => number(run.replicates?.makespan_s.mean, seconds) },
    { heading: "95 % interval", numeric: true, cell: (run) => number(half(run), (v) => `± ${seconds(v)}`) },
    {
      heading: "no difference from",
      numeric: false,
      cell: (run) => text(run.replicates?.no_difference_from.join(", ") ?? ""),
    },
  ];
}

// With failures: the wall clock, and the share of it that was useful.
function goodputColumns(): Column<Run>[] {
  return [
    { heading: "with failures", numeric: true, cell: (run) => number(run.goodput?.wall_s ?? undefined, seconds) },
    { heading: "useful", numeric: true, cell: (run) => number(run.goodput?.efficiency, percent) },
    { heading: "failures", numeric: true, cell: (run) => number(run.goodput?.failures, count) },
  ];
}

function columnsFor(document: PageDocument, runs: Run[]): Column<Run>[] {
  const any = (has: (run: Run) => unknown) => runs.some((run) => has(run) !== undefined);
  const columns: Column<Run>[] = [
    { heading: "algorithm", numeric: false, cell: (run) => text(run.label) },
    { heading: "workers", numeric: true, cell: (run) => number(run.workers, count) },
    { heading: "time per iteration", numeric: true, cell: (run) => number(timePerIteration(document, run), seconds) },
  ];
  if (any((run) => run.comparison))
    columns.push(
      { heading: "samples/s", numeric: true, cell: (run) => number(run.comparison?.samples_per_s, count) },
      { heading: "speed-up", numeric: true, cell: (run) => number(run.comparison?.speedup, (v) => v.toFixed(2)) },
      { heading: "efficiency", numeric: true, cell: (run) => number(run.comparison?.efficiency, (v) => v.toFixed(2)) },
    );
  if (any((run) => run.replicates)) columns.push(...replicateColumns());
  if (any((run) => run.goodput)) columns.push(...goodputColumns());
  if (any((run) => run.loss)) columns.push(...lossColumns());
  if (any((run) => run.executed)) columns.push(...executedColumns());
  if (any((run) => run.simulated))
    columns.push({ heading: "exposed comm.", numeric: true, cell: (run) => number(exposedShare(run), percent) });
  columns.push(
    { heading: "memory per worker", numeric: true, cell: (run) => number(run.analytic.memory_bytes_per_worker.total, bytes) },
    { heading: "sent per iteration", numeric: true, cell: (run) => number(run.analytic.bytes / iterationsOf(document), bytes) },
    { heading: "staleness", numeric: true, cell: staleness },
  );
  if (any((run) => run.simulated))
    columns.push(
      { heading: "closed form", numeric: true, cell: (run) => number(run.analytic.time_s, seconds) },
      { heading: "simulated less closed", numeric: true, cell: (run) => number(simulatedOverClosed(run), percent) },
      { heading: "claim", numeric: false, cell: (run) => text([run.analytic.bound, run.analytic.time_is].join(" ").trim() + (run.analytic.rough ? ", rough" : "")) },
    );
  return columns;
}

export function comparisonTable(document: PageDocument): HTMLElement {
  const runs = document.report.runs ?? [];
  return table("comparison of all algorithms", runs, columnsFor(document, runs));
}

export function flowTable(flows: Flow[]): HTMLElement {
  const took = (flow: Flow) => flow.finish_s - flow.start_s;
  return table("flows", flows, [
    { heading: "from", numeric: false, cell: (flow) => text(flow.from) },
    { heading: "to", numeric: false, cell: (flow) => text(flow.to) },
    { heading: "bytes", numeric: true, cell: (flow) => number(flow.bytes, bytes) },
    { heading: "start", numeric: true, cell: (flow) => number(flow.start_s, seconds) },
    { heading: "finish", numeric: true, cell: (flow) => number(flow.finish_s, seconds) },
    { heading: "rate", numeric: true, cell: (flow) => number(took(flow) > 0 ? flow.bytes / took(flow) : undefined, bitRate) },
  ]);
}
