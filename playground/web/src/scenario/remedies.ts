// What would make a scenario run that has faults. Nothing here knows algorithms: candidates come from
// what the loader says, a pointer with the words and numbers of its message, and the loader itself
// says which of them it accepts.

import type { Answer } from "../engine";
import { entriesOf, labelOf, withEntries } from "./algorithms";
import { faultsOf, type Fault } from "./faults";
import { stepsOf, withValueResolved, type Json } from "./pointer";

export interface Remedy {
  words: string; // as a button says it
  document: Json;
}

export interface Remedies {
  places: number[]; // of the algorithms without any one of which the scenario would run
  remedies: Remedy[];
}

export type Validate = (document: Json) => Promise<Answer>;

const mostSteps = 4; // changes that one remedy makes
const mostTried = 12; // values for one fault

const farFrom = (value: number) => (one: number) => Math.abs(Math.log(one / value));

// The whole numbers that a fault names, but for the one that was found.
const namedIn = (message: string) => [...message.split(", found")[0].matchAll(/(?<![\w.])\d+(?![\w.])/g)].map(([one]) => Number(one)).filter((one) => one > 0);

// Whole numbers that a fault may mean: those that it names, their multiples around what was found,
// what is beside that, and its halves.
export function numbersFor(message: string): number[] {
  const [, found] = /, found (\d+)(?![\d.])/.exec(message) ?? [];
  if (found === undefined) return [];
  const value = Number(found);
  const named = namedIn(message);
  const multiples = named.flatMap((one) => [Math.floor(value / one) * one, Math.ceil(value / one) * one]);
  const halves: number[] = [];
  for (let half = value / 2; half >= 1; half /= 2) halves.push(Math.floor(half));
  const all = new Set([...named, ...multiples, value - 1, value + 1, ...halves].filter((one) => one > 0 && one !== value));
  return value === 0 ? [...all] : [...all].sort((a, b) => farFrom(value)(a) - farFrom(value)(b));
}

// Names that a fault says must be there.
export function namesFor(message: string): string[] {
  return [...message.split(", found")[0].matchAll(/"([^"]+)"/g)].map(([, name]) => name);
}

const isAlgorithms = (pointer: string) => /^\/algorithms?(\/|$)/.test(pointer);

// "stages", or "topology kind": what stands at a pointer, in words.
export function wordsOf(pointer: string): string {
  const steps = stepsOf(pointer);
  return (isAlgorithms(pointer) ? steps.slice(-1) : steps.slice(-2)).map((step) => step.replaceAll("_", " ")).join(" ");
}

const sameFault = (one: Fault) => (other: Fault) => one.at === other.at;

class Search {
  constructor(
    private readonly resolved: Json,
    private readonly validate: Validate,
  ) {}

  async faults(document: Json): Promise<Fault[]> {
    const { exitCode, stderr } = await this.validate(document);
    return exitCode === 0 ? [] : faultsOf(stderr).filter(({ isWarning }) => !isWarning);
  }

  // One value after another, from fault to fault, until there is none; null where no value helps.
  async remedy(document: Json, faults: Fault[], said: string[] = []): Promise<Remedy | null> {
    if (faults.length === 0) return { words: `Set ${said.join(" and ")}`, document };
    const [first] = faults;
    if (said.length === mostSteps || !first.at.startsWith("/")) return null;
    const values: (string | number)[] = [...namesFor(first.message), ...numbersFor(first.message)];
    for (let tried = 0; tried < Math.min(values.length, mostTried); ++tried) {
      const value = values[tried];
      const changed = withValueResolved(document, this.resolved, first.at, value);
      const left = await this.faults(changed);
      const same = left.find(sameFault(first));
      if (same !== undefined) { // the loader may name a narrower limit now: it comes next
        const narrower = namedIn(same.message).filter((one) => !values.slice(0, tried + 1).includes(one));
        values.splice(tried + 1, 0, ...narrower);
      }
      if (same !== undefined || left.length > faults.length) continue;
      const found = await this.remedy(changed, left, [...said, `${wordsOf(first.at)} to ${String(value)}`]);
      if (found !== null) return found;
    }
    return null;
  }
}

// `resolved` is what the loader made of the last scenario that ran.
export async function remediesOf(document: Json, resolved: Json, validate: Validate): Promise<Remedies> {
  const search = new Search(resolved, validate);
  const result: Remedies = { places: [], remedies: [] };
  const faults = await search.faults(document);
  if (faults.length === 0) return result;
  const found = await search.remedy(document, faults);
  if (found !== null) result.remedies.push(found);
  const entries = entriesOf(document);
  if (entries.length < 2) return result;
  for (const [place, entry] of entries.entries()) {
    const fewer = withEntries(document, entries.filter((_, i) => i !== place));
    if ((await search.faults(fewer)).length > 0) continue;
    result.places.push(place);
    result.remedies.push({ words: `Leave out ${labelOf(entry)}`, document: fewer });
  }
  return result;
}
