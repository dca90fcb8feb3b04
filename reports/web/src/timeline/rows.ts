// Which lanes are drawn, and where: as large as fits; where not all ranks fit, some of them, always
// with the first and the last, which in a pipeline have the first and the last stage.

import type { Group, Lane, LaneKind } from "./lanes";

export interface Row {
  lane: Lane;
  group: number;
  top: number;
  height: number;
}

export interface Rows {
  rows: Row[];
  headings: { label: string; group: number; top: number }[]; // only where algorithms are compared
  ends: { top: number; bottom: number }[]; // by group
  height: number;
  ranks: { shown: number; all: number }; // of all groups
  links: { shown: number; all: number };
}

type Heights = Record<LaneKind, number>;

const sizes: Heights[] = [
  { iterations: 15, path: 18, device: 22, engine: 9, messages: 13, link: 12 },
  { iterations: 15, path: 16, device: 16, engine: 6, messages: 9, link: 11 },
  { iterations: 15, path: 14, device: 12, engine: 4, messages: 6, link: 11 },
];
export const headingHeight = 22;
const margins: Heights = { iterations: 4, path: 7, device: 1, engine: 1, messages: 4, link: 2 };

const isOfRank = (lane: Lane) => lane.kind === "device" || lane.kind === "engine" || lane.kind === "messages";
const heightOf = (lanes: Lane[], size: Heights) => lanes.reduce((sum, lane) => sum + size[lane.kind] + margins[lane.kind], 0);

// `most` of `all` numbers from 0 on, evenly spaced, the first and the last among them.
export function spread(all: number, most: number): number[] {
  if (most >= all) return Array.from({ length: all }, (_, i) => i);
  if (most < 2) return [all - 1];
  return Array.from({ length: most }, (_, i) => Math.round((i * (all - 1)) / (most - 1)));
}

function ranksOf(group: Group): Lane[][] {
  const ranks = new Map<number, Lane[]>();
  for (const lane of group.lanes.filter(isOfRank)) ranks.set(lane.rank, [...(ranks.get(lane.rank) ?? []), lane]);
  return [...ranks.values()];
}

function mean(lane: Lane): number {
  return lane.columns[0].reduce((sum, percent) => sum + percent, 0) / lane.columns[0].length;
}

// The busiest that fit, in their order.
function busiest(links: Lane[], most: number): Lane[] {
  const chosen = new Set([...links].sort((a, b) => mean(b) - mean(a)).slice(0, Math.max(0, most)));
  return links.filter((link) => chosen.has(link));
}

// What one group shows within a height.
function fitting(group: Group, height: number): { lanes: Lane[]; size: Heights; ranks: number } {
  const ranks = ranksOf(group);
  const top = group.lanes.filter((lane) => lane.kind === "iterations" || lane.kind === "path");
  const links = group.lanes.filter((lane) => lane.kind === "link");
  const size = sizes.find((one) => heightOf([...top, ...ranks.flat()], one) <= height) ?? sizes.at(-1)!;
  const room = height - heightOf(top, size);
  const largest = Math.max(1, ...ranks.map((lanes) => heightOf(lanes, size)));
  const all = heightOf(ranks.flat(), size) <= room;
  const chosen = spread(ranks.length, all ? ranks.length : Math.max(2, Math.floor(room / largest))).map((i) => ranks[i]);
  const left = room - heightOf(chosen.flat(), size);
  const shownLinks = all ? busiest(links, Math.floor(left / (size.link + margins.link))) : [];
  return { lanes: [...top, ...chosen.flat(), ...shownLinks], size, ranks: chosen.length };
}

export function rowsOf(groups: Group[], height: number, all: boolean): Rows {
  const headings = groups.length > 1;
  const each = height / groups.length - (headings ? headingHeight : 0);
  const result: Rows = { rows: [], headings: [], ends: [], height: 0, ranks: { shown: 0, all: 0 }, links: { shown: 0, all: 0 } };
  let top = 0;
  groups.forEach((group, number) => {
    const begin = top;
    if (headings) {
      result.headings.push({ label: group.label, group: number, top });
      top += headingHeight;
    }
    const ranks = ranksOf(group).length;
    const chosen = all ? { lanes: group.lanes, size: sizes[0], ranks } : fitting(group, each);
    for (const lane of chosen.lanes) {
      result.rows.push({ lane, group: number, top, height: chosen.size[lane.kind] });
      top += chosen.size[lane.kind] + margins[lane.kind];
    }
    const links = (lanes: Lane[]) => lanes.filter((lane) => lane.kind === "link").length;
    result.ranks = { shown: result.ranks.shown + chosen.ranks, all: result.ranks.all + ranks };
    result.links = { shown: result.links.shown + links(chosen.lanes), all: result.links.all + links(group.lanes) };
    result.ends.push({ top: begin, bottom: top });
  });
  result.height = top;
  return result;
}
