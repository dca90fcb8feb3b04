// A computed reference as Markdown: docs/references/NAME.md; and the index of all.
import { commandLine, tableOf } from "../lessons/markdown.mjs";
import { linkTerms } from "../lessons/terms.mjs";
import { wrap } from "../lessons/wrap.mjs";
import { settings } from "./reference.mjs";

const code = (text) => "```\n" + text + "\n```";

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".");

function optionsText(options) {
  const list = Object.entries(options).map(([name, value]) => `\`"${name}": ${JSON.stringify(value)}\``);
  return list.length > 0 ? ` with ${list.join(" and ")}` : "";
}

function table(rows, theirs) {
  if (rows.length === 0) return [];
  return [tableOf([["figure", theirs, "Lockstep", "difference"],
    ...rows.map(({ words, published, computed, difference }) => [words, published, computed, difference])])];
}

const figures = (rows) => [
  ...table(rows.filter(({ reported }) => reported), "reported by the paper"),
  ...table(rows.filter(({ reported }) => !reported), "follows from the method"),
];

function scenarios(runs) {
  if (runs.length === 0) return [];
  const files = [...new Set(runs.map(({ file }) => file))].map((file) => `[${file}](../../${file})`);
  const commands = runs.map(({ command, file, changes }) => commandLine([command, file, ...settings(changes)]));
  return [`Lockstep's figures come from ${files.join(" and ")}:`, code(commands.join("\n"))];
}

// The paper's own title, in the citation, has no links to terms.
export function referenceMarkdown(reference, glossary) {
  const { title, cite, kind, options } = reference;
  const head = `# ${title}\n\n${sentence(cite)} In Lockstep it is \`${kind}\`${optionsText(options)}.`;
  return wrap(`${head}\n\n${linkTerms(bodyOf(reference), glossary, reference.otherSense)}`);
}

function bodyOf(reference) {
  const { explained, command, rows } = reference;
  return [
    "## What it does",
    explained.summary,
    `- *What it approximates*: ${sentence(explained.approximation)}\n- *When to use it*: ${sentence(explained.when)}`,
    "## Three ranks",
    code(commandLine(command)),
    code(explained.timeline),
    "## What it costs",
    `Its time by the closed form, and the costs of the run above:`,
    code(explained.time),
    code(explained.costs),
    "## What the paper says, and what Lockstep gives",
    reference.reported,
    ...figures(rows),
    ...scenarios(reference.runs),
    "## What is left out",
    reference.leftOut,
  ].join("\n\n");
}

// The largest difference of the rows, with what it is of.
function worst(rows) {
  if (rows.length === 0) return "-";
  const { words, difference } = rows.reduce((far, row) => (Math.abs(row.off) > Math.abs(far.off) ? row : far));
  return difference === "none" ? "none" : `${difference} (${words})`;
}

function indexRow({ name, title, kind, rows }) {
  const reported = rows.filter((row) => row.reported);
  const derived = rows.filter((row) => !row.reported);
  return [`[${title}](${name}.md)`, `\`${kind}\``, reported.length, worst(reported), derived.length, worst(derived)];
}

export function indexMarkdown(references, glossary) {
  const parts = [
    "# References",
    "A page for each paper behind the algorithms of the survey by Yook, Lee and Yoo (2020), and for some later ones: what " +
      "it does, three ranks of it, what it costs, and its figures beside Lockstep's, hits and misses alike. All is " +
      "computed by `node playground/references/build.mjs`. Figures are reported by the paper, or follow from its method " +
      "(how many bytes it sends, how old gradients are); for each the largest difference is given, and of what. Where a " +
      "paper reports nothing that Lockstep can compute, its page says why.",
    tableOf([["reference", "algorithm", "reported", "largest difference", "from the method", "largest difference"],
      ...references.map(indexRow)]),
  ];
  return wrap(linkTerms(parts.join("\n\n"), glossary));
}
