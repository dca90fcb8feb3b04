// From a scenario's text to what the page shows of it. Where the run may be large, the closed forms
// come first, which tell how large it is; then the simulation.

import type { PageDocument, Report } from "../../../reports/web/src/data";
import type { Answer, Engine } from "./engine";
import { faultsOf, type Fault } from "./scenario/faults";
import { at, type Json } from "./scenario/pointer";
import { costable, estimated, isPlainlySmall, notEstimated, patience_ms, refusedRuns, refusedText, withoutTimelines, type Estimate } from "./scenario/size";

export type Outcome =
  | ({ kind: "done" } & Known)
  | { kind: "faults"; faults: Fault[] }
  | { kind: "refused"; words: string } // too large for a page
  | { kind: "long"; words: string }; // begins when somebody says so

export interface Request {
  text: string;
  evenLong: boolean;
  known?: Known; // where somebody has computed it already
}

export interface Known {
  page: PageDocument;
  milliseconds: number;
  without?: string; // why it has no timelines, if it was simulated without them
}

export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

// Null where it takes longer than one would wait for it.
async function inTime(engine: Engine, command: string[], text: string): Promise<Answer | null> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    engine.stop();
  }, patience_ms);
  try {
    return await engine.call(command, text);
  } catch (error) {
    if (late) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

// How large a run is by its closed forms: whether it takes long to record, and why it is refused, if it
// is. Flows alone have no closed form, and what is wrong `run` will say.
interface Size {
  isLong: boolean;
  estimate: Estimate | null; // null where it cannot be told quickly, or need not be told
  refused: string | null;
}

const small: Size = { isLong: false, estimate: null, refused: null };

const needsNoEstimate = (document: Json | undefined): boolean => document === undefined || isPlainlySmall(document) || at(document, "/traffic") !== undefined;

async function sizeOf(engine: Engine, document: Json): Promise<Size> {
  const costed = await inTime(engine, ["cost"], JSON.stringify(costable(document)));
  if (costed === null) return { ...small, isLong: true };
  if (costed.exitCode !== 0) return small;
  const { runs = [], scenario } = JSON.parse(costed.stdout) as Report;
  const layers = at(scenario as Json, "/model/layers");
  const estimate = estimated(runs, typeof layers === "number" ? layers : 16, scenario.training?.iterations ?? 1);
  return { isLong: estimate.isLong, estimate, refused: refusedRuns(runs) };
}

export function outcomeFrom({ exitCode, stdout, stderr }: Answer, begin: number, without?: string): Outcome {
  if (exitCode !== 0) return { kind: "faults", faults: faultsOf(stderr) };
  const [page] = JSON.parse(stdout) as PageDocument[];
  return { kind: "done", page, milliseconds: performance.now() - begin, without };
}

// However long it takes, and however large it is; without timelines where it would take long to record
// them. The engine is asked at once, so that a stop that follows finds something to end.
export async function simulated(engine: Engine, text: string): Promise<Outcome> {
  const begin = performance.now();
  const document = parsed(text);
  const { isLong, estimate } = needsNoEstimate(document) ? small : await sizeOf(engine, document!);
  return outcomeFrom(await engine.call([isLong ? "figures" : "page", "run"], text), begin, isLong ? withoutTimelines(estimate) : undefined);
}

// A run that takes long to record may be short without that: it is tried, and else waits for a word.
export async function outcomeOf(engine: Engine, { text, evenLong, known }: Request): Promise<Outcome> {
  if (known !== undefined) return { kind: "done", ...known };
  const begin = performance.now();
  const words = refusedText(text);
  if (words !== null) return { kind: "refused", words };
  const document = parsed(text);
  const { isLong, estimate, refused } = evenLong || needsNoEstimate(document) ? small : await sizeOf(engine, document!);
  if (refused !== null) return { kind: "refused", words: refused };
  if (!isLong) return outcomeFrom(await engine.call(["page", "run"], text), begin);
  const figures = await inTime(engine, ["figures", "run"], text);
  return figures === null ? { kind: "long", words: estimate?.words ?? notEstimated } : outcomeFrom(figures, begin, withoutTimelines(estimate));
}
