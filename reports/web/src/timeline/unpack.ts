// The spans of a timeline, as reports/packed_timeline.hpp packs them: tables of integers, deflated,
// in base64.

import { bytesOf } from "../base64";
import type { TimelineData } from "../data";

// What one rank's device or engine did, what reached it, or the critical path, in order of begin.
export interface Spans {
  begins: Float64Array; // seconds
  ends: Float64Array;
  columns: Int32Array[]; // devices: kind, layer, micro-batch, operations; messages: from, buffer, messages; path: kind, rank, receiver, layer
  bytes: Float64Array; // of messages
}

export interface Unpacked {
  devices: Spans[]; // by rank
  engines: Spans[];
  messages: Spans[];
  iterations: Float64Array[]; // when each rank began every `iteration_stride`-th one
  links: Int32Array[]; // by link: percents used in equal stretches of the run
  path: Spans;
}

// Variable-length integers: seven bits a byte, the lowest first; the sign is the lowest bit of all.
export class Integers {
  private place = 0;
  constructor(private readonly bytes: Uint8Array) {}

  next(): number {
    let byte = this.bytes[this.place++];
    let value = byte & 127;
    for (let scale = 128; byte >= 128; scale *= 128) {
      byte = this.bytes[this.place++];
      value += (byte & 127) * scale;
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  // Fills all of `values`; with `carried` 1, each counts from the one before. Most are of one byte or
  // two, and there are hundred thousands.
  fill(values: Values, carried: 0 | 1): void {
    const { bytes } = this;
    let last = 0;
    for (let i = 0; i < values.length; ++i) {
      const first = bytes[this.place];
      const second = bytes[this.place + 1];
      let value: number;
      if (first < 128) {
        value = (first >>> 1) ^ -(first & 1);
        this.place += 1;
      } else if (second < 128) {
        const both = (first & 127) | (second << 7);
        value = (both >>> 1) ^ -(both & 1);
        this.place += 2;
      } else value = this.next();
      last = carried * last + value;
      values[i] = last;
    }
  }
}

// Integers that count from the one before are differences; those that may be over 2^31 are long.
type Column = "plain" | "difference" | "long" | "long difference";
type Values = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

function column(integers: Integers, count: number, kind: Column): Values {
  const values = kind.startsWith("long") ? new Float64Array(count) : new Int32Array(count);
  integers.fill(values, kind.endsWith("difference") ? 1 : 0);
  return values;
}

// Of each list of rows its columns.
function table(integers: Integers, lists: number, columns: Column[]): Values[][] {
  const counts = Array.from({ length: lists }, () => integers.next());
  const result: Values[][] = counts.map(() => []);
  for (const kind of columns) for (let list = 0; list < lists; ++list) result[list].push(column(integers, counts[list], kind));
  return result;
}

const none = new Float64Array(0);

// Begins and lengths become begins and ends where they are: fresh memory takes longer than they do.
// `afterEnd`: begins count from the end before.
function spansOf([begins, ends, ...others]: Values[], tick: number, afterEnd: boolean, bytesAt?: number): Spans {
  let last = 0;
  for (let i = 0; i < begins.length; ++i) {
    const begin = afterEnd ? last + begins[i] : begins[i];
    last = begin + ends[i];
    begins[i] = begin * tick;
    ends[i] = last * tick;
  }
  const bytes = bytesAt === undefined ? none : others.splice(bytesAt, 1)[0];
  return { begins: begins as Float64Array, ends: ends as Float64Array, columns: others as Int32Array[], bytes: bytes as Float64Array };
}

const device: Column[] = ["long", "long", "plain", "difference", "difference", "plain"];
const message: Column[] = ["long difference", "long", "plain", "long difference", "plain", "plain"];
const activity: Column[] = ["long", "long", "plain", "plain", "plain", "plain"];

export function read(bytes: Uint8Array, data: TimelineData): Unpacked {
  const integers = new Integers(bytes);
  const ranks = data.ranks.length;
  const tick = data.tick_s;
  return {
    devices: table(integers, ranks, device).map((list) => spansOf(list, tick, true)),
    engines: table(integers, ranks, device).map((list) => spansOf(list, tick, true)),
    messages: table(integers, ranks, message).map((list) => spansOf(list, tick, false, 1)),
    iterations: table(integers, ranks, ["long difference"]).map(([begins]) => begins.map((begin) => begin * tick) as Float64Array),
    links: table(integers, data.links.length, ["difference"]).map(([percents]) => percents as Int32Array),
    path: spansOf(table(integers, 1, activity)[0], tick, true),
  };
}

// What stands in a zlib stream (RFC 1950) as it is, where all of its blocks are stored so (RFC 1951,
// 3.2.4): the playground's engine packs nothing. It is moved together where it stands. Null where a
// block is packed, or not whole; the stream is then what it was.
export function stored(bytes: Uint8Array): Uint8Array | null {
  const blocks: { begin: number; end: number }[] = [];
  let place = 2;
  for (let isLast = false; !isLast; ) {
    const header = bytes[place];
    const begin = place + 5;
    place = begin + bytes[place + 1] + 256 * bytes[place + 2];
    if ((header !== 0 && header !== 1) || place > bytes.length) return null;
    isLast = header === 1;
    blocks.push({ begin, end: place });
  }
  let length = 0;
  for (const { begin, end } of blocks) {
    bytes.copyWithin(length, begin, end);
    length += end - begin;
  }
  return bytes.subarray(0, length);
}

async function inflated(base64: string): Promise<Uint8Array> {
  const bytes = bytesOf(base64);
  const asItIs = stored(bytes);
  if (asItIs !== null) return asItIs;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const unpacked = new WeakMap<TimelineData, Promise<Unpacked>>();

// The browser inflates beside the page, which is shown meanwhile. Each timeline is unpacked once.
export function unpack(data: TimelineData): Promise<Unpacked> {
  const known = unpacked.get(data) ?? inflated(data.packed).then((bytes) => read(bytes, data));
  unpacked.set(data, known);
  return known;
}
