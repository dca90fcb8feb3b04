// The cluster as a graph: hosts, switches, and links coloured by how busy one run kept them at their
// busiest time, or, where that is not known, over the whole run.

import type { Cluster, PageDocument, RunPicture } from "./data";
import { h, svg } from "./dom";
import { figure, nothingToHide, type LegendItem } from "./figure";
import { bitRate, percent, seconds } from "./format";
import { wrapped } from "./charts/names";
import { layout, type Place } from "./layout";
import { unpack } from "./timeline/unpack";

const limits = [0.05, 0.25, 0.5, 0.75, 0.95];
const words = ["unused, or under 5 %", "5 to 25 %", "25 to 50 %", "50 to 75 %", "75 to 95 %", "over 95 %"];

export function step(utilization: number): number {
  return limits.filter((limit) => utilization >= limit).length;
}

// A direction of a link.
export interface Channel {
  link: number;
  forth: boolean; // in the link's own direction
  mean: number; // utilization over the whole run
  busiest?: number; // in the busiest of equal stretches of time
  stretches?: number; // how many there are
}

// The shares of a link's bandwidth that are used in equal stretches of time, in percent, by its ends.
export type BusyTimes = Map<string, ArrayLike<number>>;
export const busyKey = (from: string, to: string) => JSON.stringify([from, to]);

async function busyTimes({ timeline }: RunPicture): Promise<BusyTimes> {
  if (!timeline || timeline.links.length === 0) return new Map();
  const { links } = await unpack(timeline);
  return new Map(timeline.links.map((link, i) => [busyKey(link.from, link.to), links[i]]));
}

// What a run used, each direction of a link by itself. Between two nodes with several links, the busiest
// times cannot be told apart and are left out.
export function channelsOf(cluster: Cluster, picture: RunPicture, times: BusyTimes): Channel[] {
  const ends = (link: number, forth: boolean) => {
    const { from, to } = cluster.links[link];
    const [a, b] = [cluster.nodes[from].name, cluster.nodes[to].name];
    return forth ? busyKey(a, b) : busyKey(b, a);
  };
  const channels = (picture.channels ?? []).filter(([link]) => link in cluster.links);
  const met = new Map<string, number>();
  for (const [link, forth] of channels) met.set(ends(link, forth), (met.get(ends(link, forth)) ?? 0) + 1);
  return channels.map(([link, forth, mean]) => {
    const percents = met.get(ends(link, forth)) === 1 ? times.get(ends(link, forth)) : undefined;
    return { link, forth, mean, busiest: percents && Array.from(percents).reduce((most, one) => Math.max(most, one), 0) / 100, stretches: percents?.length };
  });
}

// What its colour tells.
export const shownUse = (channel: Channel): number => channel.busiest ?? channel.mean;

interface Arc {
  from: Place;
  to: Place;
  use: number;
  tip: string;
}

function useText(channel: Channel | undefined): string {
  if (!channel) return "not used";
  const mean = `${percent(channel.mean)} used over the whole run`;
  return channel.busiest === undefined ? mean : `${percent(channel.busiest)} used at its busiest time, ${mean}`;
}

// One a direction, whether something went over it or not.
function arcs(cluster: Cluster, places: Place[], channels: Channel[]): Arc[] {
  const used = new Map(channels.map((channel) => [`${channel.link} ${channel.forth}`, channel]));
  return cluster.links.flatMap((link, i) =>
    [true, false].map((forth) => {
      const [a, b] = forth ? [link.from, link.to] : [link.to, link.from];
      const channel = used.get(`${i} ${forth}`);
      const tip = `${cluster.nodes[a].name} to ${cluster.nodes[b].name}: ${bitRate(link.bytes_per_s)}, ${seconds(link.latency_s)}, ${useText(channel)}`;
      return { from: places[a], to: places[b], use: channel ? shownUse(channel) : 0, tip };
    }),
  );
}

// Of lines and marks: thinner and smaller where there are very many.
const scaleFor = (cluster: Cluster) => Math.max(0.2, Math.min(1, 80 / cluster.nodes.length));

// A little to the right of the straight line, so that both directions are seen.
function line(arc: Arc, width: number, height: number, scale: number): SVGElement {
  const [x1, y1, x2, y2] = [arc.from.x * width, arc.from.y * height, arc.to.x * width, arc.to.y * height];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const aside = 2.2 * scale;
  const [dx, dy] = [(-(y2 - y1) / length) * aside, ((x2 - x1) / length) * aside];
  const level = step(arc.use);
  return svg(
    "line",
    { x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy, stroke: `var(--use-${level})`, "stroke-width": (1 + 0.6 * level) * scale },
    svg("title", {}, arc.tip),
  );
}

const margin = 46; // for names beside the outermost nodes

function node(cluster: Cluster, i: number, place: Place, width: number, height: number, labelled: boolean): SVGElement {
  const { name, host } = cluster.nodes[i];
  const [x, y] = [place.x * width, place.y * height];
  const mark = host
    ? svg("circle", { cx: x, cy: y, r: Math.max(2, 7 * scaleFor(cluster)), class: "host", "stroke-width": 1.5 * scaleFor(cluster) })
    : svg("rect", { x: x - 8, y: y - 8, width: 16, height: 16, class: "switch" });
  const below = place.y >= 0.5 && host;
  const lines = labelled ? wrapped(name, 2 * margin) : [];
  const first = below ? 22 : -14 - 13 * (lines.length - 1);
  const label = svg("text", { x, y: y + first, "text-anchor": "middle" }, ...lines.map((line, k) => svg("tspan", { x, dy: k === 0 ? 0 : 13 }, line)));
  return svg("g", {}, mark, labelled ? label : null, svg("title", {}, `${name}${host ? "" : " (no host)"}`));
}

// Names of more than so many nodes would overlap: they are shown when pointed at.
function areLabelled(cluster: Cluster, width: number): boolean {
  return cluster.nodes.length <= (width < 500 ? 20 : 48);
}

function picture(cluster: Cluster, places: Place[], channels: Channel[], width: number): Element {
  const height = Math.max(260, Math.min(460, width * 0.72));
  const inner = width - 2 * margin;
  const lines = arcs(cluster, places, channels).sort((a, b) => a.use - b.use);
  return svg(
    "svg",
    { width, height: height + 40, viewBox: `${-margin} -20 ${width} ${height + 40}`, role: "img", "aria-label": `${cluster.kind} of ${cluster.nodes.length} nodes`, class: "cluster" },
    ...lines.map((arc) => line(arc, inner, height, scaleFor(cluster))),
    ...places.map((place, i) => node(cluster, i, place, inner, height, areLabelled(cluster, width))),
  );
}

function sentence(cluster: Cluster, channels: Channel[] | undefined): string {
  const left = cluster.links.length < cluster.links_in_all ? ` The first ${cluster.links.length} of ${cluster.links_in_all} links are drawn.` : "";
  if (!channels) return `Nodes and links; nothing was simulated, so no link was used.${left}`;
  if (channels.length === 0) return `Each direction of a link is one line; the run used none of them.${left}`;
  const known = channels.filter((channel) => channel.busiest !== undefined);
  const most = channels.reduce((a, b) => (shownUse(b) > shownUse(a) ? b : a));
  const { from, to } = cluster.links[most.link];
  const [a, b] = most.forth ? [from, to] : [to, from];
  const whole = known.length === channels.length ? "" : known.length === 0 ? " Only their means over the whole run are known." : ` For ${channels.length - known.length} of ${channels.length} only the mean over the whole run is known, and shown.`;
  const when = most.busiest === undefined ? "over the whole run" : `at its busiest time, and ${percent(most.mean)} over the whole run`;
  return `Each direction of a link is one line, coloured by the share of its bandwidth that is used ${known.length === 0 ? "over the whole run" : `at its busiest time, of ${known[0].stretches} equal stretches of the run`}. The busiest, from ${cluster.nodes[a].name} to ${cluster.nodes[b].name}, reaches ${percent(shownUse(most))} ${when}.${whole}${left}`;
}

function drawn(cluster: Cluster, channels: Channel[] | undefined): HTMLElement {
  const places = layout(cluster);
  const legend: LegendItem[] = channels ? words.map((label, i) => ({ label, colour: `var(--use-${i})` })) : [{ label: "link", colour: "var(--use-0)", line: true }];
  return figure({
    id: "cluster",
    title: `Cluster: ${cluster.kind}`,
    sentence: sentence(cluster, channels),
    legend: [...legend, { label: "host", colour: "var(--blue)", marker: "circle" }, ...(cluster.nodes.some((one) => !one.host) ? [{ label: "switch or memory", colour: "var(--text)" }] : [])],
    choice: nothingToHide,
    draw: (width) => picture(cluster, places, channels ?? [], width),
  });
}

// Once it is known how busy links were over time; where that cannot be unpacked, with their means.
export function clusterFigure(document: PageDocument, run: number | null): HTMLElement {
  const cluster = document.clusters[run === null ? document.clusters.length - 1 : document.runs[run].cluster];
  if (run === null || !document.runs[run].channels) return drawn(cluster, undefined);
  const place = h("div", { class: "pending" }, h("div", { class: "chart" }));
  const show = (times: BusyTimes) => {
    place.classList.remove("pending");
    place.replaceChildren(drawn(cluster, channelsOf(cluster, document.runs[run], times)));
  };
  busyTimes(document.runs[run]).then(show, () => show(new Map()));
  return place;
}
