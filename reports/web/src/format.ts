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

function largest(units: Unit[], value: number): Unit {
  let best = units[0];
  for (const unit of units) if (Math.abs(value) >= unit.size) best = unit;
  return best;
}

// For an axis that reaches up to `most` seconds.
export function timeUnit(most: number): Unit {
  return most === 0 ? { name: "s", size: 1 } : largest(timeUnits(), most);
}

export function byteUnit(most: number): Unit {
  return largest(prefixes.map((prefix, i) => ({ name: `${prefix}B`, size: 1000 ** i })), most);
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
  return withUnit(value, timeUnit(value));
}

export function bytes(value: number): string {
  return withUnit(value, byteUnit(value));
}

export function count(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 10_000) return String(value);
  return withUnit(value, largest(prefixes.map((name, i) => ({ name, size: 1000 ** i })), value));
}

export function bitRate(bytesPerSecond: number): string {
  const units = prefixes.map((prefix, i) => ({ name: `${prefix}bit/s`, size: 1000 ** i }));
  return withUnit(8 * bytesPerSecond, largest(units, 8 * bytesPerSecond));
}

export function percent(share: number): string {
  return `${significant(100 * share)} %`;
}

// At most `most` characters, with an ellipsis in the middle: labels often differ at their ends.
export function shorten(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const tail = Math.floor((most - 1) / 2);
  return `${characters.slice(0, most - 1 - tail).join("")}…${characters.slice(characters.length - tail).join("")}`;
}
