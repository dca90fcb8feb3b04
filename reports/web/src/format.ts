// Numbers for people: three significant digits and a unit.

export interface Unit {
  name: string;
  size: number;
}

const prefixes = ["", "k", "M", "G", "T", "P", "E"];

function timeUnits(): Unit[] {
  return [
    { name: "ps", size: 1e-12 },
    { name: "ns", size: 1e-9 },
    { name: "us", size: 1e-6 },
    { name: "ms", size: 1e-3 },
    { name: "s", size: 1 },
  ];
}

// Minutes, hours and days too: for words and columns. Axes stay in seconds, where ticks are round.
export function longTimeUnit(most: number): Unit {
  const longer = [{ name: "min", size: 60 }, { name: "h", size: 3600 }, { name: "days", size: 86400 }];
  return most === 0 ? { name: "s", size: 1 } : largest([...timeUnits(), ...longer], most);
}

export function largest(units: Unit[], value: number): Unit {
  let best = units[0];
  for (const unit of units) if (Math.abs(value) >= unit.size) best = unit;
  return best;
}

export function prefixed(name: string): Unit[] {
  return prefixes.map((prefix, i) => ({ name: `${prefix}${name}`, size: 1000 ** i }));
}

// For an axis that reaches up to `most` seconds.
export function timeUnit(most: number): Unit {
  return most === 0 ? { name: "s", size: 1 } : largest(timeUnits(), most);
}

export function byteUnit(most: number): Unit {
  return largest(prefixed("B"), most);
}

export function significant(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return digits > 20 ? value.toExponential(2) : value.toFixed(Math.min(digits, 20)).replace(/\.0+$/, "");
}

function withUnit(value: number, unit: Unit): string {
  return `${significant(value / unit.size)} ${unit.name}`.trim();
}

export function seconds(value: number): string {
  return withUnit(value, longTimeUnit(value));
}

export function bytes(value: number): string {
  return withUnit(value, byteUnit(value));
}

export function count(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 10_000) return String(value);
  return withUnit(value, largest(prefixed(""), value));
}

export function bitRate(bytesPerSecond: number): string {
  return withUnit(8 * bytesPerSecond, largest(prefixed("bit/s"), 8 * bytesPerSecond));
}

// With as many digits as it takes to see on which side of `limit` it is: 94.996 beside 95 is not "95".
function beside(value: number, limit: number, least: (value: number) => string): string {
  const words = least(value);
  const shown = Number(least(limit));
  const side = (text: string) => Math.sign(Number(text) - shown);
  const truly = Math.sign(Number(value.toPrecision(12)) - Number(limit.toPrecision(12)));
  if (!Number.isFinite(value) || side(words) === truly) return words;
  for (let digits = 1; digits <= 12; ++digits) if (side(value.toFixed(digits)) === truly) return value.toFixed(digits);
  return words;
}

// A share that is not rounded to a limit that it does not reach, or that it passes.
export function percentBeside(share: number, limit: number, least = significant): string {
  return `${beside(100 * share, 100 * limit, least)} %`;
}

// "16.004 of 16.000 GB": with the digits that tell the two apart.
export function bytesOf(value: number, limit: number): string {
  const unit = byteUnit(limit);
  const both = (digits: number) => [value, limit].map((one) => (one / unit.size).toPrecision(digits));
  let digits = 3;
  while (value !== limit && digits < 15 && both(digits)[0] === both(digits)[1]) ++digits;
  return `${both(digits).join(" of ")} ${unit.name}`;
}

// "100 %" is all of it, and nothing less; "0 %" is nothing at all.
export function percent(share: number): string {
  return percentBeside(share, 1);
}

// Of ticks: no more digits than needed.
export function axisNumber(value: number): string {
  return Math.abs(value) >= 10_000 ? count(value) : String(Number(value.toPrecision(3)));
}

// Three significant digits, and zeros that say how many are true: for a column of one unit.
export function threeDigits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(3)))));
  if (size < -6) return value.toExponential(2);
  if (size >= 3) return Number(value.toPrecision(3)).toLocaleString("en-US");
  return value.toFixed(2 - size);
}

// At most `most` characters, with an ellipsis in the middle: labels often differ at their ends.
export function shorten(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const tail = Math.floor((most - 1) / 2);
  return `${characters.slice(0, most - 1 - tail).join("")}…${characters.slice(characters.length - tail).join("")}`;
}
