#!/usr/bin/env node
// Computes all lessons and writes docs/lessons and dist/lessons.json:
//   node playground/lessons/build.mjs [PROGRAM]
// PROGRAM, or LOCKSTEP in the environment, is the native program; else it is that of the release build.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { indexMarkdown, sheetHtml, teachingMarkdown } from "./course.mjs";
import { Lesson } from "./lesson.mjs";
import { lint } from "./lint.mjs";
import { lessonMarkdown } from "./markdown.mjs";
import { Program } from "./program.mjs";
import { readSource } from "./source.mjs";
import { readGlossary, withTerms } from "./terms.mjs";

export const folder = dirname(fileURLToPath(import.meta.url));
export const repository = join(folder, "../..");

export const programPath = (given) => given ?? process.env.LOCKSTEP ?? join(repository, "build/release/lockstep");

// The names of the lessons, in the order of the course.
export const course = () => JSON.parse(readFileSync(join(folder, "course.json"), "utf8"));

export const glossary = () => readGlossary(readFileSync(join(repository, "docs/glossary.md"), "utf8"));

export const scenarioText = (file) => readFileSync(join(folder, "scenarios", file), "utf8");

export const sourceOf = (name) =>
  readSource(`sources/${name}.md`, readFileSync(join(folder, "sources", `${name}.md`), "utf8"));

function computed(name, order, program) {
  const source = sourceOf(name);
  const lesson = new Lesson(source, program, scenarioText);
  const result = { name, order, ...lesson.compute() };
  const faults = lint(source, result.scenario.text);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  if (lesson.checks === 0) throw new Error(`${source.file}: it checks none of its claims`);
  return result;
}

// All files that a build writes: from their paths in the repository to their texts.
export function outputs(program) {
  const plain = course().map((name, at) => computed(name, at + 1, program));
  const terms = glossary();
  const lessons = plain.map((lesson) => withTerms(lesson, terms));
  const titles = Object.fromEntries(lessons.map(({ name, title }) => [name, title]));
  const version = program.output(["--version"]).trim().replace(/^lockstep /, "");
  const files = new Map();
  for (const lesson of lessons) files.set(`docs/lessons/${lesson.name}.md`, lessonMarkdown(lesson, titles));
  files.set("docs/lessons/README.md", indexMarkdown(plain, terms));
  files.set("docs/lessons/teaching.md", teachingMarkdown(plain, terms));
  files.set("docs/lessons/sheet.html", sheetHtml(plain));
  files.set("playground/lessons/dist/lessons.json", JSON.stringify({ format: 1, version, lessons }, null, 1) + "\n");
  return files;
}

function write(outputs) {
  const program = new Program(programPath(process.argv[2]));
  try {
    for (const [path, text] of outputs(program)) {
      mkdirSync(join(repository, dirname(path)), { recursive: true });
      writeFileSync(join(repository, path), text);
    }
  } finally {
    program.end();
  }
}

// Writes what `outputs` returns if the module at this address is the script that Node was started with.
export function writeIfStarted(address, outputs) {
  if (process.argv[1] !== fileURLToPath(address)) return;
  try {
    write(outputs);
  } catch (fault) {
    console.error(fault.message);
    process.exitCode = 1;
  }
}

writeIfStarted(import.meta.url, outputs);
