#!/usr/bin/env node
// Computes the pages of the references and writes docs/references:
//   node playground/references/build.mjs [PROGRAM]
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { glossary, repository, writeIfStarted } from "../lessons/build.mjs";
import { lint } from "../lessons/lint.mjs";
import { readSource } from "../lessons/source.mjs";
import { indexMarkdown, referenceMarkdown } from "./pages.mjs";
import { Reference, referenceSections } from "./reference.mjs";

export const folder = dirname(fileURLToPath(import.meta.url));

// The names of the references, in the order of the index.
export const references = () => JSON.parse(readFileSync(join(folder, "references.json"), "utf8"));

export const sourceOf = (name) =>
  readSource(`sources/${name}.md`, readFileSync(join(folder, "sources", `${name}.md`), "utf8"), referenceSections);

// The text of a scenario; the graph that it may name lies beside it, and is found from anywhere.
export function scenarioText(file) {
  const document = JSON.parse(readFileSync(join(repository, file), "utf8"));
  const { topology } = document.cluster;
  if (topology?.file) topology.file = resolve(repository, dirname(file), topology.file);
  return JSON.stringify(document);
}

function computed(name, program) {
  const source = sourceOf(name);
  const result = { name, ...new Reference(source, program, scenarioText, repository).compute() };
  const faults = lint(source, result.runs.map(({ file }) => scenarioText(file)).join("\n"), { claims: false });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return result;
}

// All files that a build writes: from their paths in the repository to their texts.
export function outputs(program) {
  const all = references().map((name) => computed(name, program));
  const terms = glossary();
  const pages = all.map((reference) => [`docs/references/${reference.name}.md`, referenceMarkdown(reference, terms)]);
  return new Map([...pages, ["docs/references/README.md", indexMarkdown(all, terms)]]);
}

writeIfStarted(import.meta.url, outputs);
