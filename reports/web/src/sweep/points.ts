// The points of a sweep, as numbers and words: what lines and heat maps are drawn from.

import type { SweepAxis, SweepDocument, SweepLine, SweepRun } from "../data";

export const axisName = (axis: SweepAxis): string => (axis.name.startsWith("/") ? axis.name.split("/").at(-1)! : axis.name);

// Words for a value of an axis; of pointers that move together, all that differ.
export function wordsAt(axis: SweepAxis, line: SweepLine): string {
  const words = axis.pointers.map((pointer) => {
    const value = line.at[pointer] as { kind?: string } | string | number;
    return typeof value === "object" && value !== null ? (value.kind ?? JSON.stringify(value)) : String(value);
  });
  return [...new Set(words)].join("/");
}

// A number, or the number before a unit; none for other words.
export function numberAt(axis: SweepAxis, line: SweepLine): number | undefined {
  const value = line.at[axis.pointers[0]];
  if (typeof value === "number") return value;
  const match = typeof value === "string" ? /^([-+]?[0-9.]+(?:e[-+]?[0-9]+)?) *[A-Za-z/]+$/i.exec(value) : null;
  return match ? Number(match[1]) : undefined;
}

export const isNumeric = (axis: SweepAxis, lines: SweepLine[]): boolean => lines.every((line) => numberAt(axis, line) !== undefined);

// The unit of an axis' values, if they have one.
export function unitOf(axis: SweepAxis, lines: SweepLine[]): string {
  const value = lines[0]?.at[axis.pointers[0]];
  return typeof value === "string" ? (/^[-+]?[0-9.]+(?:e[-+]?[0-9]+)? *([A-Za-z/]+)$/i.exec(value)?.[1] ?? "") : "";
}

// Its values, as words, in the order of the sweep.
export function valuesOf(axis: SweepAxis, lines: SweepLine[]): string[] {
  return [...new Set([...lines].sort((a, b) => a.point - b.point).map((line) => wordsAt(axis, line)))];
}

export function labelsOf(lines: SweepLine[]): string[] {
  return [...new Set(lines.flatMap((line) => (line.runs ?? []).map((run) => run.label)))];
}

// The figures that any run has and that are numbers.
export function figuresOf(lines: SweepLine[]): string[] {
  const names = lines.flatMap((line) => (line.runs ?? []).flatMap((run) => Object.keys(run).filter((key) => typeof run[key] === "number")));
  return [...new Set(names)];
}

export const figureAt = (run: SweepRun, name: string): number | undefined => (typeof run[name] === "number" ? (run[name] as number) : undefined);

// The run with the most samples a second, of those that fit in memory.
export function winnerAt(line: SweepLine): SweepRun | undefined {
  const finished = (line.runs ?? []).filter((run) => figureAt(run, "samples_per_s") !== undefined && run.fits_in_memory !== false);
  return finished.reduce<SweepRun | undefined>((best, run) => (best === undefined || (run.samples_per_s as number) > (best.samples_per_s as number) ? run : best), undefined);
}

export interface Border {
  from: string; // who wins below
  to: string; // and above
  row: string; // the value of the other axis
  at: number; // where both are equally fast, between two points
}

const rate = (line: SweepLine, label: string) => figureAt((line.runs ?? []).find((run) => run.label === label) ?? { label }, "samples_per_s");

// Between two neighbours with different winners, both of which ran at both: where they tie, if
// their rates are straight lines in between on logarithmic axes.
function tie(axis: SweepAxis, low: SweepLine, high: SweepLine, from: string, to: string): number | undefined {
  const [x0, x1] = [numberAt(axis, low), numberAt(axis, high)];
  const rates = [rate(low, from), rate(low, to), rate(high, from), rate(high, to)];
  if (x0 === undefined || x1 === undefined || x0 <= 0 || rates.some((one) => one === undefined)) return undefined;
  const [before, after] = [Math.log(rates[0]! / rates[1]!), Math.log(rates[2]! / rates[3]!)];
  return Math.exp(Math.log(x0) + (before / (before - after)) * Math.log(x1 / x0));
}

// Where, along `axis`, another algorithm becomes the fastest, in each row of the other axis.
export function bordersOf(axis: SweepAxis, rows: SweepAxis, lines: SweepLine[]): Border[] {
  return valuesOf(rows, lines).flatMap((row) => {
    const along = lines.filter((line) => wordsAt(rows, line) === row && winnerAt(line)).sort((a, b) => numberAt(axis, a)! - numberAt(axis, b)!);
    return along.slice(1).flatMap((high, i) => {
      const [from, to] = [winnerAt(along[i])!.label, winnerAt(high)!.label];
      const at = from === to ? undefined : tie(axis, along[i], high, from, to);
      return at === undefined ? [] : [{ from, to, row, at }];
    });
  });
}

// The lines at which the other axes have the chosen values.
export function chosen(lines: SweepLine[], fixed: Map<SweepAxis, string>): SweepLine[] {
  return lines.filter((line) => [...fixed].every(([axis, value]) => wordsAt(axis, line) === value));
}

// The scenario of a point.
export function scenarioAt({ scenario }: SweepDocument, line: SweepLine): object {
  const copy = structuredClone(scenario) as Record<string, unknown>;
  for (const [pointer, value] of Object.entries(line.at)) {
    const steps = pointer.slice(1).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    let place: Record<string, unknown> = copy;
    for (const step of steps.slice(0, -1)) place = (place[step] ??= {}) as Record<string, unknown>;
    place[steps.at(-1)!] = value;
  }
  return copy;
}
