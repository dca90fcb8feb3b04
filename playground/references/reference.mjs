// Computes the page of a reference: what `explain` says, and its figures beside Lockstep's.
import { Computation } from "../lessons/computation.mjs";
import { number } from "../lessons/expression.mjs";
import { show } from "../lessons/formats.mjs";
import { readChanges } from "../lessons/pointer.mjs";
import { splitExpression } from "../lessons/source.mjs";
import { explained } from "./explained.mjs";

export const referenceSections = ["Reported", "Left out"];
export const threeRanks = "playground/references/scenarios/three_ranks.json";

// The options of a command that set values: ["--set", "/pointer=value", ...].
export const settings = (changes) =>
  changes.flatMap(({ pointer, value }) => [
    "--set", `${pointer}=${typeof value === "string" ? value : JSON.stringify(value)}`]);

export class Reference extends Computation {
  // `repository` is the folder from which scenarios are named.
  constructor(source, program, scenarioText, repository) {
    super(source, program, scenarioText, directives);
    this.repository = repository;
    this.result = { rows: [], options: {}, changes: [], runs: [], otherSense: [] };
  }

  compute() {
    const texts = this.texts();
    const { kind, cite, options, changes, runs, rows, otherSense } = this.result;
    if (!kind || !cite) this.fail(1, "a reference needs @kind and @cite");
    const algorithm = Object.keys(options).length > 0 ? { kind, ...options } : kind;
    const set = [...changes, { pointer: "/algorithm", value: algorithm }];
    const command = ["explain", kind, threeRanks, ...settings(set)];
    const text = this.guard(1, () => this.program.output(command, this.repository));
    return { title: this.source.title, cite, kind, options, rows, command, explained: explained(text),
      runs, otherSense, reported: texts.Reported, leftOut: texts["Left out"] };
  }

  // A reference may have several scenarios, one after another: `base` is that of the last.
  scenario(file, line) {
    this.file = file;
    this.guard(line, () => this.begin(this.result.command ?? "run", file));
    this.result.runs.push({ command: this.command, file, changes: [] });
  }

  case(rest, line) {
    this.result.runs.push({ command: this.command, file: this.file, changes: super.case(rest, line) });
  }

  // "WORDS = THEIRS ~ COMPUTED | FORMAT": a row of a table of figures. Theirs is reported by the paper (`reported`), or
  // follows from its method.
  row(rest, reported) {
    const [, words, published, computed] = /^(.+?) = (.+) ~ (.+)$/.exec(rest) ?? [];
    if (!words) throw new Error("expected WORDS = THEIRS ~ COMPUTED | FORMAT");
    const { expression, format } = splitExpression(computed);
    if (!format) throw new Error("a row needs a format");
    const [there, here] = [number(published, this.names), number(expression, this.names)];
    const [shownThere, shownHere] = [show(there, format), show(here, format)];
    this.result.rows.push({ reported, words, published: shownThere, computed: shownHere, off: here / there - 1,
      difference: difference(there, here, shownThere === shownHere) });
    ++this.checks;
  }
}

function difference(there, here, same) {
  if (same) return "none";
  const part = here / there - 1;
  return `${part > 0 ? "+" : "-"}${show(Math.abs(part), "percent 2")}`;
}

const directives = {
  kind: ({ result }, rest) => (result.kind = rest),
  cite: ({ result }, rest) => (result.cite = rest),
  options: ({ result }, rest) => (result.options = JSON.parse(rest)),
  other_sense: ({ result }, rest) => result.otherSense.push(rest),
  three: ({ result }, rest) => (result.changes = readChanges(rest)),
  command: ({ result }, rest) => (result.command = rest),
  scenario: (reference, rest, line) => reference.scenario(rest, line),
  compare: (reference, rest) => reference.row(rest, true),
  expect: (reference, rest) => reference.row(rest, false),
};
