// Computes a lesson: runs its scenarios, evaluates its expressions, checks its claims, and fills the results into its
// text. The result has the shape that the page reads (README.md).
import { evaluate, number } from "./expression.mjs";
import { inUnitOf, show, unitOf } from "./formats.mjs";
import { formulaText, whereText } from "./formula.mjs";
import { readChanges, withValues } from "./pointer.mjs";
import { SourceFault, splitAssignment, splitExpression } from "./source.mjs";

const asText = (document) => JSON.stringify(document, null, 2) + "\n";

export class Lesson {
  // `scenarioText` is a function from the file's name to its text.
  constructor(source, program, scenarioText) {
    this.source = source;
    this.program = program;
    this.scenarioText = scenarioText;
    this.names = {};
    this.symbols = {};
    this.formulas = {};
    this.checks = 0;
    this.result = { needs: [], sources: [], rails: true, measures: [], questionChanges: [] };
  }

  fail(line, what) {
    throw new SourceFault(this.source.file, line, what);
  }

  compute() {
    const texts = {};
    for (const section of this.source.sections) {
      this.section = section.name;
      if (section.name === "Predict") this.begin();
      texts[section.name] = section.blocks.map((block) => this.block(block)).filter(Boolean).join("\n\n");
    }
    return this.assembled(texts);
  }

  begin() {
    const { command, file } = this.result;
    if (!command || !file) this.fail(1, "a lesson needs @command and @scenario");
    this.document = JSON.parse(this.scenarioText(file));
    this.names.base = this.report([], 1);
  }

  report(changes, line, options = []) {
    const document = withValues(this.document, changes);
    try {
      return this.program.report(this.result.command, asText(document), options);
    } catch (fault) {
      return this.fail(line, fault.message);
    }
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
    const known = directives[word];
    if (!known) throw new Error(`there is no directive @${word}`);
    known(this, rest, line);
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
    if (format === "text") {
      const value = evaluate(expression, this.names);
      if (typeof value !== "string") throw new Error(`${expression} is no text`);
      return value;
    }
    return show(number(expression, this.names), format);
  }

  define(rest) {
    const parts = splitAssignment(rest);
    if (!parts || !/^[A-Za-z]\w*$/.test(parts.name)) throw new Error(`expected NAME = EXPRESSION: ${rest}`);
    if (Object.hasOwn(this.names, parts.name)) throw new Error(`"${parts.name}" is defined twice`);
    return { name: parts.name, ...splitExpression(parts.rest) };
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

  case(rest, line) {
    const [, name, text] = /^(\w+) (.+)$/.exec(rest) ?? [];
    if (!name || Object.hasOwn(this.names, name)) throw new Error(`expected @case NEW_NAME /pointer VALUE: ${rest}`);
    const changes = readChanges(text);
    this.names[name] = this.report(changes, line);
    if (this.section === "Question") this.result.questionChanges = changes;
  }

  // Several seeds of a changed scenario: "NAME --replicates COUNT /pointer VALUE".
  seeds(rest, line) {
    const [, name, count, text] = /^(\w+) --replicates (\d+) (.+)$/.exec(rest) ?? [];
    if (!name || Object.hasOwn(this.names, name)) throw new Error(`expected @seeds NEW_NAME --replicates COUNT /pointer VALUE: ${rest}`);
    this.names[name] = this.report(readChanges(text), line, ["--replicates", count]);
  }

  change(rest, line) {
    const [, pointer, list] = /^(\/\S+)\s+(\[.*\])$/.exec(rest) ?? [];
    if (!pointer) throw new Error("expected @change /pointer [VALUES]");
    const values = JSON.parse(list);
    this.result.change = { pointer, values };
    this.names.change = values.map((value) => this.report([{ pointer, value }], line));
  }

  measure(rest) {
    const parts = splitAssignment(rest);
    const { expression, format } = splitExpression(parts?.rest ?? "");
    if (!format) throw new Error("expected @measure LABEL = EXPRESSION | FORMAT");
    this.result.measures.push({ label: parts.name, expression, format });
  }

  answer(rest) {
    const { expression, format } = splitExpression(rest);
    const value = number(expression, this.names);
    this.result.answer = { unit: unitOf(format), answer: inUnitOf(value, format), shown: show(value, format), expression };
  }

  cells() {
    const { measures } = this.result;
    return (this.names.change ?? []).map((it) =>
      measures.map(({ expression, format }) => show(number(expression, { it }), format)));
  }

  assembled(texts) {
    const { title, minutes, needs, teaches, sources, rails, command, answer, unit, close, change, measures } = this.result;
    if (!answer && rails) this.fail(1, "there is no @answer");
    return {
      title: title ?? this.source.title, minutes, rails, needs, teaches, sources,
      scenario: { command, text: asText(this.document) },
      predict: { question: texts.Predict, close, ...answer, ...(unit && { unit }) },
      run: { text: texts.Run },
      explain: { text: texts.Explain },
      change: { text: texts.Change, pointer: change?.pointer ?? "", values: change?.values ?? [],
        shown: (change?.values ?? []).map((value) => (typeof value === "string" ? value : JSON.stringify(value))),
        measures, cells: this.guard(1, () => this.cells()) },
      question: { text: texts.Question, answer: texts.Answer, changes: this.result.questionChanges },
      surprise: texts.Surprise,
    };
  }
}

const list = (rest) => rest.split(",").map((part) => part.trim());

const directives = {
  minutes: (lesson, rest) => (lesson.result.minutes = Number(rest)),
  needs: (lesson, rest) => (lesson.result.needs = list(rest)),
  teaches: (lesson, rest) => (lesson.result.teaches = rest),
  source: (lesson, rest) => lesson.result.sources.push(rest),
  command: (lesson, rest) => (lesson.result.command = rest),
  scenario: (lesson, rest) => (lesson.result.file = rest),
  free: (lesson) => (lesson.result.rails = false),
  unit: (lesson, rest) => (lesson.result.unit = rest),
  close: (lesson, rest) => (lesson.result.close = Number(rest)),
  let: (lesson, rest) => lesson.let(rest),
  formula: (lesson, rest) => lesson.formula(rest),
  check: (lesson, rest) => lesson.check(rest),
  answer: (lesson, rest) => lesson.answer(rest),
  measure: (lesson, rest) => lesson.measure(rest),
  case: (lesson, rest, line) => lesson.case(rest, line),
  change: (lesson, rest, line) => lesson.change(rest, line),
  seeds: (lesson, rest, line) => lesson.seeds(rest, line),
};

export const directiveWords = Object.keys(directives);
