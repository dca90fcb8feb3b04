// What happens at each moment of a run, read from the spans of its timeline.

import type { TimelineData } from "../../../../reports/web/src/data";
import { bytes, seconds } from "../../../../reports/web/src/format";
import { firstOver } from "../../../../reports/web/src/timeline/shares";
import type { Spans, Unpacked } from "../../../../reports/web/src/timeline/unpack";

// Something that a rank does: a step of its program, as it was carried out.
export interface Step {
  begin: number;
  end: number;
  kind: number; // of the span kinds; -1: a message
  words: string;
}

export interface Message {
  from: number; // -1: several ranks; -2: the shared memory
  to: number;
  begin: number;
  end: number;
  bytes: number;
}

const plain = (name: string) => name.replaceAll("_", " ");

// All times at which something begins or ends, ascending, each once.
export function instantsOf({ devices, engines, messages }: Unpacked): Float64Array {
  const all = [...devices, ...engines, ...messages].flatMap(({ begins, ends }) => [begins, ends]);
  const times = new Float64Array(all.reduce((sum, one) => sum + one.length, 0));
  let filled = 0;
  for (const one of all) {
    times.set(one, filled);
    filled += one.length;
  }
  times.sort();
  return times.filter((time, i) => i === 0 || time !== times[i - 1]);
}

// The next time after `now`, or the last one before it; `now` where there is none.
export function neighbour(instants: Float64Array, now: number, forward: boolean): number {
  const next = firstOver(instants, now);
  if (forward) return instants[next] ?? now;
  const last = instants[next - 1] === now ? next - 2 : next - 1;
  return instants[last] ?? now;
}

// The span that holds a time; those of a device follow each other.
export function spanNow({ begins, ends }: Spans, now: number): number | null {
  const last = firstOver(begins, now) - 1;
  return last >= 0 && ends[last] > now ? last : null;
}

// Of each rank the kind of span that its device is in, or -1.
export function kindsNow({ devices }: Unpacked, now: number): number[] {
  return devices.map((spans) => {
    const span = spanNow(spans, now);
    return span === null ? -1 : spans.columns[0][span];
  });
}

export function messagesOf({ messages }: Unpacked): Message[] {
  const all = messages.flatMap((spans, to) => Array.from(spans.begins, (begin, i) => ({ from: spans.columns[0][i], to, begin, end: spans.ends[i], bytes: spans.bytes[i] })));
  return all.sort((a, b) => a.begin - b.begin);
}

// Those under way, at most so many; `messages` are in order of begin, `longest` is what any takes.
export function underWay(messages: Message[], longest: number, now: number, most: number): Message[] {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (messages[middle].begin < now - longest) low = middle + 1;
    else high = middle;
  }
  const result: Message[] = [];
  for (let i = low; i < messages.length && messages[i].begin <= now && result.length < most; ++i) if (messages[i].end > now) result.push(messages[i]);
  return result;
}

function deviceWords(spans: Spans, i: number, data: TimelineData, onEngine: boolean): string {
  const [kind, layer, microBatch, operations] = spans.columns.map((column) => column[i]);
  const hasMicroBatches = spans.columns[2].some((one) => one > 0);
  const name = onEngine ? "sum what arrived, beside the device" : plain(data.span_kinds[kind]);
  const of = [layer >= 0 && !onEngine ? `layer ${layer}` : "", hasMicroBatches && microBatch >= 0 ? `micro-batch ${microBatch}` : "", operations > 1 ? `${operations} operations, joined` : ""];
  return [name, ...of.filter((one) => one !== "")].join(", ");
}

const who = (rank: number, data: TimelineData) => (rank === -1 ? "several ranks" : rank === -2 ? "the shared memory" : data.ranks[rank]);

// All that a rank does, in order of begin: its device, what is summed beside it, what it sends and gets.
export function programOf(rank: number, unpacked: Unpacked, data: TimelineData): Step[] {
  const computed = (spans: Spans | undefined, onEngine: boolean): Step[] =>
    spans === undefined ? [] : Array.from(spans.begins, (begin, i) => ({ begin, end: spans.ends[i], kind: spans.columns[0][i], words: deviceWords(spans, i, data, onEngine) }));
  const moved = unpacked.messages.flatMap((spans, to) => {
    const steps: Step[] = [];
    spans.begins.forEach((begin, i) => {
      const from = spans.columns[0][i];
      if (to !== rank && from !== rank) return;
      const what = `${plain(data.buffers[spans.columns[1][i]])}, ${bytes(spans.bytes[i])}`;
      steps.push({ begin, end: spans.ends[i], kind: -1, words: to === rank ? `receive from ${who(from, data)}: ${what}` : `send to ${who(to, data)}: ${what}` });
    });
    return steps;
  });
  return [...computed(unpacked.devices[rank], false), ...computed(unpacked.engines[rank], true), ...moved].sort((a, b) => a.begin - b.begin || a.end - b.end);
}

// The steps that are lit: those under way; where there is none, the rank waits.
export function litSteps(steps: Step[], now: number): Set<number> {
  const lit = new Set<number>();
  steps.forEach(({ begin, end }, i) => {
    if (begin <= now && now < end) lit.add(i);
  });
  return lit;
}

// Where a reader's eye should be: the first lit step, else the next to come, else the last.
export function focusStep(steps: Step[], lit: Set<number>, now: number): number {
  for (const i of lit) return i;
  const next = steps.findIndex(({ begin }) => begin > now);
  return next >= 0 ? next : Math.max(0, steps.length - 1);
}

// What a rank does now, in a few words.
export function nowWords(rank: number, unpacked: Unpacked, data: TimelineData, messages: Message[], now: number): string {
  const device = spanNow(unpacked.devices[rank], now);
  const words = device === null ? [] : [deviceWords(unpacked.devices[rank], device, data, false)];
  const from = messages.filter((one) => one.to === rank).length;
  const to = messages.filter((one) => one.from === rank).length;
  if (from > 0) words.push(from === 1 ? "receives" : `receives ${from}`);
  if (to > 0) words.push(to === 1 ? "sends" : `sends ${to}`);
  return words.length > 0 ? words.join("; ") : now >= data.makespan_s ? "done" : "waits";
}

export function momentWords(unpacked: Unpacked, messages: Message[], now: number): string {
  const busy = kindsNow(unpacked, now).filter((kind) => kind >= 0).length;
  const all = unpacked.devices.length;
  return `At ${seconds(now)}: ${busy} of ${all} devices compute, ${messages.length} message${messages.length === 1 ? " is" : "s are"} under way.`;
}
