// The spans of a timeline, as reports/packed_timeline.hpp packs them: tables of integers, deflated,
// in base64.

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
  links: Float64Array[]; // by link: percents used in equal stretches of the run
  path: Spans;
}

// Variable-length integers: seven bits a byte, the lowest first; the sign is the lowest bit of all.
export class Integers {
  private place = 0;
  constructor(private readonly bytes: Uint8Array) {}

  next(): number {
    let byte = this.bytes[this.place++];
    if (byte < 128) return byte & 1 ? -((byte + 1) >> 1) : byte >> 1; // most are
    let value = byte & 127;
    for (let scale = 128; byte >= 128; scale *= 128) {
      byte = this.bytes[this.place++];
      value += (byte & 127) * scale;
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }
}

type Column = "plain" | "difference";

// So many; with differences, each counts from the one before.
function column(integers: Integers, count: number, kind: Column): Float64Array {
  const values = new Float64Array(count);
  const carried = kind === "difference" ? 1 : 0;
  let last = 0;
  for (let i = 0; i < count; ++i) {
    last = carried * last + integers.next();
    values[i] = last;
  }
  return values;
}

// Of each list of rows its columns.
function table(integers: Integers, lists: number, columns: Column[]): Float64Array[][] {
  const counts = Array.from({ length: lists }, () => integers.next());
  const result: Float64Array[][] = counts.map(() => []);
  for (const kind of columns) for (let list = 0; list < lists; ++list) result[list].push(column(integers, counts[list], kind));
  return result;
}

const none = new Float64Array(0);

// `afterEnd`: begins count from the end before.
function spansOf([first, lengths, ...others]: Float64Array[], tick: number, afterEnd: boolean, bytesAt?: number): Spans {
  const begins = new Float64Array(first.length);
  const ends = new Float64Array(first.length);
  let last = 0;
  for (let i = 0; i < first.length; ++i) {
    const begin = afterEnd ? last + first[i] : first[i];
    last = begin + lengths[i];
    begins[i] = begin * tick;
    ends[i] = last * tick;
  }
  const columns = others.filter((_, i) => i !== bytesAt).map((column) => new Int32Array(column));
  return { begins, ends, columns, bytes: bytesAt === undefined ? none : others[bytesAt] };
}

const device: Column[] = ["plain", "plain", "plain", "difference", "difference", "plain"];
const message: Column[] = ["difference", "plain", "plain", "difference", "plain", "plain"];
const activity: Column[] = ["plain", "plain", "plain", "plain", "plain", "plain"];

export function read(bytes: Uint8Array, data: TimelineData): Unpacked {
  const integers = new Integers(bytes);
  const ranks = data.ranks.length;
  const tick = data.tick_s;
  return {
    devices: table(integers, ranks, device).map((list) => spansOf(list, tick, true)),
    engines: table(integers, ranks, device).map((list) => spansOf(list, tick, true)),
    messages: table(integers, ranks, message).map((list) => spansOf(list, tick, false, 1)),
    iterations: table(integers, ranks, ["difference"]).map(([begins]) => begins.map((begin) => begin * tick)),
    links: table(integers, data.links.length, ["difference"]).map(([percents]) => percents),
    path: spansOf(table(integers, 1, activity)[0], tick, true),
  };
}

// What stands in a zlib stream (RFC 1950) as it is, where all of its blocks are stored so (RFC 1951,
// 3.2.4): the playground's engine packs nothing. Null where a block is packed, or not whole.
export function stored(bytes: Uint8Array): Uint8Array | null {
  const blocks: Uint8Array[] = [];
  let place = 2;
  for (let isLast = false; !isLast; ) {
    const header = bytes[place];
    const length = bytes[place + 1] + 256 * bytes[place + 2];
    if ((header !== 0 && header !== 1) || place + 5 + length > bytes.length) return null;
    isLast = header === 1;
    blocks.push(bytes.subarray(place + 5, place + 5 + length));
    place += 5 + length;
  }
  const result = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const block of blocks) {
    result.set(block, end);
    end += block.length;
  }
  return result;
}

async function inflated(base64: string): Promise<Uint8Array> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
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
