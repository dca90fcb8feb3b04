// Throughput against workers, where an algorithm ran with several numbers of them.

import type { PageDocument, Run } from "../data";
import { figure } from "../figure";
import { seriesColour, seriesDash } from "../palette";
import { lineChart, type Series } from "./lines";

export interface Group {
  name: string;
  points: { workers: number; samplesPerSecond: number; label: string; cluster: string }[];
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
      if (group.points.some((point) => point.workers === run.workers || point.cluster === cluster)) return;
      group.points.push({ workers: run.workers, samplesPerSecond: run.comparison.samples_per_s, label: run.label, cluster });
    });
  });
  const several = [...groups.values()].filter((group) => group.points.length > 1);
  for (const group of several) {
    group.points.sort((a, b) => a.workers - b.workers);
    if (several.filter((other) => other.name === group.name).length > 1) group.name = group.points[0].label;
  }
  return several;
}

// From the fewest workers on, as much more as there are more of them.
export function idealOf(groups: Group[]): { x: number; y: number }[] {
  const all = groups.flatMap((group) => group.points);
  const fewest = Math.min(...all.map((point) => point.workers));
  const most = Math.max(...all.map((point) => point.workers));
  const first = Math.max(...all.filter((point) => point.workers === fewest).map((point) => point.samplesPerSecond));
  return [
    { x: fewest, y: first },
    { x: most, y: (first * most) / fewest },
  ];
}

export function scaling(documents: PageDocument[]): HTMLElement | null {
  const groups = scalingGroups(documents);
  if (groups.length === 0) return null;
  const series: Series[] = groups.map((group, i) => ({
    name: group.name,
    colour: seriesColour(i),
    dash: seriesDash(i),
    points: group.points.map((point) => ({ x: point.workers, y: point.samplesPerSecond })),
  }));
  const ideal: Series = { name: "ideal", colour: "var(--text)", dash: "3 4", points: idealOf(groups) };
  return figure({
    id: "scaling",
    title: "Scaling",
    sentence: "Throughput against the number of workers, both on logarithmic axes: a line as steep as the ideal one loses nothing to communication.",
    legend: [...series, ideal].map((one) => ({ label: one.name, colour: one.colour, dash: one.dash, line: true })),
    draw: (width) => lineChart(width, [ideal, ...series], { x: "workers", y: "throughput (samples/s)", log: true, dots: true }),
  });
}
