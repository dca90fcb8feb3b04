// Computes a source: runs its scenario, evaluates its expressions, checks its claims, and fills the results into its
// text. Lessons and references add directives and a shape of their own.
import { evaluate, number } from "./expression.mjs";
import { show } from "./formats.mjs";
import { formulaText, whereText } from "./formula.mjs";
import { readChanges, withValues } from "./pointer.mjs";
import { SourceFault, splitAssignment, splitExpression } from "./source.mjs";

export const asText = (document) => JSON.stringify(document, null, 2) + "\n";

export class Computation {
  // `scenarioText` is a function from a scenario's file to its text; `directives` from words to functions.
  constructor(source, program, scenarioText, directives) {
    this.source = source;
    this.program = program;
    this.scenarioText = scenarioText;
    this.directives = { ...commonDirectives, ...directives };
    this.names = {};
    this.symbols = {};
    this.formulas = {};
    this.checks = 0;
  }

  fail(line, what) {
    throw new SourceFault(this.source.file, line, what);
  }

  // The texts of all sections, by their names.
  texts() {
    const texts = {};
    for (const section of this.source.sections) {
      this.section = section.name;
      texts[section.name] = section.blocks.map((block) => this.block(block)).filter(Boolean).join("\n\n");
    }
    return texts;
  }

  // From here on there is a report, `base`: that of the scenario as it is.
  begin(command, file) {
    this.command = command;
    this.document = JSON.parse(this.scenarioText(file));
    this.names.base = this.report([], 1);
  }

  report(changes, line, options = []) {
    return this.guard(line, () =>
      this.program.report(this.command, asText(withValues(this.document, changes)), options));
  }

  block({ lines, directives }) {
    for (const directive of directives) this.guard(directive.line, () => this.directive(directive));
    return lines.map(({ text, line }) => this.guard(line, () => this.filled(text))).join("\n");
  }

  guard(line, work) {
    try {
      return work();
    } catch (fault) {
      if (fault instanceof SourceFault) throw fault;
      return this.fail(line, fault.message);
    }
  }

  directive({ word, rest, line }) {
    if (!Object.hasOwn(this.directives, word)) throw new Error(`there is no directive @${word}`);
    this.directives[word](this, rest, line);
  }

  filled(text) {
    return text.replace(/\{\{(.+?)\}\}/g, (_, inner) => {
      const [, what, name] = /^(formula|where) (\w+)$/.exec(inner.trim()) ?? [];
      if (what && !this.formulas[name]) throw new Error(`there is no formula ${name}`);
      if (what) return { formula: formulaText, where: whereText }[what](this.formulas[name], this.symbols);
      return this.shown(inner);
    });
  }

  shown(inner) {
    const { expression, format = "number" } = splitExpression(inner);
    if (format !== "text") return show(number(expression, this.names), format);
    const value = evaluate(expression, this.names);
    if (typeof value !== "string") throw new Error(`${expression} is no text`);
    return value;
  }

  newName(name) {
    if (!/^[A-Za-z]\w*$/.test(name ?? "")) throw new Error(`"${name}" is no name`);
    if (Object.hasOwn(this.names, name)) throw new Error(`"${name}" is defined twice`);
    return name;
  }

  define(rest) {
    const parts = splitAssignment(rest);
    if (!parts) throw new Error(`expected NAME = EXPRESSION: ${rest}`);
    return { name: this.newName(parts.name), ...splitExpression(parts.rest) };
  }

  let(rest) {
    const { name, expression, format, words } = this.define(rest);
    const value = evaluate(expression, this.names);
    if (value === undefined) throw new Error(`${expression} is nothing`);
    this.names[name] = value;
    this.symbols[name] = { value, format, words };
  }

  formula(rest) {
    const { name, expression, format, words } = this.define(rest);
    if (!format || !words) throw new Error("a formula needs a format, and words for what it gives");
    this.names[name] = number(expression, this.names);
    this.formulas[name] = { name, expression, format, value: this.names[name] };
    this.symbols[name] = { value: this.names[name], format, words };
  }

  check(expression) {
    if (evaluate(expression, this.names) !== true) throw new Error(`the claim does not hold: ${expression}`);
    ++this.checks;
  }

  // "NAME /pointer VALUE; ...": the report of the changed scenario. Returns the changes.
  case(rest, line) {
    const [, name, text] = /^(\w+) (\/.+)$/.exec(rest) ?? [];
    const changes = readChanges(text ?? "");
    this.names[this.newName(name)] = this.report(changes, line);
    return changes;
  }

  // "NAME --replicates COUNT /pointer VALUE": that of several seeds.
  seeds(rest, line) {
    const [, name, count, text] = /^(\w+) --replicates (\d+) (\/.+)$/.exec(rest) ?? [];
    this.names[this.newName(name)] = this.report(readChanges(text ?? ""), line, ["--replicates", count]);
  }
}

const commonDirectives = {
  let: (computation, rest) => computation.let(rest),
  formula: (computation, rest) => computation.formula(rest),
  check: (computation, rest) => computation.check(rest),
  case: (computation, rest, line) => computation.case(rest, line),
  seeds: (computation, rest, line) => computation.seeds(rest, line),
};
