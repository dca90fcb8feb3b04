// Computes a lesson. The result has the shape that the page reads (format.md).
import { Computation, asText } from "./computation.mjs";
import { number } from "./expression.mjs";
import { inUnitOf, show, unitOf } from "./formats.mjs";
import { splitAssignment, splitExpression } from "./source.mjs";

const shownValue = (value) => (typeof value === "string" ? value : JSON.stringify(value));

export class Lesson extends Computation {
  constructor(source, program, scenarioText) {
    super(source, program, scenarioText, directives);
    this.result = { needs: [], sources: [], rails: true, measures: [], questionChanges: [] };
  }

  compute() {
    return this.assembled(this.texts());
  }

  // A directive needs the report once the head of the source is read.
  block(block) {
    if (this.section !== "Head" && !this.names.base) {
      const { command, file } = this.result;
      if (!command || !file) this.fail(1, "a lesson needs @command and @scenario");
      this.begin(command, file);
    }
    return super.block(block);
  }

  case(rest, line) {
    const changes = super.case(rest, line);
    if (this.section === "Question") this.result.questionChanges = changes;
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

  // A measure knows nothing but the report, so that the page can compute it for another one.
  cells() {
    const { measures } = this.result;
    return (this.names.change ?? []).map((it) =>
      measures.map(({ expression, format }) => show(number(expression, { it }), format)));
  }

  assembled(texts) {
    const { minutes, needs, teaches, sources, rails, answer, unit, close, change, measures, questionChanges } = this.result;
    if (!answer && rails) this.fail(1, "there is no @answer");
    const { pointer = "", values = [] } = change ?? {};
    return {
      title: this.source.title, minutes, rails, needs, teaches, sources,
      scenario: { command: this.command, text: asText(this.document) },
      predict: { question: texts.Predict, close, ...answer, ...(unit && { unit }) },
      run: { text: texts.Run },
      explain: { text: texts.Explain },
      change: { text: texts.Change, pointer, values, shown: values.map(shownValue), measures,
        cells: this.guard(1, () => this.cells()) },
      question: { text: texts.Question, answer: texts.Answer, changes: questionChanges },
      surprise: texts.Surprise,
    };
  }
}

const listed = (rest) => rest.split(",").map((part) => part.trim());

const directives = {
  minutes: ({ result }, rest) => (result.minutes = Number(rest)),
  needs: ({ result }, rest) => (result.needs = listed(rest)),
  teaches: ({ result }, rest) => (result.teaches = rest),
  source: ({ result }, rest) => result.sources.push(rest),
  command: ({ result }, rest) => (result.command = rest),
  scenario: ({ result }, rest) => (result.file = rest),
  free: ({ result }) => (result.rails = false),
  unit: ({ result }, rest) => (result.unit = rest),
  close: ({ result }, rest) => (result.close = Number(rest)),
  answer: (lesson, rest) => lesson.answer(rest),
  measure: (lesson, rest) => lesson.measure(rest),
  change: (lesson, rest, line) => lesson.change(rest, line),
};
