// The cluster as a graph: hosts, switches, and links coloured by how busy one run kept them.

import type { Cluster, PageDocument } from "./data";
import { svg } from "./dom";
import { figure, type LegendItem } from "./figure";
import { bitRate, percent, seconds, shorten } from "./format";
import { layout, type Place } from "./layout";

const limits = [0.05, 0.25, 0.5, 0.75, 0.95];
const words = ["unused, or under 5 %", "5 to 25 %", "25 to 50 %", "50 to 75 %", "75 to 95 %", "over 95 %"];

export function step(utilization: number): number {
  return limits.filter((limit) => utilization >= limit).length;
}

interface Arc {
  from: Place;
  to: Place;
  utilization: number;
  tip: string;
}

// One a direction, where something went over the link.
function arcs(cluster: Cluster, places: Place[], channels: [number, boolean, number][]): Arc[] {
  const used = new Map(channels.map(([link, forth, utilization]) => [`${link} ${forth}`, utilization]));
  return cluster.links.flatMap((link, i) =>
    [true, false].map((forth) => {
      const [a, b] = forth ? [link.from, link.to] : [link.to, link.from];
      const utilization = used.get(`${i} ${forth}`) ?? 0;
      const tip = `${cluster.nodes[a].name} to ${cluster.nodes[b].name}: ${bitRate(link.bytes_per_s)}, ${seconds(link.latency_s)}, ${percent(utilization)} used`;
      return { from: places[a], to: places[b], utilization, tip };
    }),
  );
}

// A little to the right of the straight line, so that both directions are seen.
function line(arc: Arc, width: number, height: number, aside: number): SVGElement {
  const [x1, y1, x2, y2] = [arc.from.x * width, arc.from.y * height, arc.to.x * width, arc.to.y * height];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(-(y2 - y1) / length) * aside, ((x2 - x1) / length) * aside];
  const level = step(arc.utilization);
  return svg(
    "line",
    { x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy, stroke: `var(--use-${level})`, "stroke-width": 1 + 0.6 * level },
    svg("title", {}, arc.tip),
  );
}

function node(cluster: Cluster, i: number, place: Place, width: number, height: number, labelled: boolean): SVGElement {
  const { name, host } = cluster.nodes[i];
  const [x, y] = [place.x * width, place.y * height];
  const mark = host
    ? svg("circle", { cx: x, cy: y, r: 7, class: "host" })
    : svg("rect", { x: x - 8, y: y - 8, width: 16, height: 16, class: "switch" });
  const below = place.y >= 0.5 && host;
  const label = labelled ? svg("text", { x, y: y + (below ? 22 : -14), "text-anchor": "middle" }, shorten(name, 14)) : null;
  return svg("g", {}, mark, label, svg("title", {}, `${name}${host ? "" : " (no host)"}`));
}

function picture(cluster: Cluster, places: Place[], channels: [number, boolean, number][], width: number): Element {
  const height = Math.max(260, Math.min(460, width * 0.72));
  const labelled = cluster.nodes.length <= (width < 500 ? 20 : 48);
  const lines = arcs(cluster, places, channels).sort((a, b) => a.utilization - b.utilization);
  return svg(
    "svg",
    { width, height, viewBox: `0 -10 ${width} ${height + 20}`, role: "img", "aria-label": `${cluster.kind} of ${cluster.nodes.length} nodes`, class: "cluster" },
    ...lines.map((arc) => line(arc, width, height, 2.2)),
    ...places.map((place, i) => node(cluster, i, place, width, height, labelled)),
  );
}

function sentence(cluster: Cluster, channels: [number, boolean, number][] | undefined): string {
  const left = cluster.links.length < cluster.links_in_all ? ` The first ${cluster.links.length} of ${cluster.links_in_all} links are drawn.` : "";
  if (!channels) return `Nodes and links; nothing was simulated, so no link was used.${left}`;
  const most = channels.reduce((max, [, , utilization]) => Math.max(max, utilization), 0);
  return `Each direction of a link is one line, coloured by the share of its bandwidth that the run used; the busiest reached ${percent(most)}.${left}`;
}

export function clusterFigure(document: PageDocument, run: number | null): HTMLElement {
  const cluster = document.clusters[run === null ? document.clusters.length - 1 : document.runs[run].cluster];
  const channels = run === null ? undefined : document.runs[run].channels;
  const places = layout(cluster);
  const legend: LegendItem[] = channels ? words.map((label, i) => ({ label, colour: `var(--use-${i})` })) : [{ label: "link", colour: "var(--use-0)", line: true }];
  return figure({
    id: "cluster",
    title: `Cluster: ${cluster.kind}`,
    sentence: sentence(cluster, channels),
    legend: [...legend, { label: "host", colour: "var(--blue)" }, ...(cluster.nodes.some((one) => !one.host) ? [{ label: "switch or memory", colour: "var(--text)" }] : [])],
    draw: (width) => picture(cluster, places, channels ?? [], width),
  });
}
