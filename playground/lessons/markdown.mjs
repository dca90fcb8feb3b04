// A computed lesson as Markdown: docs/lessons/NAME.md.
import { wrap } from "./wrap.mjs";

const scenarioFile = (name) => `playground/lessons/scenarios/${name}.json`;

const quoted = (text) => (/^[\w./=-]+$/.test(text) ? text : `'${text}'`);

// A command as one types it; each option that sets a value has a line of its own.
export const commandLine = (words) =>
  `./run.sh ${words.map(quoted).join(" ")}`.replaceAll(" --set ", " \\\n  --set ");

const setting = ({ pointer, value }) =>
  ["--set", `${pointer}=${typeof value === "string" ? value : JSON.stringify(value)}`];

function commandBlock({ name, scenario }, changes = []) {
  return "```\n" + commandLine([scenario.command, scenarioFile(name), ...changes.flatMap(setting)]) + "\n```";
}

export function tableOf(rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(rows[0]), line(rows[0].map(() => "---")), ...rows.slice(1).map(line)].join("\n");
}

function changeTable({ pointer, shown, measures, cells }) {
  const head = [`\`${pointer}\``, ...measures.map(({ label }) => label)];
  return tableOf([head, ...shown.map((value, at) => [value, ...cells[at]])]);
}

function change(lesson) {
  const { text, pointer, values } = lesson.change;
  if (values.length === 0) return text;
  const example = { pointer, value: values.at(-1) };
  return [text, commandBlock(lesson, [example]), changeTable(lesson.change)].join("\n\n");
}

function needs(lesson, titles) {
  if (lesson.needs.length === 0) return "needs no other lesson";
  return `comes after ${lesson.needs.map((name) => `[${titles[name]}](${name}.md)`).join(" and ")}`;
}

function predicted({ predict }) {
  if (predict.answer === undefined) return [];
  return [`Write your number down before you read on.`];
}

export function lessonMarkdown(lesson, titles) {
  const { question } = lesson;
  const parts = [
    `# ${lesson.order}. ${lesson.title}`,
    `${lesson.minutes} minutes; ${needs(lesson, titles)}. The scenario is [${lesson.name}.json](../../${scenarioFile(lesson.name)}).`,
    "## Predict",
    lesson.predict.question,
    ...predicted(lesson),
    "## Run",
    commandBlock(lesson),
    lesson.run.text,
    "## Explain",
    lesson.explain.text,
    "## Change one thing",
    change(lesson),
    "## A question",
    question.text,
    ...(question.changes.length > 0 ? [commandBlock(lesson, question.changes)] : []),
    "<details>\n<summary>The answer</summary>",
    question.answer,
    "</details>",
    "## The surprise",
    lesson.surprise,
    ...(lesson.sources.length > 0 ? [`Read more: ${lesson.sources.join("; ")}.`] : []),
  ];
  return wrap(parts.join("\n\n"));
}
