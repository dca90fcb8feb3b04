// The commands that only the module has, or has in its own way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inModule } from "./programs.mjs";

test("list describes every algorithm with its options", () => {
  const { exitCode, stdout } = inModule(["list"], "");
  assert.equal(exitCode, 0);
  const algorithms = JSON.parse(stdout);
  const sync = algorithms.find(({ kind }) => kind === "sync_sgd");
  assert.equal(sync.title, "Synchronous SGD");
  assert.equal(sync.family, "data_parallel");
  const allreduce = sync.options.find(({ name }) => name === "allreduce");
  assert.equal(allreduce.type, "choice");
  assert.equal(allreduce.default, "ring");
  assert.ok(allreduce.choices.includes("tree"));
  for (const { kind, title, summary, when_to_use, source, options } of algorithms)
    for (const text of [kind, title, summary, when_to_use, source, ...options.map(({ summary }) => summary)])
      assert.ok(typeof text === "string" && text.length > 0, kind);
});

test("an unknown command is refused with the nearest name", () => {
  const { exitCode, stdout, stderr } = inModule(["trian"], "");
  assert.equal(exitCode, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^lockstep: .*trian.*train/);
});

test("no command, and too many words, are refused with the usage", () => {
  for (const words of [[], ["run", "a", "b"]]) {
    const { exitCode, stderr } = inModule(words, "");
    assert.equal(exitCode, 2);
    assert.equal(stderr, "lockstep: usage: lockstep COMMAND [NAME]\n");
  }
});
