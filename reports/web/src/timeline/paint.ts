// Lanes as pixels. Where spans are narrower than a column, it is filled as far up as its time is
// used, kind above kind by their shares; where they are wider, colours are mixed at their edges by
// the same shares. So the work is bounded by the picture, not by the run, and nothing is left out.

import { step } from "../cluster";
import type { Colours } from "./colours";
import { inView, type Lane } from "./lanes";
import { mixed, type Pixel, type Pixels } from "./pixels";
import { eachColumn } from "./shares";
import type { View } from "./view";

// In pixels of the screen.
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

// All colours in one, and what is left of the ground.
function blended(shares: Float64Array, ink: Pixel[], ground: Pixel): Pixel {
  let result = 0;
  let weight = 0;
  for (let place = 0; place < ink.length; ++place) {
    if (shares[place] <= 0) continue;
    weight += shares[place];
    result = weight === shares[place] ? ink[place] : mixed(ink[place], result, shares[place] / weight);
  }
  return weight > 0.999 ? result : mixed(result, ground, weight);
}

// Returns how many columns are not empty.
function paintShares(pixels: Pixels, lane: Lane, view: View, box: Box, inks: Pixel[], ground: Pixel): number {
  const bottom = box.top + box.height;
  const ink = lane.shares.kinds.map((kind) => inks[kind] ?? inks.at(-1)!);
  let painted = 0;
  eachColumn(lane.shares, view, box.width, (column, shares, begun) => {
    ++painted;
    if (begun < 2) return pixels.column(box.left + column, box.top, box.height, blended(shares, ink, ground));
    let sum = 0;
    let drawn = 0;
    let most = 0;
    for (let place = 0; place < ink.length; ++place) {
      sum += shares[place];
      if (shares[place] > shares[most]) most = place;
      const to = Math.round(sum * box.height);
      if (to > drawn) pixels.column(box.left + column, bottom - to, to - drawn, ink[place]);
      drawn = to;
    }
    if (drawn === 0) pixels.column(box.left + column, bottom - 1, 1, ink[most]);
  });
  return painted;
}

// A link is filled as far up as it is used, in the mean of each column.
function paintLink(pixels: Pixels, lane: Lane, view: View, box: Box, colours: Colours): number {
  const [percents] = lane.columns;
  const stretch = lane.ends[0];
  const length = (view.end - view.begin) / box.width;
  let painted = 0;
  for (let column = 0; column < box.width; ++column) {
    const first = Math.floor((view.begin + column * length) / stretch);
    const end = Math.min(percents.length, Math.max(first + 1, Math.ceil((view.begin + (column + 1) * length) / stretch)));
    let sum = 0;
    for (let i = first; i < end; ++i) sum += percents[i];
    if (sum === 0) continue;
    const share = sum / (end - first) / 100;
    const height = Math.max(1, Math.round(Math.min(1, share) * box.height));
    pixels.column(box.left + column, box.top + box.height - height, height, colours.use[step(share)]);
    ++painted;
  }
  return painted;
}

// Between spans that are wide enough to be told apart a line; joined ones are hatched.
function paintBorders(pixels: Pixels, lane: Lane, view: View, box: Box, colours: Colours, sharp: number): void {
  const { first, end } = inView(lane, view);
  if (end - first > box.width / 3) return;
  const x = (time: number) => box.left + Math.round(((time - view.begin) / (view.end - view.begin)) * box.width);
  const joined = lane.columns[lane.kind === "messages" ? 2 : 3];
  let last = -Infinity;
  for (let i = first; i < end; ++i) {
    const [left, right] = [Math.max(box.left, x(lane.begins[i])), Math.min(box.left + box.width, x(lane.ends[i]))];
    if (right - left < 5 * sharp) continue;
    if (lane.kind !== "path" && joined[i] > 1) pixels.hatch(left, box.top, right - left, box.height, Math.round(5 * sharp), colours.ink);
    if (left > box.left && left - last >= 3 * sharp) pixels.column(left, box.top, box.height, colours.surface);
    last = left;
  }
}

// Returns how many columns of the lane hold anything.
export function paintLane(pixels: Pixels, lane: Lane, view: View, box: Box, colours: Colours, sharp: number): number {
  pixels.fill(box.left, box.top, box.width, box.height, colours.ground);
  if (lane.kind === "iterations") return 0;
  if (lane.kind === "link") return paintLink(pixels, lane, view, box, colours);
  const painted = paintShares(pixels, lane, view, box, lane.kind === "messages" ? colours.messages : colours.path, colours.ground);
  paintBorders(pixels, lane, view, box, colours, sharp);
  return painted;
}
