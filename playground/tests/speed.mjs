// node speed.mjs: how long the module takes, as a table. A page compiles it once; each call makes an
// instance. Times are the least of five, on a machine that may be doing something else.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WASI } from "node:wasi";

const scenarios = join(import.meta.dirname, "../../scenarios");
const read = (name) => JSON.parse(readFileSync(join(scenarios, name), "utf8"));
const quickstart = read("quickstart.json");
const ofKinds = (...kinds) => ({
  ...quickstart,
  training: { ...quickstart.training, iterations: 5 },
  algorithms: quickstart.algorithms.filter(({ label }) => label !== "sgd, one worker").slice(0, 4),
  ...kinds,
});
const calls = [
  ["four algorithms, 16 workers, 5 iterations", ["run"], ofKinds()],
  ["the same, with the page's timelines", ["page", "run"], ofKinds()],
  ["their closed forms", ["cost"], ofKinds()],
  ["quickstart.json as it is", ["run"], quickstart],
  ["train.json, synchronous alone", ["train"], { ...read("train.json"), algorithms: [{ kind: "sync_sgd" }] }],
];

const begin = performance.now();
const module = await WebAssembly.compile(readFileSync(process.env.LOCKSTEP_MODULE));
console.log(`${(performance.now() - begin).toFixed(0).padStart(8)} ms  compiling the module`);

const folder = mkdtempSync(join(tmpdir(), "lockstep-speed-"));
const output = openSync(join(folder, "output"), "w");

async function once(words, file) {
  const stdin = openSync(file, "r");
  const begin = performance.now();
  const wasi = new WASI({ version: "preview1", args: ["lockstep", ...words], stdin, stdout: output, stderr: output, returnOnExit: true });
  const exitCode = wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
  const took = performance.now() - begin;
  closeSync(stdin);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}`);
  return took;
}

for (const [name, words, scenario] of calls) {
  const file = join(folder, "scenario.json");
  writeFileSync(file, JSON.stringify(scenario));
  const times = [];
  for (let i = 0; i < 5; ++i) times.push(await once(words, file));
  console.log(`${Math.min(...times).toFixed(1).padStart(8)} ms  ${name}`);
}
closeSync(output);
rmSync(folder, { recursive: true });
