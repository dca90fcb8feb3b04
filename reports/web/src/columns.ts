// Columns of figures: one unit each, in the heading, chosen so that most of them are easy to read.

import { largest, longTimeUnit, prefixed, threeDigits, type Unit } from "./format";
import { number, type Column } from "./table";

export type Quantity = "time" | "bytes" | "flops" | "rate" | "bits" | "number" | "share";

export function median(values: number[]): number {
  const ascending = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs).sort((a, b) => a - b);
  return ascending.length === 0 ? 0 : ascending[Math.floor((ascending.length - 1) / 2)];
}

// Of the figure in the middle.
export function unitOf(quantity: Quantity, values: number[]): Unit {
  const middle = median(values);
  if (quantity === "time") return longTimeUnit(middle);
  if (quantity === "number") return { name: "", size: 1 };
  if (quantity === "share") return { name: "%", size: 0.01 };
  const names = { bytes: "B", flops: "FLOP", rate: "", bits: "bit/s" };
  return largest(prefixed(names[quantity]), middle);
}

interface Words {
  of?: string;
  rank?: number;
  like?: number[]; // figures of another column, whose unit this one has too
  format?: (inUnit: number, value: number) => string; // three digits, where nothing else is said
}

type Value = number | null | undefined;

// "time (ms)": what is missing is a dash.
export function inOneUnit<Row>(heading: string, quantity: Quantity, rows: Row[], value: (row: Row) => Value, words: Words = {}): Column<Row> {
  const all = rows.map(value).filter((one): one is number => one !== null && one !== undefined && !Number.isNaN(one));
  const unit = unitOf(quantity, words.like ?? all);
  const whole = quantity === "number" && all.every((one) => Number.isInteger(one) && Math.abs(one) < 1e6);
  const format = words.format ?? ((inUnit: number) => (whole ? String(inUnit) : threeDigits(inUnit)));
  return {
    heading: unit.name === "" ? heading : `${heading} (${unit.name})`,
    of: words.of,
    rank: words.rank,
    numeric: true,
    cell: (row) => number(value(row), (one) => format(one / unit.size, one)),
  };
}
