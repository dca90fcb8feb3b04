// Where the time goes: the critical path of each run, and what a better cluster would save.

import { rowNames, stackedBars, type Bar } from "./charts/bars";
import { bestFirst, type CriticalPath, type Improvement, type PageDocument } from "./data";
import { h } from "./dom";
import { figure } from "./figure";
import { bitRate, percent, seconds } from "./format";
import { number, table, text, type Cell } from "./table";
import { ends, omissions, type Omission } from "./omissions";

// What is shown as one part, its colour, and the kinds of activities that it joins; the last also takes
// every kind that is not among them.
const parts: [string, string, string[]][] = [
  ["forward", "var(--blue)", ["forward"]],
  ["backward", "var(--orange)", ["backward_weight", "backward_input"]],
  ["sum, encode", "var(--green)", ["reduce", "reduce_on_engine", "transcode"]],
  ["update", "var(--purple)", ["update"]],
  ["latency", "var(--yellow)", ["latency"]],
  ["transfer", "var(--sky)", ["transfer", "measured_messages"]],
  ["endpoints, waking up", "var(--idle)", ["endpoint", "pause"]],
];

interface Row {
  label: string;
  makespan: number;
  path: CriticalPath;
}

export function pathParts(path: CriticalPath): { part: string; colour: string; seconds: number }[] {
  const sum = (kinds: string[]) => kinds.reduce((all, kind) => all + (path.seconds[kind] ?? 0), 0);
  const known = parts.flatMap(([, , kinds]) => kinds);
  const others = Object.keys(path.seconds).filter((kind) => !known.includes(kind));
  return parts.map(([part, colour, kinds], i) => ({ part, colour, seconds: sum(i === parts.length - 1 ? [...kinds, ...others] : kinds) }));
}

export function partText(one: Improvement): string {
  if (one.part !== "link_class") return { devices: "devices", bandwidth: "bandwidth of all links", latency: "latency of all links", link: "bandwidth of one link alone", endpoints: "endpoints of messages" }[one.part];
  return `bandwidth of ${one.role ?? "link"}s of ${bitRate(one.bandwidth_bytes_per_s ?? 0)} and ${seconds(one.latency_s ?? 0)}`;
}

function bars(rows: Row[]): Bar[] {
  const names = rowNames(rows.map((row) => row.label));
  return rows.flatMap(({ label, path }, i) => {
    const whole = pathParts(path).reduce((sum, one) => sum + one.seconds, 0) || 1;
    return pathParts(path)
      .filter((one) => one.seconds > 0)
      .map((one) => ({ row: names[i], part: one.part, colour: one.colour, value: (100 * one.seconds) / whole, tip: `${label}\n${one.part}: ${seconds(one.seconds)} of the whole run, ${percent(one.seconds / whole)}` }));
  });
}

// In percent of the makespan; what the path foretells in brackets, where that differs.
export function savingText(makespan: number, one: Improvement): string {
  const saved = (after: number) => {
    const share = 100 * (1 - after / makespan);
    return share.toFixed(2).replace("-0.00", "0.00").replace("-", "−");
  };
  const predicted = saved(one.predicted_makespan_s);
  if (one.simulated_makespan_s === undefined) return predicted;
  const simulated = saved(one.simulated_makespan_s);
  return simulated === predicted ? simulated : `${simulated} (${predicted})`;
}

function savingsTable(rows: Row[]): HTMLElement {
  const kinds = [...new Set(rows.flatMap((row) => row.path.improvements.map(partText)))];
  const cell = ({ path, makespan }: Row, kind: string): Cell => {
    const one = path.improvements.find((each) => partText(each) === kind);
    if (one === undefined || makespan === 0) return number(undefined, String);
    const which = one.part === "link" ? `${ends(one)}: ` : "";
    return { text: which + savingText(makespan, one), value: 1 - (one.simulated_makespan_s ?? one.predicted_makespan_s) / makespan };
  };
  return table("what a better cluster saves", rows, [
    { heading: "algorithm", numeric: false, cell: (row) => text(row.label) },
    ...kinds.map((kind, i) => ({ heading: kind, of: "saved of the whole run's time (%)", numeric: true, rank: i < 2 ? undefined : i, cell: (row: Row) => cell(row, kind) })),
  ]);
}

function buying(rows: Row[]): HTMLElement | null {
  if (rows.every((row) => row.path.improvements.length === 0)) return null;
  const simulated = rows.some(({ path }) => path.improvements.some((one) => one.simulated_makespan_s !== undefined));
  const how = simulated
    ? "by simulating that cluster; in brackets what the path foretells, where that differs: another path may become the longest."
    : "as the path foretells; another path may become the longest. With --critical-path the better clusters are simulated.";
  return h(
    "div",
    { id: "buying" },
    h("h3", {}, "What to buy"),
    h("p", {}, `How much shorter the run is with a part of the cluster 10 % better, ${how} One link alone: the one that most of the path's transfers wait for.`),
    savingsTable(rows.filter((row) => row.path.improvements.length > 0)),
  );
}

// What is left out, and why.
function omitted(all: Omission[], runs: number): HTMLElement | null {
  if (all.length === 0) return null;
  const who = (one: Omission) => (one.runs.length === runs && runs > 1 ? "all of them" : one.runs.join(", "));
  return h("ul", { class: "omitted", "aria-label": "what is left out" }, ...all.map((one) => h("li", {}, h("strong", {}, who(one)), `: ${one.words}.`)));
}

// Null where nothing was simulated.
export function criticalPath(document: PageDocument): HTMLElement | null {
  const runs = document.report.runs ?? [];
  const rows = bestFirst(document).flatMap((i) => {
    const path = document.runs[i]?.critical_path;
    return path ? [{ label: runs[i].label, makespan: runs[i].simulated?.makespan_s ?? 0, path }] : [];
  });
  const left = omitted(omissions(document), runs.length);
  if (rows.length === 0) return left && h("div", {}, left);
  const used = parts.filter(([part]) => rows.some((row) => pathParts(row.path).some((one) => one.part === part && one.seconds > 0)));
  return h(
    "div",
    {},
    figure({
      id: "critical-path",
      title: "Critical path",
      sentence: "The chain of activities, each set off by the end of the one before, that takes as long as the run: only what is on it sets the pace.",
      legend: used.map(([label, colour]) => ({ label, colour })),
      draw: (width, hidden) => stackedBars(width, hidden, { bars: bars(rows), marks: [], axis: "share of the whole run's time (%)", most: 100 }),
    }),
    buying(rows),
    left,
  );
}
