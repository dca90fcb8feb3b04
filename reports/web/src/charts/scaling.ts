// Speed-up against hosts, where an algorithm ran with several numbers of them.

import type { PageDocument, Run } from "../data";
import { figure } from "../figure";
import { lineChart, lineLegend, lookOf, type Series } from "./lines";

export interface Point {
  hosts: number;
  speedup?: number; // none where nobody knows what one host would do
  samplesPerSecond: number;
  label: string;
  cluster: string;
}

export interface Group {
  name: string;
  points: Point[];
}

// Runs of one kind and the same words among their options; numbers (servers, stages) may grow along.
function keyOf(run: Run, algorithm: Record<string, unknown> | undefined): string {
  const words = Object.entries(algorithm ?? {}).filter(
    ([name, value]) => name !== "label" && name !== "kind" && (typeof value === "string" || typeof value === "boolean"),
  );
  return JSON.stringify([run.algorithm, words]);
}

// Over all clusters of the page: scenarios and algorithms may have one of their own. Runs on the same
// cluster are no curve.
export function scalingGroups(documents: PageDocument[]): Group[] {
  const groups = new Map<string, Group>();
  documents.forEach(({ report, runs }, document) => {
    const algorithms = report.scenario.algorithms ?? [report.scenario.algorithm ?? {}];
    (report.runs ?? []).forEach((run, i) => {
      if (!run.comparison) return;
      const algorithm = algorithms.find((one) => (one.label ?? one.kind) === run.label && one.kind === run.algorithm);
      const key = keyOf(run, algorithm);
      const group = groups.get(key) ?? { name: run.algorithm, points: [] };
      groups.set(key, group);
      const cluster = `${document} ${runs[i].cluster}`;
      const { hosts, speedup, samples_per_s } = run.comparison;
      if (group.points.some((point) => point.hosts === hosts || point.cluster === cluster)) return;
      group.points.push({ hosts, speedup, samplesPerSecond: samples_per_s, label: run.label, cluster });
    });
  });
  const several = [...groups.values()].filter((group) => group.points.length > 1);
  for (const group of several) group.points.sort((a, b) => a.hosts - b.hosts);
  return several.map((group) => {
    const alone = several.filter((other) => other.name === group.name).length === 1;
    return { name: alone ? group.name : group.points[0].label, points: group.points };
  });
}

export interface Curves {
  axis: string;
  ofPoint: (point: Point) => number;
  ideal: (hosts: number) => number;
}

// Speed-up against one host, where all have it; else throughput, from the best of the fewest hosts.
export function curvesOf(groups: Group[]): Curves {
  const all = groups.flatMap((group) => group.points);
  if (all.every((point) => point.speedup !== undefined && point.speedup > 0))
    return { axis: "speed-up against one host", ofPoint: (point) => point.speedup!, ideal: (hosts) => hosts };
  const fewest = Math.min(...all.map((point) => point.hosts));
  const first = Math.max(...all.filter((point) => point.hosts === fewest).map((point) => point.samplesPerSecond));
  return { axis: "throughput (samples/s)", ofPoint: (point) => point.samplesPerSecond, ideal: (hosts) => (first * hosts) / fewest };
}

export function scaling(documents: PageDocument[]): HTMLElement | null {
  const groups = scalingGroups(documents);
  if (groups.length === 0) return null;
  const curves = curvesOf(groups);
  const series: Series[] = groups.map((group, i) => ({
    name: group.name,
    ...lookOf(i),
    points: group.points.map((point) => ({ x: point.hosts, y: curves.ofPoint(point) })),
  }));
  const hosts = [...new Set(groups.flatMap((group) => group.points.map((point) => point.hosts)))].sort((a, b) => a - b);
  const ideal: Series = { name: "ideal", colour: "var(--text)", dash: "3 4", dots: false, points: [hosts[0], hosts.at(-1)!].map((x) => ({ x, y: curves.ideal(x) })) };
  return figure({
    id: "scaling",
    title: "Scaling",
    sentence: "Against the number of hosts, both on logarithmic axes: a line as steep as the ideal one loses nothing to communication.",
    legend: lineLegend([...series, ideal], true),
    draw: (width, hidden) => lineChart(width, hidden, [ideal, ...series], { x: "hosts (workers and servers)", y: curves.axis, logX: true, logY: true, dots: true, ticks: hosts }),
  });
}
