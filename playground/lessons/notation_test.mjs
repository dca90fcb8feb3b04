// The notation of the sources: expressions, formats, formulas, directives, and the rules for text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate, number } from "./expression.mjs";
import { formulaText, whereText } from "./formula.mjs";
import { inUnitOf, show, unitOf } from "./formats.mjs";
import { lint } from "./lint.mjs";
import { readChanges, withValue, withValues } from "./pointer.mjs";
import { readSource, splitExpression } from "./source.mjs";
import { wrap } from "./wrap.mjs";

const report = {
  runs: [
    { label: "ring", simulated: { makespan_s: 2, workers: [{ compute_s: 1 }, { compute_s: 3 }] } },
    { label: "sync, star", simulated: { makespan_s: 8 } },
  ],
};

const value = (text, names = { base: report }) => evaluate(text, names);

test("expressions: operators bind as in mathematics", () => {
  assert.equal(value("2 + 3 * 4 ^ 2 / 2"), 26);
  assert.equal(value("-2 ^ 2"), -4);
  assert.equal(value("2 ^ -1"), 0.5);
  assert.equal(value("10 - 4 - 3"), 3);
  assert.equal(value("1 + 1 < 3 and not 2 > 3 or false"), true);
});

test("expressions: a report indexed by a text is the run with that label", () => {
  assert.equal(value('base["sync, star"].simulated.makespan_s / base["ring"].simulated.makespan_s'), 4);
  assert.throws(() => value('base["tree"].simulated.makespan_s'), /no run has the label "tree"/);
});

test("expressions: brackets without an index reach into all members of a list", () => {
  assert.deepEqual(value('base["ring"].simulated.workers[].compute_s'), [1, 3]);
  assert.equal(value('sum(base["ring"].simulated.workers[].compute_s)'), 4);
  assert.equal(value('mean(base["ring"].simulated.workers[].compute_s)'), 2);
  assert.equal(value("base.runs[1].simulated.makespan_s"), 8);
});

test("expressions: functions", () => {
  // 1 + 1/2 + 1/3 + 1/4
  assert.ok(Math.abs(value("harmonic(4)") - 25 / 12) < 1e-12);
  assert.equal(value("rises([1, 2, 3]) and falls([3, 2]) and not rises([1, 1])"), true);
  assert.equal(value("near(101, 100, 0.02) and not near(103, 100, 0.02)"), true);
  assert.equal(value("abs(sin(pi)) < 0.000001"), true);
});

test("expressions: what cannot be computed is a fault that says what", () => {
  assert.throws(() => value("base.missing + 1"), /"\+" needs numbers, not undefined/);
  assert.throws(() => value("wrong"), /"wrong" is not defined/);
  assert.throws(() => value("eval(1)"), /there is no function eval/);
  assert.throws(() => value("1 +"), /expected a value before "the end"/);
  assert.throws(() => value("1 2"), /expected an operator before "2"/);
  assert.throws(() => value("1; 2"), /";" has no meaning here/);
  assert.throws(() => number("1 / 0", {}), /is no number/);
  assert.throws(() => value("most([])"), /most needs a list of numbers/);
});

test("expressions: nothing but JSON's own keys and the functions can be reached", () => {
  assert.equal(value("base.constructor"), undefined);
  assert.equal(value("base.__proto__"), undefined);
  assert.throws(() => value("constructor"), /is not defined/);
  assert.throws(() => value("toString()"), /there is no function toString/);
});

test("formats: three digits, in a unit that fits; what is exact has no idle noughts", () => {
  assert.equal(show(0.0123456, "seconds"), "12.3 ms");
  assert.equal(show(0.00099999, "seconds"), "1.00 ms");
  assert.equal(show(302.4, "seconds"), "5.04 min");
  assert.equal(show(1.25e9, "bits_per_s"), "10 Gbit/s");
  assert.equal(show(2148007936, "bytes"), "2.15 GB");
  assert.equal(show(8e-10, "seconds_per_byte"), "800 ps/B");
  assert.equal(show(0.48387, "percent"), "48.4 %");
  assert.equal(show(4.5, "times"), "4.5 times");
  assert.equal(show(4.4999, "times"), "4.50 times");
  assert.equal(show(16384, "integer"), "16,384");
  assert.equal(show(Math.PI, "number 5"), "3.1416");
  assert.equal(unitOf("seconds 2"), "s");
  assert.equal(inUnitOf(0.25, "percent"), 25);
  assert.equal(inUnitOf(0.25, "seconds"), 0.25);
  assert.throws(() => show(1, "furlongs"), /there is no format "furlongs"/);
});

test("formulas: symbols, numbers and value come from the text that is evaluated", () => {
  const symbols = {
    P: { value: 16, format: "integer", words: "the number of workers" },
    alpha: { value: 1e-5, format: "seconds", words: "the latency" },
    nameless: { value: 1 },
  };
  const formula = { name: "T", expression: "2 * (P - 1) * alpha", format: "seconds", value: 3e-4 };
  assert.equal(formulaText(formula, symbols), "`T = 2 * (P - 1) * alpha` = `2 * (16 - 1) * 10 us` = **300 us**");
  assert.equal(whereText(formula, symbols), "`P` is the number of workers (16) and `alpha` the latency (10 us)");
  assert.throws(() => formulaText({ ...formula, expression: "P * nameless" }, symbols), /symbol nameless .* needs a format/);
});

test("pointers: a value is set in a copy", () => {
  const document = { a: [{ b: 1 }] };
  assert.deepEqual(withValue(document, "/a/0/b", 2), { a: [{ b: 2 }] });
  assert.deepEqual(document, { a: [{ b: 1 }] });
  assert.throws(() => withValue(document, "/x/y", 2), /there is no "x"/);
  const changes = readChanges('/a/0/b "2 ms"; /c {"d": 1}');
  assert.deepEqual(withValues(document, changes), { a: [{ b: "2 ms" }], c: { d: 1 } });
  assert.throws(() => readChanges("a 1"), /a change is a pointer and a value/);
});

const sections = (explain) =>
  ["# A title", "@minutes 5", "", "## Predict", "How many?", "## Run", "Much.", "## Explain", ...explain,
    "## Change", "Then.", "## Question", "Why?", "## Answer", "So.", "## Surprise", "Oh."].join("\n");

const faultsOf = (explain, scenario = '{"link": "10 Gbit/s"}') =>
  lint(readSource("source.md", sections(explain)), scenario);

test("sources: sections and directives are read, and lines that go on", () => {
  const source = readSource("source.md", sections(["@let a = 1 + \\", "  2", "Text."]));
  assert.deepEqual(source.sections.map(({ name }) => name).slice(0, 3), ["Head", "Predict", "Run"]);
  const [block] = source.sections[3].blocks;
  assert.equal(block.directives[0].rest, "a = 1 + 2");
  assert.equal(block.lines[0].text, "Text.");
  assert.throws(() => readSource("source.md", "# Title\n## Run\n"), /source.md:1: its sections must be/);
  assert.deepEqual(splitExpression("a / b | times : how many"), { expression: "a / b", format: "times", words: "how many" });
});

test("text: a digit outside of expressions, names and the scenario is a fault", () => {
  assert.deepEqual(faultsOf(["It takes {{base.x / 2 | times}} with `10 Gbit/s` and 1F1B."]), []);
  assert.match(faultsOf(["It takes 3 s."])[0], /source.md:9: a number that is not computed/);
  assert.match(faultsOf(["With `25 Gbit/s`."])[0], /`25 Gbit\/s` is not in the scenario/);
});

test("text: a claim without a check is a fault", () => {
  for (const claim of ["It is twice as much.", "The ring is faster.", "Training diverges.", "They are ten times as many."]) {
    assert.match(faultsOf([claim])[0], /is a claim, and its paragraph has no @check/, claim);
    assert.deepEqual(faultsOf(["@check 1 < 2", claim]), []);
  }
  // A check beside another paragraph does not count.
  assert.equal(faultsOf(["@check 1 < 2", "So.", "", "It is twice as much."]).length, 1);
});

test("wrapping: no line is wider than 120 columns, or becomes a list by accident", () => {
  const text = wrap(`${"word ".repeat(23)}a - b = c and ${"word ".repeat(21)}10 ms of it`);
  for (const line of text.split("\n")) {
    assert.ok(line.length <= 120);
    assert.doesNotMatch(line, /^[-+*=#>] |^ms/);
  }
  assert.equal(wrap("| a | b |\n| --- | --- |"), "| a | b |\n| --- | --- |\n");
});
