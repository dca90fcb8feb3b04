// What is trained for the loss curves: the same algorithms on the same clock, with a network that a
// browser can compute, on handwritten digits.

import type { PageDocument } from "../../../../reports/web/src/data";
import type { Algorithm } from "../scenario/algorithms";
import { entriesOf, kindOf } from "../scenario/algorithms";
import { at, isObject, withValue, type Json } from "../scenario/pointer";
import { pretty } from "../scenario/pretty";

export const stages = [20, 60, 180]; // iterations: each curve is shown, then a longer one
const [layers, width, batch] = [3, 64, 16];
const usualTarget = 0.9;

const least = (value: Json | undefined, limit: number) => (typeof value === "number" ? Math.min(value, limit) : limit);

// A scenario that says itself what it learns, and by which network, keeps that. A pipeline keeps its
// layers, since it divides them among its stages.
export function trainingText(document: Json, resolved: Json, known: Algorithm[], iterations: number, learningRate: number): string {
  const families = entriesOf(document).map((entry) => known.find(({ kind }) => kind === kindOf(entry))?.family);
  const divides = families.some((family) => family === "model_parallel");
  const numerics = {
    ...(divides ? {} : { layers: least(at(resolved, "/model/layers"), layers) }),
    width: least(at(resolved, "/model/width"), width),
    batch_per_worker: least(at(resolved, "/training/batch_per_worker"), batch),
  };
  let result = document;
  if (at(result, "/data") === undefined) result = withValue(result, "/data", "digits");
  if (at(result, "/numerics") === undefined && at(result, "/model/width") !== undefined) result = withValue(result, "/numerics", numerics);
  if (at(result, "/training/target_accuracy") === undefined) result = withValue(result, "/training/target_accuracy", usualTarget);
  result = withValue(result, "/training/iterations", iterations);
  return pretty(withValue(result, "/training/learning_rate", learningRate));
}

// What the curves are of, in a sentence.
export function trainedWords(page: PageDocument): string {
  const scenario = page.report.scenario as unknown as Json;
  const number = (pointer: string) => at(scenario, pointer);
  const data = number("/data");
  const network = isObject(number("/numerics")) ? ` The network that learns has ${String(number("/numerics/layers"))} layers of ${String(number("/numerics/width"))}; the time is that of the model above.` : "";
  const name = typeof data === "string" ? data : isObject(data) ? String(data.kind) : "digits";
  return `Computed in this page, with real numbers, on ${name === "digits" ? "handwritten digits" : name}: ${String(number("/training/iterations"))} iterations, learning rate ${String(number("/training/learning_rate"))}.${network}`;
}
