// From a scenario's text to what the page shows of it. Where the run may be large, the closed forms
// come first, which tell how large it is; then the simulation.

import type { PageDocument, Report } from "../../../reports/web/src/data";
import type { Answer, Engine } from "./engine";
import { faultsOf, type Fault } from "./scenario/faults";
import { at, type Json } from "./scenario/pointer";
import { costable, estimated, isPlainlySmall, notEstimated, patience_ms, refusedRuns, refusedText } from "./scenario/size";

export type Outcome =
  | { kind: "done"; page: PageDocument; milliseconds: number }
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
}

export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

// Null where the closed forms take longer than one would wait for them.
async function inTime(engine: Engine, text: string): Promise<Answer | null> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    engine.stop();
  }, patience_ms);
  try {
    return await engine.call(["cost"], text);
  } catch (error) {
    if (late) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

// Null where the run may begin. Flows alone have no closed form, and what is wrong `run` will say.
async function objection(engine: Engine, { text, evenLong }: Request): Promise<Outcome | null> {
  const words = refusedText(text);
  if (words !== null) return { kind: "refused", words };
  const document = parsed(text);
  if (evenLong || document === undefined || isPlainlySmall(document) || at(document, "/traffic") !== undefined) return null;
  const costed = await inTime(engine, JSON.stringify(costable(document)));
  if (costed === null) return { kind: "long", words: notEstimated };
  if (costed.exitCode !== 0) return null;
  const { runs = [], scenario } = JSON.parse(costed.stdout) as Report;
  const tooLarge = refusedRuns(runs);
  if (tooLarge !== null) return { kind: "refused", words: tooLarge };
  const layers = at(scenario as Json, "/model/layers");
  const estimate = estimated(runs, typeof layers === "number" ? layers : 16, scenario.training?.iterations ?? 1);
  return estimate.isLong ? { kind: "long", words: estimate.words } : null;
}

export async function outcomeOf(engine: Engine, request: Request): Promise<Outcome> {
  if (request.known !== undefined) return { kind: "done", ...request.known };
  const begin = performance.now();
  const objected = await objection(engine, request);
  if (objected !== null) return objected;
  const { exitCode, stdout, stderr } = await engine.call(["page", "run"], request.text);
  if (exitCode !== 0) return { kind: "faults", faults: faultsOf(stderr) };
  const [page] = JSON.parse(stdout) as PageDocument[];
  return { kind: "done", page, milliseconds: performance.now() - begin };
}
