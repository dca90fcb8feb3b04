// From a text to an outcome: which commands the engine is asked for, and what waits for a word.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Answer, Engine } from "../../src/engine";
import { outcomeOf, simulated } from "../../src/run";
import { startText } from "../../src/scenario/start";

const large = JSON.stringify({ model: { layers: 8, width: 64 }, training: { iterations: 2 }, cluster: { topology: { hosts: 1000 } } });
const cost = { runs: [{ label: "ring", workers: 1000, analytic: { messages: 4_000_000 } }], scenario: { training: { iterations: 2 } } };
const good = (value: unknown): Answer => ({ exitCode: 0, stdout: JSON.stringify(value), stderr: "" });

// Says what it was asked; a command that takes too long is never answered, but stopped.
class Asked {
  readonly commands: string[] = [];
  private reject: (reason: unknown) => void = () => undefined;
  constructor(private readonly slow: string[] = []) {}
  call(command: string[]): Promise<Answer> {
    const words = command.join(" ");
    this.commands.push(words);
    if (this.slow.includes(words)) return new Promise((_, reject) => (this.reject = reject));
    return Promise.resolve(good(words === "cost" ? cost : [{ report: { runs: [] } }]));
  }
  stop(): void {
    this.reject(new Error("stopped"));
  }
}
const asked = async (engine: Asked, text: string, evenLong = false) => outcomeOf(engine as unknown as Engine, { text, evenLong });

test("run: what is small is simulated at once, with timelines", async () => {
  const engine = new Asked();
  const outcome = await asked(engine, startText);
  assert.deepEqual(engine.commands, ["page run"]);
  assert.equal(outcome.kind === "done" && outcome.without, undefined);
});

test("run: the engine is asked at once, so that a stop right after finds something to end", () => {
  for (const text of [startText, large]) {
    const engine = new Asked();
    void simulated(engine as unknown as Engine, text);
    assert.equal(engine.commands.length, 1);
  }
});

test("run: what is long to record is simulated without timelines, and says so", async () => {
  const engine = new Asked();
  const outcome = await asked(engine, large);
  assert.deepEqual(engine.commands, ["cost", "figures run"]);
  assert.ok(outcome.kind === "done");
  assert.match(outcome.without!, /^Simulated without timelines: .* takes about 13\.\d s in a browser\.$/);
  assert.deepEqual((await simulated(engine as unknown as Engine, large)).kind, "done");
  assert.deepEqual(engine.commands.slice(2), ["cost", "figures run"]);
});

test("run: what is long even without them waits for a word, and then is recorded", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const engine = new Asked(["figures run"]);
  const outcome = asked(engine, large);
  while (engine.commands.length < 2) await Promise.resolve();
  context.mock.timers.tick(4001);
  const ended = await outcome;
  assert.ok(ended.kind === "long");
  assert.match(ended.words, /4 M messages/);
  assert.equal((await asked(engine, large, true)).kind, "done");
  assert.deepEqual(engine.commands, ["cost", "figures run", "page run"]);
});
