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

const nothing = new Float64Array(0);

function latest(ends: Float64Array): Float64Array {
  const result = ends.slice();
  for (let i = 1; i < result.length; ++i) result[i] = Math.max(result[i], result[i - 1]);
  return result;
}

// Spans of a device follow each other; messages may overlap. Links and iterations have no shares.
function sharesOfLane(kind: LaneKind, { begins, ends, columns }: Spans): Shares {
  if (kind === "messages") return levels(begins, ends);
  if (kind === "link" || kind === "iterations") return sharesOf(nothing, nothing, () => 0);
  const [kinds] = columns;
  return sharesOf(begins, ends, (i) => kinds[i]);
}

// What it takes to draw a lane is worked out when it is first drawn: most lanes are not.
function lane(name: string, kind: LaneKind, rank: number, spans: Spans): Lane {
  let latestEnds: Float64Array | undefined;
  let shares: Shares | undefined;
  return {
    ...spans,
    name,
    kind,
    rank,
    get latestEnds() {
      return (latestEnds ??= latest(spans.ends));
    },
    get shares() {
      return (shares ??= sharesOfLane(kind, spans));
    },
  };
}

// Of each link its use in equal stretches of the run.
function linkLanes(data: TimelineData, uses: Int32Array[]): Lane[] {
  const many = Math.max(0, ...uses.map(({ length }) => length));
  const borders = Float64Array.from({ length: many + 1 }, (_, i) => (i / many) * data.makespan_s);
  return data.links.map(({ from, to }, i) =>
    lane(`${from} to ${to}`, "link", -1, { begins: borders.subarray(0, uses[i].length), ends: borders.subarray(1, uses[i].length + 1), columns: [uses[i]], bytes: nothing }),
  );
}

// From each begin to the next; the numbers count from 1.
function iterationLane(begins: Float64Array, data: TimelineData): Lane {
  const ends = begins.map((_, i) => begins[i + 1] ?? data.makespan_s);
  const numbers = Int32Array.from(begins, (_, i) => i * data.iteration_stride + 1);
  return lane("iterations", "iterations", 0, { begins, ends, columns: [numbers], bytes: nothing });
}

// The iterations of the first rank and the critical path; of each rank its device, the engine that
// folds messages beside it and the messages that reach it; then links. Only lanes with spans.
export function lanesOf(data: TimelineData, unpacked: Unpacked): Lane[] {
  const lanes = data.ranks.flatMap((name, rank) => [
    lane(name, "device", rank, unpacked.devices[rank]),
    lane(`engine of ${name}`, "engine", rank, unpacked.engines[rank]),
    lane(`to ${name}`, "messages", rank, unpacked.messages[rank]),
  ]);
  const links = linkLanes(data, unpacked.links);
  const iterations = iterationLane(unpacked.iterations[0] ?? nothing, data);
  return [iterations, lane("critical path", "path", -1, unpacked.path), ...lanes, ...links].filter((one) => one.begins.length > 0);
}

export function groupOf(label: string, data: TimelineData, unpacked: Unpacked): Group {
  return { label, data, unpacked, lanes: lanesOf(data, unpacked) };
}

// All spans of the view are among these.
export function inView(lane: Lane, view: View): { first: number; end: number } {
  return { first: firstOver(lane.latestEnds, view.begin), end: firstOver(lane.begins, view.end) };
}

// Of messages, how many are under way at once: none, one, two, or three if there are more. An empty
// one is under way at no time.
export function mostAtOnce({ begins, ends }: Lane): number {
  let [first, second, most] = [0, 0, 0]; // the latest ends so far
  for (let i = 0; i < begins.length; ++i) {
    if (ends[i] <= begins[i]) continue;
    most = Math.max(most, second > begins[i] ? 3 : first > begins[i] ? 2 : 1);
    if (ends[i] > first) [first, second] = [ends[i], first];
    else if (ends[i] > second) second = ends[i];
  }
  return most;
}

// The span at a time; of messages under way at once, the last begun. One that ended less than
// `near` before is at that time too: a person cannot point more exactly.
export function spanAt(lane: Lane, time: number, near = 0): number | null {
  const last = firstOver(lane.begins, time + near) - 1;
  for (let i = last; i >= 0 && lane.latestEnds[i] >= time - near; --i) if (lane.ends[i] >= time - near) return i;
  return null;
}
