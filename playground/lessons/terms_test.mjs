// Links to the glossary.
import assert from "node:assert/strict";
import { test } from "node:test";
import { glossary } from "./build.mjs";
import { formsOf, linkTerms, readGlossary, withTerms } from "./terms.mjs";

const finds = (name, text) => formsOf(name).exec(text)?.[0];

test("terms: the glossary's headings are terms, and what stands below is their definition", () => {
  const text = "# Glossary\n\nWords.\n\n## critical path\n\nThe chain\nof activities.\n\nIn reports: x.\n";
  assert.deepEqual(readGlossary(text), [{ name: "critical path", anchor: "critical-path", words: "The chain of activities." }]);
  assert.throws(() => readGlossary("## rank\n"), /"rank" has no definition/);
  assert.ok(glossary().length >= 18);
});

test("terms: a term is found in all its forms", () => {
  const found = [["worker", "many workers"], ["mini-batch", "Mini-batches follow"], ["all-reduce", "an allreduce"],
    ["efficiency", "efficiencies"], ["activations", "one activation"], ["critical path", "a critical-path length"],
    ["critical path", "critical\npaths"], ["staleness", "Staleness"], ["server", "the server's link"], ["speed-up", "speedups"]];
  const words = ["workers", "Mini-batches", "allreduce", "efficiencies", "activation", "critical-path", "critical\npaths",
    "Staleness", "server", "speedups"];
  assert.deepEqual(found.map(([name, text]) => finds(name, text)), words);
});

test("terms: other words are not the term", () => {
  const other = [["rank", "ranking"], ["rank", "low-rank"], ["server", "observers"], ["speed-up", "they speed up"],
    ["all-reduce", "all reduce it"], ["staleness", "stale"], ["worker", "a/worker/b"], ["rank", "rank_by"]];
  assert.deepEqual(other.map(([name, text]) => finds(name, text)), other.map(() => undefined));
});

const terms = ["rank", "worker", "mini-batch"].map((name) => ({ name, anchor: name, words: `${name}.` }));

test("terms: the first use of each in running text is a link, and no other", () => {
  assert.equal(linkTerms("Workers, a worker, *mini-batches*.", terms),
    "[Workers](../glossary.md#worker), a worker, *[mini-batches](../glossary.md#mini-batch)*.");
  const none = "# Workers\n\n`worker` and [a worker](x.md)\n\n| worker |\n\n```\nrank\n\nrank\n```\n\n<summary>worker</summary>";
  assert.equal(linkTerms(none, terms), none);
  assert.equal(linkTerms(`${none}\n\nA worker.`, terms), `${none}\n\nA [worker](../glossary.md#worker).`);
  assert.equal(linkTerms("a rank of workers", terms, ["rank"]), "a rank of [workers](../glossary.md#worker)");
});

test("terms: a lesson has one link to each, in the order of its texts, and their definitions", () => {
  const text = "A worker.";
  const lesson = withTerms({ name: "x", predict: { question: "How many?", answer: 1 }, run: { text }, explain: { text: "A rank." },
    change: { text, values: [] }, question: { text, answer: text }, surprise: text }, terms);
  assert.deepEqual(lesson.terms.map(({ name }) => name), ["worker", "rank"]);
  assert.deepEqual(lesson.run, { text: "A [worker](../glossary.md#worker)." });
  assert.deepEqual([lesson.change, lesson.question, lesson.predict.answer], [{ text, values: [] }, { text, answer: text }, 1]);
});
