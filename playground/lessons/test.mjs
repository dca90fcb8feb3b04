// The lessons themselves, computed by the program that LOCKSTEP names (build.mjs).
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { course, folder, glossary, outputs, programPath, repository, scenarioText, sourceOf } from "./build.mjs";
import { evaluate } from "./expression.mjs";
import { show } from "./formats.mjs";
import { Lesson } from "./lesson.mjs";
import { withValue } from "./pointer.mjs";
import { brokenLinks, commandsOf, faultOf, unlinkedTerms } from "./page_checks.mjs";
import { Program } from "./program.mjs";
import { readSource } from "./source.mjs";

const program = new Program(programPath());
after(() => program.end());

const computed = outputs(program); // throws if a claim does not hold, or a text has a number of its own
const { lessons } = JSON.parse(computed.get("playground/lessons/dist/lessons.json"));
const inRepository = (path) => join(repository, path);

test("lessons: the files in the repository are what their sources make", () => {
  for (const [path, text] of computed) {
    assert.ok(existsSync(inRepository(path)), `${path} is missing: run playground/lessons/build.mjs`);
    assert.ok(readFileSync(inRepository(path), "utf8") === text, `${path} is old: run playground/lessons/build.mjs`);
  }
});

test("lessons: every source and every scenario belongs to the course", () => {
  const named = (where, ending) =>
    readdirSync(join(folder, where)).filter((name) => name.endsWith(ending) && name !== "README.md").sort();
  assert.deepEqual(named("sources", ".md"), course().map((name) => `${name}.md`).sort());
  assert.deepEqual(named("scenarios", ".json"), course().map((name) => `${name}.json`).sort());
  const pages = readdirSync(inRepository("docs/lessons")).map((name) => `docs/lessons/${name}`);
  assert.deepEqual(pages.filter((path) => !computed.has(path)), []);
});

test("lessons: there are twelve with rails, and one without", () => {
  assert.deepEqual(lessons.map(({ rails }) => rails), [...Array(12).fill(true), false]);
});

test("lessons: each comes after those that it needs, and has all its parts", () => {
  for (const [at, lesson] of lessons.entries()) {
    for (const name of lesson.needs) assert.ok(course().indexOf(name) < at && course().includes(name), name);
    for (const text of [lesson.title, lesson.teaches, lesson.predict.question, lesson.run.text, lesson.explain.text,
      lesson.change.text, lesson.question.text, lesson.question.answer, lesson.surprise]) {
      assert.ok(text.length > 0, lesson.name);
      assert.doesNotMatch(text, /\{\{|\}\}|NaN|undefined|Infinity|<\w/, lesson.name);
    }
    assert.ok(lesson.minutes > 0 && lesson.change.values.length > 1 && lesson.change.measures.length > 0, lesson.name);
    assert.equal(lesson.change.cells.length, lesson.change.values.length, lesson.name);
    if (lesson.rails) assert.ok(Number.isFinite(lesson.predict.answer) && lesson.predict.close > 0, lesson.name);
  }
});

test("lessons: every formula has its symbols explained, and every lesson a formula", () => {
  for (const lesson of lessons) assert.match(lesson.explain.text, /`\w+ = [^`]+` = `[^`]+` = \*\*/, lesson.name);
});

test("lessons: the results of a change are those of the changed scenario", () => {
  const [{ scenario, change }] = lessons;
  const document = withValue(JSON.parse(scenario.text), change.pointer, change.values[1]);
  const report = program.report(scenario.command, JSON.stringify(document));
  const cells = change.measures.map(({ expression, format }) => show(evaluate(expression, { it: report }), format));
  assert.deepEqual(cells, change.cells[1]);
});

test("lessons: no scenario has a fault or a warning", () => {
  for (const { name, scenario } of lessons) {
    assert.deepEqual(program.report(scenario.command, scenario.text).warnings ?? [], [], name);
  }
});

test("lessons: a claim that does not hold fails, with its place", () => {
  const text = readFileSync(join(folder, "sources/ring_tree_star.md"), "utf8");
  const wrong = text.replace("@check star < tree", "@check star > tree");
  assert.notEqual(wrong, text);
  const lesson = new Lesson(readSource("sources/ring_tree_star.md", wrong), program, scenarioText);
  assert.throws(() => lesson.compute(), /ring_tree_star.md:\d+: the claim does not hold: star > tree/);
});

test("lessons: a scenario with a fault fails, with the loader's message", () => {
  const lesson = new Lesson(sourceOf("ring_tree_star"), program, (file) =>
    scenarioText(file).replace('"hosts": 16', '"hosts": 0'));
  assert.throws(() => lesson.compute(), /\/cluster\/topology\/hosts/);
});

test("lessons: every command in the pages runs as it is written", () => {
  let commands = 0;
  for (const [path, text] of computed) {
    for (const command of commandsOf(text)) {
      assert.equal(faultOf(command, program.path, repository), "", path);
      ++commands;
    }
  }
  assert.ok(commands >= 3 * lessons.length);
  assert.match(faultOf(["./run.sh", "run", "no_such.json"], program.path, repository), /exit code \d+: .*no_such.json/);
});

test("lessons: every link in the pages leads to a file, and to an entry of the glossary", () => {
  for (const [path, text] of computed) {
    if (!path.endsWith(".md")) continue;
    assert.deepEqual(brokenLinks(text, path, repository), [], path);
  }
});

test("lessons: the first use of each term leads to its entry in the glossary", () => {
  for (const [path, text] of computed) {
    if (!path.endsWith(".md")) continue;
    const [running] = text.split("\nRead more: "); // titles of papers have no links
    assert.deepEqual(unlinkedTerms(running, glossary()), [], path);
  }
  for (const { name, terms, ...texts } of lessons) {
    assert.ok(terms.length > 0 && terms.every(({ words }) => words.length > 0), name);
    const linked = [...JSON.stringify(texts).matchAll(/\]\(\.\.\/glossary\.md#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    assert.deepEqual(linked, terms.map(({ anchor }) => anchor), name);
  }
});

test("lessons: no line of a page is wider than 120 columns but in tables, and the index is short", () => {
  for (const [path, text] of computed) {
    if (!path.endsWith(".md")) continue;
    for (const line of text.split("\n")) assert.ok(line.length <= 120 || line.startsWith("|"), `${path}: ${line}`);
  }
  assert.ok(computed.get("docs/lessons/README.md").split("\n").length <= 40);
});

test("lessons: the sheet to print asks every question and gives no answer", () => {
  const sheet = computed.get("docs/lessons/sheet.html");
  for (const { rails, title, predict } of lessons) {
    assert.equal(sheet.includes(`<h2>${title}</h2>`), rails, title);
    if (rails) assert.ok(!predict.question.includes(predict.shown), `${title} gives its answer away`);
  }
});
