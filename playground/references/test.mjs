// The pages of the references, computed by the program that LOCKSTEP names (build.mjs).
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { glossary, programPath, repository } from "../lessons/build.mjs";
import { Program } from "../lessons/program.mjs";
import { readSource } from "../lessons/source.mjs";
import { brokenLinks, commandsOf, faultOf, unlinkedTerms } from "../lessons/page_checks.mjs";
import { folder, outputs, references, scenarioText } from "./build.mjs";
import { explained } from "./explained.mjs";
import { Reference, referenceSections } from "./reference.mjs";

const program = new Program(programPath());
after(() => program.end());

const computed = outputs(program);

const reference = (reported) => {
  const text = `# Title\n@cite A paper\n@kind gpipe\n## Reported\n${reported}\n## Left out\nNothing.\n`;
  return new Reference(readSource("source.md", text, referenceSections), program, scenarioText, repository);
};

test("references: the files in the repository are what their sources make", () => {
  for (const [path, text] of computed) {
    assert.ok(existsSync(join(repository, path)), `${path} is missing: run playground/references/build.mjs`);
    assert.ok(readFileSync(join(repository, path), "utf8") === text, `${path} is old: run playground/references/build.mjs`);
  }
});

test("references: every source and every page belongs to one", () => {
  const sources = readdirSync(join(folder, "sources")).filter((name) => name !== "README.md");
  assert.deepEqual(sources.sort(), references().map((name) => `${name}.md`).sort());
  const pages = readdirSync(join(repository, "docs/references")).map((name) => `docs/references/${name}`);
  assert.deepEqual(pages.filter((path) => !computed.has(path)), []);
});

test("references: each page has three ranks, costs, an approximation and what is left out", () => {
  for (const [path, text] of computed) {
    if (path.endsWith("README.md")) continue;
    const [timeline] = /^timeline\n[^`]+/m.exec(text);
    const lanes = timeline.split("\n").filter((line) => /^ {2}(rank|server|stage|worker|memory|core)/.test(line));
    assert.ok(lanes.length === 3, `${path}: ${lanes.length} lanes`);
    assert.match(text, /\*What it approximates\*: \w/, path);
    assert.match(text, /costs of all iterations/, path);
    assert.match(text, /## What is left out\n\n\w/, path);
    assert.doesNotMatch(text, /\{\{|NaN|undefined|Infinity/, path);
  }
});

test("references: a miss is shown with its size and sign", () => {
  const row = (theirs) => reference(`@scenario scenarios/validation/gpipe_table2_k8_m32.json
@compare the ideal gain = ${theirs} ~ 8 * (1 - base["gpipe"].simulated.bubble_rate) | times`).compute().rows[0];
  // The bubble is 7 of 39 parts, so the gain is 8 * 32 / 39 = 6.564.
  assert.equal(row("6.56").difference, "none");
  assert.equal(row("13").difference, "-50 %");
  assert.equal(row("5.25").difference, "+25 %");
  assert.equal(row("13").published, "13 times");
});

test("references: what follows from a method is kept apart from what is reported", () => {
  const { rows } = reference(`@scenario scenarios/validation/gpipe_table2_k8_m32.json
@expect one = 1 ~ 1 | number
@compare two = 2 ~ 2 | number`).compute();
  assert.deepEqual(rows.map(({ words, reported }) => [words, reported]), [["one", false], ["two", true]]);
});

test("references: what explain does not say is a fault, not an empty page", () => {
  assert.throws(() => explained("GPipe (gpipe)\nWords.\n"), /explain does not say "approximation"/);
});

test("references: every command in the pages runs as it is written", () => {
  let commands = 0;
  for (const [path, text] of computed) {
    for (const command of commandsOf(text)) {
      assert.equal(faultOf(command, program.path, repository), "", path);
      ++commands;
    }
  }
  assert.ok(commands > references().length);
});

test("references: every link leads to a file, and to an entry of the glossary", () => {
  for (const [path, text] of computed) {
    assert.deepEqual(brokenLinks(text, path, repository), [], path);
  }
});

test("references: the first use of each term leads to its entry in the glossary, and no title of a paper does", () => {
  const otherSense = (path) => {
    const source = path.replace("docs/references", "playground/references/sources");
    if (!existsSync(join(repository, source))) return [];
    return [...readFileSync(join(repository, source), "utf8").matchAll(/^@other_sense (.+)$/gm)].map(([, name]) => name);
  };
  for (const [path, text] of computed) {
    const [head, ...body] = text.split(/(?=^## )/m);
    const running = path.endsWith("README.md") ? text : body.join("");
    assert.deepEqual(unlinkedTerms(running, glossary(), otherSense(path)), [], path);
    for (const name of otherSense(path)) assert.ok(!text.includes(`glossary.md#${name}`), `${path}: ${name}`);
    if (running !== text) assert.doesNotMatch(head, /glossary\.md/, path);
  }
});

test("references: no line is wider than 120 columns but in tables and commands, and the index is short", () => {
  for (const [path, text] of computed) {
    for (const line of text.split("\n")) {
      assert.ok(line.length <= 120 || line.startsWith("|") || line.startsWith("  --set"), `${path}: ${line}`);
    }
  }
  assert.ok(computed.get("docs/references/README.md").split("\n").length <= 40);
});
