// Times along the axis, with as many digits as tell neighbours apart.

import { tickStep } from "d3-array";

import { timeUnit } from "../format";
import type { View } from "./view";

// A time of which differences of `step` seconds can be seen.
export function instant(time: number, step: number): string {
  const unit = timeUnit(Math.max(Math.abs(time), step));
  const digits = Math.max(0, Math.ceil(-Math.log10(step / unit.size) - 1e-9));
  return `${(time / unit.size).toFixed(Math.min(digits, 15))} ${unit.name}`;
}

export interface Tick {
  time: number;
  label: string;
}

// Ticks at round times whose labels have room: `widthOf` measures them. All have the same unit.
export function axisTicks(view: View, width: number, widthOf: (label: string) => number): Tick[] {
  const unit = timeUnit(view.end);
  const length = view.end - view.begin;
  for (let most = Math.max(1, Math.floor(width / 60)); ; --most) {
    const step = tickStep(view.begin, view.end, most);
    const digits = Math.min(15, Math.max(0, Math.ceil(-Math.log10(step / unit.size) - 1e-9)));
    const label = (time: number) => `${(time / unit.size).toFixed(digits)} ${unit.name}`;
    const apart = (step / length) * width;
    if (most > 1 && widthOf(label(view.end)) + 18 > apart) continue;
    const result: Tick[] = [];
    for (let i = Math.ceil(view.begin / step - 1e-9); i * step <= view.end + step * 1e-9; ++i) result.push({ time: i * step, label: label(i * step) });
    return result;
  }
}
