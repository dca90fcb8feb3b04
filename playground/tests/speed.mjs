// node speed.mjs: how long the module takes, as a table. A page compiles it once; each call makes an
// instance, in the same memory. Times are the least of five, on a machine that may be doing something else.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { call, freshMemory } from "./wasi.mjs";

const scenarios = join(import.meta.dirname, "../../scenarios");
const read = (name) => JSON.parse(readFileSync(join(scenarios, name), "utf8"));
const quickstart = read("quickstart.json");
const four = {
  ...quickstart,
  training: { ...quickstart.training, iterations: 5 },
  algorithms: quickstart.algorithms.filter(({ label }) => label !== "sgd, one worker").slice(0, 4),
};
const calls = [
  ["four algorithms, 16 workers, 5 iterations", ["run"], four],
  ["the same, with the page's timelines", ["page", "run"], four],
  ["their closed forms", ["cost"], four],
  ["quickstart.json as it is", ["run"], quickstart],
  ["train.json, synchronous alone", ["train"], { ...read("train.json"), algorithms: [{ kind: "sync_sgd" }] }],
];

const begin = performance.now();
const module = new WebAssembly.Module(readFileSync(process.env.LOCKSTEP_MODULE));
console.log(`${(performance.now() - begin).toFixed(0).padStart(8)} ms  compiling the module`);

const memory = freshMemory();
function once(words, stdin) {
  const begin = performance.now();
  const { exitCode, stderr } = call(module, words, stdin, memory);
  if (exitCode !== 0) throw new Error(stderr);
  return performance.now() - begin;
}

for (const [name, words, scenario] of calls) {
  const stdin = JSON.stringify(scenario);
  const times = Array.from({ length: 5 }, () => once(words, stdin));
  console.log(`${Math.min(...times).toFixed(1).padStart(8)} ms  ${name}`);
}
