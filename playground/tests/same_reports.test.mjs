// The module and the native program print the same report, byte for byte, and the same messages.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { inModule, native } from "./programs.mjs";

const repository = join(import.meta.dirname, "../..");
const scenariosIn = (folder) =>
  readdirSync(join(repository, folder), { recursive: true })
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name))
    .sort();
const commands = ["validate", "cost", "run", "train"];
const nativeWords = (command) => (command === "validate" ? [command] : [command, "-o", "-"]);

// A scenario's text behind the files that it names, as the module reads them.
function withFiles(file, text) {
  const names = [...text.matchAll(/"file": *"([^"]+)"/g)].map(([, name]) => name).filter((name) => existsSync(join(dirname(file), name)));
  const heads = names.flatMap((name) => {
    const bytes = readFileSync(join(dirname(file), name));
    return [Buffer.from(`lockstep-file ${bytes.length} ${name}\n`), bytes];
  });
  return Buffer.concat([...heads, Buffer.from(text)]);
}

function assertSame(command, file, text) {
  const here = inModule([command, basename(file)], withFiles(file, text));
  const there = native(nativeWords(command), file);
  assert.deepEqual([here.exitCode, here.stderr], [there.exitCode, there.stderr]);
  // Not by deepEqual, which would compare hundreds of thousands of lines for its message.
  assert.ok(here.stdout === there.stdout, `${command} ${file}: the reports differ`);
  return here;
}

function inFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-same-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function assertSameText(command, text) {
  return inFolder((folder) => {
    const file = join(folder, "scenario.json");
    writeFileSync(file, text);
    return assertSame(command, file, text);
  });
}

// Files that are not there, or are no DOT, give other words.
const isShipped = (name) => name.startsWith("scenarios");
const namesFiles = (text) => /"(file|machine)"/.test(text);

for (const name of [...scenariosIn("scenarios"), ...scenariosIn("tests/fuzz/corpus/scenario")]) {
  const file = join(repository, name);
  const text = readFileSync(file, "utf8");
  if (namesFiles(text) && !isShipped(name)) continue;
  for (const command of commands)
    test(`${command} ${name}`, () => {
      assertSame(command, file, text);
    });
}

test("a scenario that names a file which the page does not have is refused, and told why", () => {
  const text = readFileSync(join(repository, "scenarios/validation/goyal_2017_256_gpus.json"), "utf8");
  const { exitCode, stdout, stderr } = inModule(["run", "goyal.json"], text);
  assert.equal(exitCode, 2);
  assert.equal(stdout, "");
  assert.equal(
    stderr,
    'lockstep: goyal.json: /cluster/topology/file: cannot read "goyal_2017_256_gpus.dot": the page does not have this file\n',
  );
});

const ofGraph = JSON.stringify({
  model: { layers: 2, width: 64 },
  training: { batch_per_worker: 4, iterations: 1 },
  cluster: { topology: { kind: "custom", file: "net.dot" }, device: { flops: "1 TFLOP/s" } },
  algorithm: "sync_sgd",
});
const link = 'bandwidth="10 Gbit/s", latency="5 us"';
const assertSameGraph = (dot, command = "run") =>
  inFolder((folder) => {
    writeFileSync(join(folder, "net.dot"), dot);
    const file = join(folder, "scenario.json");
    writeFileSync(file, ofGraph.replace('"file":', '"file": '));
    return assertSame(command, file, readFileSync(file, "utf8"));
  });

for (const [what, dot] of Object.entries({
  "chains, ports and a node named twice": `graph { a [kind=host]; s [kind=switch]; b [kind=host]; a:e -- s:w:n -- b [${link}]; a [name="first"] }`,
  "defaults before the first node": `graph g { node [kind=host]; edge [${link}]; s [kind="switch"]\n a -- s b -- s }`,
  "a directed graph, joined strings, comments, words of a name in quotes": `digraph "my net" { /* one\n */ // two\n edge [${link}]\n "a \\"x\\"" -> b b -> "a \\"x\\"" [latency="10" + " us"]; rankdir=LR; graph [size="3,4"] }`,
  "several edges between two nodes": `graph { edge [${link}]; a -- b; a -- b; c -- a }`,
  "strings with backslashes, HTML, attributes in several brackets": `GRAPH { Node [kind=host] EDGE [${link};] "a\\\\b" -- "c\\\nd" [weight=2] [color=red]; e [name=<b<i>x</i>>]; e -- "c\\\nd" }`,
  "a number and a word of other letters": `graph { edge [${link}]; 1.5 -- ä; -3 -- ä }`,
}))
  test(`DOT: ${what}: the page reads what Graphviz reads`, () => {
    assert.equal(assertSameGraph(dot).exitCode, 0);
  });

for (const [what, dot] of Object.entries({ subgraphs: `graph { a -- {b c} [${link}] }`, strict: `strict graph { a -- b [${link}] }`, "late defaults": `graph { a; node [kind=host] }`, "a wrong edge": `graph { a -> b }`, "a semicolon alone": `graph { ; a -- b }`, "an attribute without a value": `graph { a [kind] }`, "no graph": "tree { }" }))
  test(`DOT: ${what}: refused with a line, never taken for something else`, () => {
    const text = Buffer.concat([Buffer.from(`lockstep-file ${Buffer.byteLength(dot)} net.dot\n${dot}`), Buffer.from(ofGraph)]);
    const { exitCode, stderr } = inModule(["run"], text);
    assert.equal(exitCode, 2);
    assert.match(stderr, /^lockstep: scenario\.json: \/cluster\/topology\/file: cannot read "net\.dot": line 1: /);
  });

const quickstart = readFileSync(join(repository, "scenarios/quickstart.json"), "utf8");
const changed = (change) => {
  const scenario = JSON.parse(quickstart);
  change(scenario);
  return JSON.stringify(scenario, null, 1);
};

const wrong = {
  "nothing at all": "",
  "no object": "[1, 2]",
  "a text cut in half": quickstart.slice(0, quickstart.length / 2),
  "a comment": `// quick\n${quickstart}`,
  "a trailing comma": quickstart.replace(/\}\s*$/, ",}"),
  "a key twice": quickstart.replace("{", '{ "name": "a", '),
  "hostile text": '{ "name": "\\u001b[31m<script>", "model": { "width": "\\u0000" } }',
  "many levels": `${"[".repeat(100)}${"]".repeat(100)}`,
  "a number that no double holds": '{ "model": { "layers": 1e999 } }',
  "an unknown key": changed((scenario) => (scenario.modle = {})),
  "values out of range": changed((scenario) => {
    scenario.model.width = 0;
    scenario.model.layers = -3;
    scenario.training.iterations = 1e300;
  }),
  "units of something else": changed((scenario) => (scenario.cluster.device = { flops: "3 s" })),
  "a quantity past all doubles": changed((scenario) => (scenario.cluster.device = { flops: "1e400 FLOP/s" })),
  "a hexadecimal quantity": changed((scenario) => (scenario.cluster.device = { flops: "0x10 GFLOP/s" })),
  "a sweep": changed((scenario) => (scenario.sweep = { "/model/width": [1, 2] })),
  "a run of 106 days": changed((scenario) => (scenario.cluster.device = { flops: "1 FLOP/s" })),
};
for (const [name, text] of Object.entries(wrong))
  test(`wrong: ${name}`, () => {
    for (const command of commands) {
      const { exitCode, stderr } = assertSameText(command, text);
      if (command === "run" && exitCode === 0) assert.fail("it is not wrong");
      assert.ok(exitCode === 0 || stderr.startsWith("lockstep: "), stderr);
    }
  });

// Distributions that shipped scenarios lack: draws, and expected order statistics in closed forms.
for (const slowdown of [
  { distribution: "exponential" },
  { distribution: "lognormal", sigma: 0.7 },
  { distribution: "pareto", shape: 1.5 },
  { distribution: "gamma", shape: 0.3 },
  { distribution: "gamma", shape: 7.7 },
  { distribution: "uniform", width: 0.5 },
])
  test(`slowed by factors: ${JSON.stringify(slowdown)}`, () => {
    const text = changed((scenario) => {
      scenario.cluster.slowdown = { per: "iteration", mean: 1.3, ...slowdown };
      scenario.training.iterations = 20;
    });
    for (const command of ["cost", "run"]) assert.equal(assertSameText(command, text).exitCode, 0);
  });

test("adaptive optimizers, which take powers of their numbers, train to the same bits", () => {
  const scenario = JSON.parse(readFileSync(join(repository, "scenarios/train.json"), "utf8"));
  scenario.training.iterations = 30;
  scenario.training.learning_rate = 0.01;
  delete scenario.training.target_accuracy;
  for (const optimizer of ["adam", "adagrad"]) {
    scenario.training.optimizer = optimizer;
    scenario.algorithms = [{ kind: "sync_sgd" }, { kind: "d_psgd" }];
    const { exitCode, stderr } = assertSameText("train", JSON.stringify(scenario));
    assert.equal(exitCode, 0, stderr);
  }
});
