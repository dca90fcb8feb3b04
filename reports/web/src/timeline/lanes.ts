// The lanes of a timeline, and which of their spans are in view.

import type { TimelineData } from "../data";
import { firstOver, levels, sharesOf, type Shares } from "./shares";
import type { Spans, Unpacked } from "./unpack";
import type { View } from "./view";

export type LaneKind = "iterations" | "path" | "device" | "engine" | "messages" | "link";

export interface Lane extends Spans {
  name: string;
  kind: LaneKind;
  rank: number; // -1: of none
  latestEnds: Float64Array; // of this span and all before: finds the first that reaches into a view
  shares: Shares;
}

// All lanes of one algorithm.
export interface Group {
  label: string;
  data: TimelineData;
  unpacked: Unpacked;
  lanes: Lane[];
}

function latest(ends: Float64Array): Float64Array {
  const result = ends.slice();
  for (let i = 1; i < result.length; ++i) result[i] = Math.max(result[i], result[i - 1]);
  return result;
}

// Spans of a device follow each other; messages may overlap. Links and iterations have no shares.
function lane(name: string, kind: LaneKind, rank: number, spans: Spans): Lane {
  const none = spans.begins.subarray(0, 0);
  const shares =
    kind === "messages" ? levels(spans.begins, spans.ends)
    : kind === "link" || kind === "iterations" ? sharesOf(none, none, () => 0)
    : sharesOf(spans.begins, spans.ends, (i) => spans.columns[0][i]);
  return { ...spans, name, kind, rank, latestEnds: latest(spans.ends), shares };
}

function linkLane(name: string, percents: Float64Array, makespan: number): Lane {
  const begins = percents.map((_, i) => (i / percents.length) * makespan);
  const ends = percents.map((_, i) => ((i + 1) / percents.length) * makespan);
  return lane(name, "link", -1, { begins, ends, columns: [Int32Array.from(percents)], bytes: new Float64Array(0) });
}

// From each begin to the next; the numbers count from 1.
function iterationLane(begins: Float64Array, data: TimelineData): Lane {
  const ends = begins.map((_, i) => begins[i + 1] ?? data.makespan_s);
  const numbers = Int32Array.from(begins, (_, i) => i * data.iteration_stride + 1);
  return lane("iterations", "iterations", 0, { begins, ends, columns: [numbers], bytes: new Float64Array(0) });
}

// The iterations of the first rank and the critical path; of each rank its device, the engine that
// folds messages beside it and the messages that reach it; then links. Only lanes with spans.
export function lanesOf(data: TimelineData, unpacked: Unpacked): Lane[] {
  const lanes = data.ranks.flatMap((name, rank) => [
    lane(name, "device", rank, unpacked.devices[rank]),
    lane(`engine of ${name}`, "engine", rank, unpacked.engines[rank]),
    lane(`to ${name}`, "messages", rank, unpacked.messages[rank]),
  ]);
  const links = data.links.map((link, i) => linkLane(`${link.from} to ${link.to}`, unpacked.links[i], data.makespan_s));
  const iterations = iterationLane(unpacked.iterations[0] ?? new Float64Array(0), data);
  return [iterations, lane("critical path", "path", -1, unpacked.path), ...lanes, ...links].filter((one) => one.begins.length > 0);
}

export function groupOf(label: string, data: TimelineData, unpacked: Unpacked): Group {
  return { label, data, unpacked, lanes: lanesOf(data, unpacked) };
}

// All spans of the view are among these.
export function inView(lane: Lane, view: View): { first: number; end: number } {
  return { first: firstOver(lane.latestEnds, view.begin), end: firstOver(lane.begins, view.end) };
}

// The span at a time; of messages under way at once, the last begun. One that ended less than
// `near` before is at that time too: a person cannot point more exactly.
export function spanAt(lane: Lane, time: number, near = 0): number | null {
  const last = firstOver(lane.begins, time + near) - 1;
  for (let i = last; i >= 0 && lane.latestEnds[i] >= time - near; --i) if (lane.ends[i] >= time - near) return i;
  return null;
}
