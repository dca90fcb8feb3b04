// The pages about the course as a whole: its index, the teacher's page and the sheet to print.
import { tableOf } from "./markdown.mjs";
import { linkTerms } from "./terms.mjs";
import { wrap } from "./wrap.mjs";

const page = (parts, glossary) => wrap(linkTerms(parts.join("\n\n"), glossary));

const minutesOf = (lessons) => lessons.reduce((total, { minutes }) => total + minutes, 0);

const hours = (minutes) => `${Math.floor(minutes / 60)} h ${minutes % 60} min`;

const link = ({ name, title }) => `[${title}](${name}.md)`;

export function indexMarkdown(lessons, glossary) {
  const rows = lessons.map((lesson) => [lesson.order, link(lesson), lesson.minutes]);
  return page([
    "# Lessons",
    `A course on parallel training in ${lessons.length} lessons, ${hours(minutesOf(lessons))} in all. Each asks for a number ` +
      "before it shows one, runs a small scenario, explains the number by a formula, changes one thing, and asks a " +
      "question that a run answers. They are also in the playground, `docs/playground.html`, where every scenario runs in the page.",
    tableOf([["", "lesson", "minutes"], ...rows]),
    "[For teachers](teaching.md): what each lesson needs, takes and teaches. [A sheet to print](sheet.html) has room for predictions. " +
      "[The glossary](../glossary.md) explains words, and [the references](../references/README.md) are about the papers.",
    "These pages are made by `node playground/lessons/build.mjs`, which computes every number from its scenario. " +
      "To change one, change its source in [playground/lessons](../../playground/lessons).",
  ], glossary);
}

const orders = (names, lessons) =>
  names.map((name) => lessons.find((lesson) => lesson.name === name).order).join(", ") || "-";

const plans = [
  ["One hour, to see what there is", ["ring_tree_star", "stragglers", "staleness"]],
  ["Two lectures on data parallelism",
    ["ring_tree_star", "overlap", "stragglers", "staleness", "averaging_period", "compression"]],
  ["Two lectures on models that fit no device",
    ["pipeline_bubble", "memory_bubble", "weight_versions", "growing_cluster"]],
];

function planLine([title, names], lessons) {
  const chosen = names.map((name) => lessons.find((lesson) => lesson.name === name));
  return `- ${title}: ${chosen.map(link).join("; ")} (${minutesOf(chosen)} minutes).`;
}

export function teachingMarkdown(lessons, glossary) {
  const rows = lessons.map((lesson) =>
    [lesson.order, link(lesson), orders(lesson.needs, lessons), lesson.minutes, lesson.teaches]);
  return page([
    "# For teachers",
    "A lesson works in a lecture as well as alone. Ask for the number, and let all write it down or raise hands: the " +
      "surprise is theirs only if they have committed to something. Then run the scenario, on the command line or in " +
      "the playground, and only then show the formula.",
    tableOf([["", "lesson", "after", "minutes", "what it teaches"], ...rows]),
    "All lessons need what a first course on neural networks gives: mini-batches, gradients, the learning rate. The third " +
      "needs expected values, the fourth helps who has seen a difference equation. No lesson needs a cluster, a GPU or a network.",
    "## Ways through the course",
    plans.map((plan) => planLine(plan, lessons)).join("\n"),
    "## Surprises",
    "What most people do not expect, for you alone:",
    lessons.map((lesson) => `- ${link(lesson)}: ${lesson.surprise.split("\n\n")[0].replaceAll("\n", " ")}`).join("\n"),
    "## Hand out",
    "[The sheet to print](sheet.html) has each lesson's question with room for a prediction, the result and a reason. It has no answers.",
  ], glossary);
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// The subset of Markdown that lessons use within a paragraph.
const inline = (text) =>
  escaped(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/\*([^*]+)\*/g, "<em>$1</em>")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");

function sheetItem({ title, predict }) {
  const unit = escaped(predict.unit ?? "");
  return `<li><h2>${escaped(title)}</h2>
${predict.question.split("\n\n").map((text) => `<p>${inline(text)}</p>`).join("\n")}
<p class="fields"><span>My prediction: <i></i> ${unit}</span> <span>The result: <i></i> ${unit}</span></p>
<p class="fields"><span class="wide">Because <i></i></span></p></li>`;
}

const sheetStyle = `
@page { size: A4; margin: 15mm; }
body { font: 10.5pt/1.35 sans-serif; max-width: 180mm; margin: 1em auto; padding: 0 1em; }
h1 { font-size: 16pt; } h2 { font-size: 11pt; margin: 0; }
li { break-inside: avoid; margin: 0 0 1.1em; } p { margin: .25em 0; }
.fields { display: flex; gap: 2em; margin-top: .6em; } .fields span { display: flex; flex: 1; gap: .4em; }
.fields i { flex: 1; border-bottom: 1px solid; min-width: 3em; }
code { font-size: 95%; }`;

export function sheetHtml(lessons) {
  const items = lessons.filter(({ predict }) => predict.answer !== undefined).map(sheetItem);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lessons of Lockstep: a sheet to print</title>
<style>${sheetStyle}
</style>
</head>
<body>
<main>
<h1>Predict, run, explain</h1>
<p>Commit to a number before you run anything. Then write down what the run gives, and why.</p>
<ol>
${items.join("\n")}
</ol>
</main>
</body>
</html>
`;
}
