// Lessons: guesses, changes, the Markdown they are written in; and what is trained.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { PageDocument } from "../../../../reports/web/src/data";
import { changedText, guessOf, lessonsOf, repliedTo, type Lesson } from "../../src/lessons/lesson";
import { cellsOf, itemsOf, piecesOf, termOf } from "../../src/lessons/markdown";
import { differenceWords } from "../../src/results/closed_form";
import { trainingText } from "../../src/results/learning";
import { leftOut, shownTimelines } from "../../src/results/shown";
import type { Algorithm } from "../../src/scenario/algorithms";
import type { Json } from "../../src/scenario/pointer";
import { startText } from "../../src/scenario/start";

test("lessons: a guess is a number as people type it", () => {
  assert.deepEqual(["9.98", " 9,98 times", "1,000", "12,345.5 s", "0,125", "1e3", "-2", ".5", "many", ""].map(guessOf), [9.98, 9.98, 1000, 12345.5, 0.125, 1000, -2, 0.5, null, null]);
});

test("lessons: a guess is close within what the lesson says, and else off by a factor", () => {
  const predict = { question: "", unit: "times", answer: 10, shown: "10.0 times", close: 0.2 };
  assert.equal(repliedTo(9, predict, "times"), "You said 9 times; it is 10.0 times. That is close.");
  assert.equal(repliedTo(30, predict, "times"), "You said 30 times; it is 10.0 times. You were off by a factor of 3.0.");
  assert.equal(repliedTo(0.01, predict, ""), "You said 0.01; it is 10.0 times. You were off by a factor of 1000.");
  assert.equal(repliedTo(0, predict, ""), "You said 0; it is 10.0 times. That is not close.");
  assert.equal(repliedTo(-5, { ...predict, shown: "10.0" }, "times"), "You said -5 times; it is 10.0 times. That is not close.");
  assert.equal(repliedTo(11, { ...predict, close: 0.05 }, "times"), "You said 11 times; it is 10.0 times. You were off by 10 %.");
});

test("lessons: a change is set in the lesson's own scenario", () => {
  const lesson = { scenario: { text: '{"model": {"width": 1}, "algorithms": [{"kind": "sgd"}]}' } } as Lesson;
  const changed = JSON.parse(changedText(lesson, [{ pointer: "/model/width", value: 64 }, { pointer: "/algorithms/0/servers", value: 2 }]));
  assert.deepEqual(changed, { model: { width: 64 }, algorithms: [{ kind: "sgd", servers: 2 }] });
  assert.deepEqual(lessonsOf(""), []);
});

test("markdown: code, emphasis and links, and nothing else is markup", () => {
  assert.deepEqual(piecesOf("a `b*c*` *d* **e** [f](g.md) <b>h</b>").map(({ kind, text }) => `${kind}:${text}`), ["text:a ", "code:b*c*", "text: ", "em:d", "text: ", "strong:e", "text: ", "link:f", "text: <b>h</b>"]);
  assert.deepEqual(cellsOf("| a | b c |"), ["a", "b c"]);
  assert.deepEqual(itemsOf("- one\n  more\n- two"), ["one more", "two"]);
});

test("markdown: a term is a link to its entry in the glossary, and nothing else is one", () => {
  const terms = [{ name: "mini-batch", anchor: "mini-batch", words: "Samples." }];
  const [, emphasised] = piecesOf("each *[mini-batch](../glossary.md#mini-batch)*");
  const [{ text, address }] = piecesOf(emphasised.text);
  assert.deepEqual([text, termOf(address!, terms)], ["mini-batch", terms[0]]);
  for (const other of ["../glossary.md", "../glossary.md#rank", "stragglers.md"]) assert.equal(termOf(other, terms), undefined);
});

test("closed form: a difference is said with its sign, and equal only where it is", () => {
  assert.deepEqual([differenceWords(2, 2), differenceWords(2, 3), differenceWords(4, 3), differenceWords(1, 1 + 1e-12), differenceWords(0, 1)], ["equal", "+50 %", "−25 %", "equal to nine digits", "-"]);
});

test("timelines: of more than four the best, in the scenario's order, and it is said", () => {
  const runs = ["a", "b", "c", "d", "e", "f"].map((label) => ({ label }));
  const page = { runs: runs.map(() => ({ timeline: {} })), report: { runs, verdict: { text: [], order: [5, 4, 3, 1, 0, 2] } } } as unknown as PageDocument;
  assert.deepEqual(shownTimelines(page).map(({ label }) => label), ["b", "d", "e", "f"]);
  assert.match(leftOut(page), /best 4 of 6/);
  const few = { ...page, runs: page.runs.slice(0, 4), report: { runs: runs.slice(0, 4) } } as unknown as PageDocument;
  assert.deepEqual(shownTimelines(few).map(({ label }) => label), ["a", "b", "c", "d"]);
  assert.equal(leftOut(few), "");
});

const known = [{ kind: "sync_sgd", family: "data_parallel" }, { kind: "gpipe", family: "model_parallel" }] as Algorithm[];
const resolved: Json = { model: { layers: 16, width: 1024 }, training: { batch_per_worker: 2048 } };

test("learning: digits, by a network that a browser can compute, at the scenario's own times", () => {
  const trained = JSON.parse(trainingText(JSON.parse(startText) as Json, resolved, known, 20, 0.05));
  assert.equal(trained.data, "digits");
  assert.deepEqual(trained.numerics, { layers: 3, width: 64, batch_per_worker: 16 });
  assert.deepEqual(trained.training, { batch_per_worker: 2048, iterations: 20, target_accuracy: 0.9, learning_rate: 0.05 });
  assert.equal(trained.model.width, 1024);
});

test("learning: what a scenario says itself is kept, and a pipeline keeps its layers", () => {
  const own = { model: { layers: 16, width: 32 }, training: { target_accuracy: 0.5 }, data: { kind: "teacher" }, numerics: { width: 8 }, algorithms: ["gpipe"] };
  const kept = JSON.parse(trainingText(own, resolved, known, 20, 0.1));
  assert.deepEqual([kept.data, kept.numerics, kept.training.target_accuracy], [{ kind: "teacher" }, { width: 8 }, 0.5]);
  const { numerics: _, ...without } = own;
  assert.equal(JSON.parse(trainingText(without, resolved, known, 20, 0.1)).numerics.layers, undefined);
});
