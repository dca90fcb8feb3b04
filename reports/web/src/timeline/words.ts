// Spans in words.

import type { TimelineData } from "../data";
import { bitRate, bytes, count, percent, seconds } from "../format";
import { instant } from "./axis";
import { amounts, firstOver } from "./shares";
import type { Group, Lane } from "./lanes";
import type { Spans } from "./unpack";

export interface Words {
  title: string;
  facts: [string, string][];
}

const plain = (name: string) => name.replaceAll("_", " ");

export function senderName(from: number, data: TimelineData): string {
  return from === -1 ? "several ranks" : from === -2 ? "the shared memory" : data.ranks[from];
}

// The kinds of the critical path: those of spans, then work at a message's end, a message, bytes
// from or to shared memory.
export function activityName(kind: number, data: TimelineData): string {
  return plain(data.span_kinds[kind] ?? ["work on a message", "message", "shared memory"][kind - data.span_kinds.length]);
}

export function kindName(lane: Lane, kind: number, data: TimelineData): string {
  if (lane.kind === "messages") return ["one message under way", "two at once", "three or more at once"][kind];
  return activityName(kind, data);
}

const abbreviations: Record<string, string> = { forward: "fwd", backward_weight: "wgt", backward_input: "inp", reduce: "red", update: "upd", transcode: "enc" };

// What may stand in a span, the longest first. In a pipeline the number is that of the micro-batch,
// else that of the layer.
export function shortNames(lane: Lane, i: number, data: TimelineData): string[] {
  const [kind, layer, microBatch] = lane.columns.map((column) => column[i]);
  const isPipeline = lane.columns[2].some((one) => one > 0);
  const number = isPipeline && microBatch >= 0 ? ` mb ${microBatch}` : layer >= 0 ? ` ${layer}` : "";
  const name = data.span_kinds[kind];
  const short = abbreviations[name] ?? plain(name);
  return [`${plain(name)}${number}`, `${plain(name).replace("backward ", "")}${number}`, `${short}${number}`, `${short}${number.replace(" mb", "")}`];
}

export function shortActivities(lane: Lane, i: number, data: TimelineData): string[] {
  const [kind, rank, to] = lane.columns.map((column) => column[i]);
  const who = (one: number) => data.ranks[one].replace("worker ", "");
  if (kind === data.span_kinds.length + 1) return [`message ${who(rank)} to ${who(to)}`, `${who(rank)} to ${who(to)}`];
  return [`${activityName(kind, data)} on ${who(rank)}`, `${abbreviations[data.span_kinds[kind]] ?? activityName(kind, data)} on ${who(rank)}`];
}

function times(lane: Lane, i: number, step: number, begins = "from", ends = "to"): [string, string][] {
  const length = lane.ends[i] - lane.begins[i];
  const digits = Math.min(step, length > 0 ? length / 10 : step);
  return [["time", seconds(length)], [begins, instant(lane.begins[i], digits)], [ends, instant(lane.ends[i], digits)]];
}

const numbered = (label: string, number: number): [string, string][] => (number >= 0 ? [[label, String(number)]] : []);

function messageWords(lane: Lane, i: number, data: TimelineData, step: number): Words {
  const [from, buffer, messages] = lane.columns.map((column) => column[i]);
  const length = lane.ends[i] - lane.begins[i];
  return {
    title: messages > 1 ? `${count(messages)} messages, joined` : "message",
    facts: [
      ["from", senderName(from, data)],
      ["to", data.ranks[lane.rank]],
      ["carries", plain(data.buffers[buffer])],
      ["bytes", bytes(lane.bytes[i])],
      ...times(lane, i, step, "sent", "arrives"),
      ...(messages === 1 && length > 0 ? [["mean rate", bitRate(lane.bytes[i] / length)] as [string, string]] : []),
    ],
  };
}

// One span; `step` is the least time that the picture can tell apart.
export function spanWords(lane: Lane, i: number, data: TimelineData, step: number): Words {
  const columns = lane.columns.map((column) => column[i]);
  switch (lane.kind) {
    case "messages":
      return messageWords(lane, i, data, step);
    case "link":
      return { title: `link ${lane.name}`, facts: [["mean use", `${columns[0]} %`], ...times(lane, i, step)] };
    case "iterations":
      return { title: `iteration ${columns[0]}${data.iteration_stride > 1 ? ` to ${columns[0] + data.iteration_stride - 1}` : ""} of ${data.ranks[0]}`, facts: times(lane, i, step) };
    case "path": {
      const [kind, rank, to, layer] = columns;
      const title = `critical path: ${activityName(kind, data)}`;
      if (kind !== data.span_kinds.length + 1) return { title, facts: [["on", data.ranks[rank]], ...numbered("layer", layer), ...times(lane, i, step)] };
      return { title, facts: [["from", data.ranks[rank]], ["to", data.ranks[to]], ...times(lane, i, step, "sent", "arrives")] };
    }
    default: {
      const [kind, layer, microBatch, operations] = columns;
      const joined: [string, string][] = operations > 1 ? [["joined", `${count(operations)} operations`]] : [];
      return { title: activityName(kind, data), facts: [["on", lane.name], ...numbered("layer", layer), ...numbered("micro-batch", microBatch), ...joined, ...times(lane, i, step)] };
    }
  }
}

// Between two spans, or before the first and after the last: how long nothing is done.
export function gapWords(lane: Lane, time: number, data: TimelineData, step: number): Words {
  const next = firstOver(lane.begins, time);
  const begin = next > 0 ? lane.latestEnds[next - 1] : 0;
  const end = next < lane.begins.length ? lane.begins[next] : data.makespan_s;
  const digits = Math.min(step, (end - begin) / 10 || step);
  return { title: lane.kind === "messages" ? "no message" : "idle", facts: [["at", lane.name.replace(/^to /, "")], ["time", seconds(end - begin)], ["from", instant(begin, digits)], ["to", instant(end, digits)]] };
}

// A stretch of time in which there is more than can be told apart: the share of each kind.
export function stretchWords(lane: Lane, begin: number, end: number, data: TimelineData, step: number): Words {
  const parts = [...amounts(lane.shares, begin, end)].map((amount, place): [string, number] => [kindName(lane, lane.shares.kinds[place], data), amount / (end - begin)]);
  const idle = 1 - parts.reduce((sum, [, share]) => sum + share, 0);
  const shown = [...parts, [lane.kind === "messages" ? "no message" : "idle", idle] as [string, number]].filter(([, share]) => share > 0.0005);
  return { title: lane.name, facts: [["at", `${instant(begin, step)}, for ${seconds(end - begin)}`], ...shown.map(([name, share]): [string, string] => [name, percent(share)])] };
}

// What was joined, and how much; empty if nothing was.
export function joinedWords({ label, data, unpacked }: Group): string {
  const left = (spans: Spans[]) => spans.reduce((sum, { begins }) => sum + begins.length, 0);
  const part = (resolution: number, all: number, what: string, spans: Spans[], which: string) =>
    resolution > 0 ? `its ${count(all)} ${what} are drawn as ${count(left(spans))} spans, as those ${which} that begin within ${seconds(resolution)} are joined` : "";
  const parts = [
    part(data.device_resolution_s, data.operations, "operations", [...unpacked.devices, ...unpacked.engines], "of one kind on one device"),
    part(data.message_resolution_s, data.messages, "messages", unpacked.messages, "to one rank"),
  ].filter((words) => words !== "");
  return parts.length > 0 ? `Of ${label}, ${parts.join("; ")}. Joined spans are hatched where they are wide enough.` : "";
}
