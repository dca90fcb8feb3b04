// The module and the native program print the same report, byte for byte, and the same messages.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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

function assertSame(command, file, text) {
  const here = inModule([command, basename(file)], text);
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

const namesFiles = (text) => /"(file|machine)"/.test(text);

for (const name of [...scenariosIn("scenarios"), ...scenariosIn("tests/fuzz/corpus/scenario")]) {
  const file = join(repository, name);
  const text = readFileSync(file, "utf8");
  if (namesFiles(text)) continue;
  for (const command of commands)
    test(`${command} ${name}`, () => {
      assertSame(command, file, text);
    });
}

test("a scenario that names a file is refused, and told why", () => {
  const text = readFileSync(join(repository, "scenarios/validation/goyal_2017_256_gpus.json"), "utf8");
  const { exitCode, stdout, stderr } = inModule(["run", "goyal.json"], text);
  assert.equal(exitCode, 2);
  assert.equal(stdout, "");
  assert.equal(
    stderr,
    'lockstep: goyal.json: /cluster/topology/file: cannot read "goyal_2017_256_gpus.dot": files cannot be read in the page\n',
  );
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
