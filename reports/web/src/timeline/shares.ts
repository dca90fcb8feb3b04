// What a lane does with each stretch of time, in shares: for a picture of which every pixel tells
// all that is in it, however far one has zoomed out.

import type { View } from "./view";

// Stretches of time that do not overlap, in order, each of one kind; between them nothing is done.
export interface Shares {
  begins: Float64Array;
  ends: Float64Array;
  places: Uint8Array; // of each stretch, the place of its kind in `kinds`
  kinds: number[]; // those that occur
  sums: Float64Array[]; // by place: how much of it there is before each stretch, and at last in all
}

// The first index whose value is over `limit`; `values` ascend.
export function firstOver(values: Float64Array, limit: number, low = 0, high = values.length): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function sharesOf(begins: Float64Array, ends: Float64Array, kindOf: (i: number) => number): Shares {
  const places = new Uint8Array(begins.length);
  const occurs = new Uint8Array(256);
  for (let i = 0; i < places.length; ++i) {
    places[i] = kindOf(i);
    occurs[places[i]] = 1;
  }
  const kinds = [...occurs.keys()].filter((kind) => occurs[kind] === 1);
  const placeOf = new Uint8Array(256);
  kinds.forEach((kind, place) => (placeOf[kind] = place));
  for (let i = 0; i < places.length; ++i) places[i] = placeOf[places[i]];
  const sums = kinds.map((_, place) => {
    const sum = new Float64Array(places.length + 1);
    for (let i = 0; i < places.length; ++i) sum[i + 1] = sum[i] + (places[i] === place ? ends[i] - begins[i] : 0);
    return sum;
  });
  return { begins, ends, places, kinds, sums };
}

// Of spans that overlap: stretches with one, two, or more of them at once (kinds 0, 1, 2). Begins
// ascend.
export function levels(begins: Float64Array, ends: Float64Array): Shares {
  const sorted = ends.slice().sort();
  const from: number[] = [];
  const to: number[] = [];
  const many: number[] = [];
  const add = (begin: number, end: number, level: number) => {
    if (level === 0 || begin === end) return;
    if (to.length > 0 && to.at(-1) === begin && many.at(-1) === level) to[to.length - 1] = end;
    else {
      from.push(begin);
      to.push(end);
      many.push(level);
    }
  };
  let now = 0;
  let level = 0;
  for (let i = 0, ended = 0; ended < sorted.length; ) {
    const begin = i < begins.length ? begins[i] : Infinity;
    const next = Math.min(begin, sorted[ended]);
    add(now, next, Math.min(level, 3));
    now = next;
    if (begin < sorted[ended] || (begin === sorted[ended] && level === 0)) {
      ++level;
      ++i;
    } else {
      --level;
      ++ended;
    }
  }
  return sharesOf(Float64Array.from(from), Float64Array.from(to), (i) => many[i] - 1);
}

// How much of each kind there is in all until a time.
function until(shares: Shares, time: number, from: number, into: Float64Array): number {
  const { begins, ends, places, sums } = shares;
  let i = from;
  while (i < begins.length && begins[i] <= time && i < from + 4) ++i;
  if (i === from + 4) i = firstOver(begins, time, i);
  for (let place = 0; place < sums.length; ++place) into[place] = sums[place][i];
  if (i > 0 && ends[i - 1] > time) into[places[i - 1]] -= ends[i - 1] - time;
  return i;
}

// The view is cut into columns of equal length. Calls `take` for each that is not empty, with its
// shares by place, which are valid during the call, and how many stretches begin in it.
export function eachColumn(shares: Shares, view: View, columns: number, take: (column: number, shares: Float64Array, begun: number) => void): void {
  const count = shares.kinds.length;
  if (count === 0) return;
  const length = (view.end - view.begin) / columns;
  let before = new Float64Array(count);
  let after = new Float64Array(count);
  const part = new Float64Array(count);
  let i = until(shares, view.begin, firstOver(shares.begins, view.begin), before);
  for (let column = 0; column < columns; ++column) {
    const first = i;
    i = until(shares, view.begin + (column + 1) * length, i, after);
    let sum = 0;
    for (let place = 0; place < count; ++place) {
      part[place] = Math.min(1, Math.max(0, (after[place] - before[place]) / length));
      sum += part[place];
    }
    [before, after] = [after, before];
    if (sum > 1e-9) take(column, part, i - first);
  }
}

// Seconds of each kind in [begin, end), by place.
export function amounts(shares: Shares, begin: number, end: number): Float64Array {
  const before = new Float64Array(shares.kinds.length);
  const after = new Float64Array(shares.kinds.length);
  until(shares, begin, firstOver(shares.begins, begin), before);
  until(shares, end, firstOver(shares.begins, end), after);
  return after.map((value, place) => Math.max(0, value - before[place]));
}
