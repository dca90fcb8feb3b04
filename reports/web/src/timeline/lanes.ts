// The rows of a timeline, unpacked, and which of their spans are in view.

import type { TimelineData } from "../data";
import type { View } from "./view";

export interface Lane {
  name: string;
  kind: "path" | "device" | "engine" | "messages" | "link";
  begins: Float64Array; // seconds, ascending
  ends: Float64Array;
  latestEnds: Float64Array; // of this span and all before: finds the first that reaches into a view
  fields: Int32Array[]; // device and engine: kind, layer, micro-batch, operations; path: kind, rank, receiver, layer; messages: from, buffer, messages; link: percent
  bytes: Float64Array; // of messages
}

const stride = 6;

function lane(name: string, kind: Lane["kind"], size: number, fields: number): Lane {
  return {
    name,
    kind,
    begins: new Float64Array(size),
    ends: new Float64Array(size),
    latestEnds: new Float64Array(size),
    fields: Array.from({ length: fields }, () => new Int32Array(size)),
    bytes: new Float64Array(kind === "messages" ? size : 0),
  };
}

function setTimes(lane: Lane, i: number, begin: number, end: number): void {
  lane.begins[i] = begin;
  lane.ends[i] = end;
  lane.latestEnds[i] = i === 0 ? end : Math.max(end, lane.latestEnds[i - 1]);
}

function unpacked(name: string, kind: Lane["kind"], row: number[], tick: number, columns: number[]): Lane {
  const result = lane(name, kind, row.length / stride, columns.length);
  let begin = 0;
  for (let i = 0; i < row.length / stride; ++i) {
    begin += row[i * stride];
    setTimes(result, i, begin * tick, (begin + row[i * stride + 1]) * tick);
    columns.forEach((column, field) => (result.fields[field][i] = row[i * stride + column]));
    if (kind === "messages") result.bytes[i] = row[i * stride + 3];
  }
  return result;
}

function linkLane(link: TimelineData["links"][0], makespan: number): Lane {
  const result = lane(`${link.from} → ${link.to}`, "link", link.percent.length, 1);
  link.percent.forEach((percent, i) => {
    setTimes(result, i, (i / link.percent.length) * makespan, ((i + 1) / link.percent.length) * makespan);
    result.fields[0][i] = percent;
  });
  return result;
}

// The critical path, if it is known; of each rank its device, the engine that folds messages beside it and the messages that reach it, if there are any; then links.
export function lanesOf(data: TimelineData): Lane[] {
  const lanes = data.ranks.flatMap((name, rank) => [
    unpacked(name, "device", data.device_rows[rank] ?? [], data.tick_s, [2, 3, 4, 5]),
    unpacked(`${name} engine`, "engine", data.engine_rows[rank] ?? [], data.tick_s, [2, 3, 4, 5]),
    unpacked(`→ ${name}`, "messages", data.message_rows[rank] ?? [], data.tick_s, [2, 4, 5]),
  ]);
  const path = unpacked("critical path", "path", data.path_row ?? [], data.tick_s, [2, 3, 4, 5]);
  return [path, ...lanes, ...data.links.map((link) => linkLane(link, data.makespan_s))].filter((one) => one.begins.length > 0);
}

// The first index whose value is over `limit`; `values` ascend.
export function firstOver(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

// All spans of the view are among these.
export function inView(lane: Lane, view: View): { first: number; end: number } {
  return { first: firstOver(lane.latestEnds, view.begin), end: firstOver(lane.begins, view.end) };
}

// The span at a time; of messages under way at once, the last begun.
export function spanAt(lane: Lane, time: number): number | null {
  for (let i = firstOver(lane.begins, time) - 1; i >= 0 && lane.latestEnds[i] >= time; --i) if (lane.ends[i] >= time) return i;
  return null;
}
