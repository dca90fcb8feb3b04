// Numbers as text, with a unit and three significant digits unless more are asked for: show(0.0123, "seconds") is
// "12.3 ms".

const prefixes = [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];
const small = [[1, "s"], [1e-3, "ms"], [1e-6, "us"], [1e-9, "ns"], [1e-12, "ps"]];
const large = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

// "4.50", "0.0123", "45600": no exponent. What needs fewer digits to be exact has fewer: "10".
export function digits(value, significant = 3) {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(significant));
  if (rounded === Number(value.toPrecision(12))) return String(rounded);
  const decimals = Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded.toFixed(Math.min(decimals, 100));
}

// In the largest of these units that is not larger than the value, as it is once rounded.
function inUnits(value, units, significant) {
  const rounded = Math.abs(Number(value.toPrecision(significant)));
  const [scale, unit] = units.find(([least]) => rounded >= least) ?? units.at(-1);
  return `${digits(value / scale, significant)} ${unit}`;
}

function seconds(value, significant) {
  if (value === 0) return "0 s";
  return inUnits(value, Math.abs(value) >= 120 ? large : small, significant);
}

const scaled = (unit) => (value, significant) =>
  value === 0 ? `0 ${unit}` : inUnits(value, prefixes.map(([scale, prefix]) => [scale, prefix + unit]), significant);

// Of integers all digits, with commas between thousands: "16,384".
function integer(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

const formats = {
  seconds,
  bytes: scaled("B"),
  flops: scaled("FLOP"),
  flops_per_s: scaled("FLOP/s"),
  bits_per_s: (bytes, significant) => scaled("bit/s")(8 * bytes, significant),
  samples_per_s: scaled("samples/s"),
  seconds_per_byte: (value, significant) =>
    `${inUnits(value, small, significant)}/B`,
  percent: (value, significant) => `${digits(100 * value, significant)} %`,
  times: (value, significant) => `${digits(value, significant)} times`,
  number: digits,
  integer,
};

const units = { seconds: "s", bytes: "B", flops: "FLOP", flops_per_s: "FLOP/s", bits_per_s: "bit/s",
  samples_per_s: "samples/s", seconds_per_byte: "s/B", percent: "%", times: "times", number: "", integer: "" };

const factors = { percent: 100, bits_per_s: 8 };

// The number in that unit.
export const inUnitOf = (value, format) => value * (factors[format.split(" ")[0]] ?? 1);

// The unit in which a guess is asked for, of a number in this format.
export const unitOf = (format) => units[format.split(" ")[0]];

// `format` is a name of these, and maybe a number of digits: "percent", "seconds 4".
export function show(value, format) {
  const [name, significant] = format.split(" ");
  if (!Object.hasOwn(formats, name)) throw new Error(`there is no format "${name}"`);
  return formats[name](value, significant === undefined ? 3 : Number(significant)).trim();
}
