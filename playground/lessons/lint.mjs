// What the text of a lesson must not do: hold a number that nobody computed, or make a claim that nobody checks.

// Names that have a digit in them. Code between backquotes is looked up in the scenario and the directives instead.
const names = ["1F1B", "ZB-H1", "ZB-H2", "PipeDream-2BW", "1-bit", "K20X", "P100", "ResNet-50"];

// Words that compare or count: where the text uses one, its paragraph has an @check beside it.
const claimWords = new RegExp(
  "\\b(" +
    [
      "twice|thrice|half|halves|halved|doubles?|doubled|triples?|tripled|a? ?thirds?|quarters?|a fifth|a tenth",
      "(two|three|four|five|six|seven|eight|nine|ten|a hundred|a thousand|many) times",
      "diverges?|diverged|cross(es)?|equal|exactly|nothing|never",
      "faster|slower|fastest|slowest|longer|longest|shorter|shortest|sooner|later",
      "larger|largest|smaller|smallest|worse|worst|better|best|least|fewest|fewer",
      "wins?|won|loses|lost|beats?",
    ].join("|") +
    ")\\b",
  "i",
);

const questions = new Set(["Head", "Predict", "Question"]);

const withoutExpressions = (text) => text.replace(/\{\{.+?\}\}/g, "");
const codeOf = (text) => [...text.matchAll(/`([^`]+)`/g)].map((found) => found[1]);

function plain(text) {
  let rest = withoutExpressions(text).replace(/`[^`]*`/g, "").replace(/\]\([^)]*\)/g, "]");
  for (const name of names) rest = rest.replaceAll(name, "");
  return rest;
}

const squeezed = (text) => text.replace(/\s+/g, "");

// The faults of a source, as texts with file and line. `scenario` is the text of its scenario. Without `claims` only
// numbers are looked at.
export function lint(source, scenario, { claims = true } = {}) {
  const faults = [];
  const blocks = source.sections.flatMap(({ name, blocks: list }) => list.map((block) => ({ name, ...block })));
  const said = squeezed(scenario + blocks.flatMap(({ directives }) => directives.map(({ rest }) => rest)).join("\n"));
  const fault = (line, what) => faults.push(`${source.file}:${line}: ${what}`);
  if (/\d/.test(plain(source.title))) fault(1, "the title has a digit");
  for (const { name, lines, directives } of blocks) {
    for (const { text, line } of lines) {
      if (/\d/.test(plain(text))) fault(line, `a number that is not computed: ${text}`);
      for (const code of codeOf(withoutExpressions(text))) {
        if (/\d/.test(code) && !said.includes(squeezed(code))) fault(line, `\`${code}\` is not in the scenario`);
      }
    }
    const found = claimWords.exec(lines.map(({ text }) => plain(text)).join(" "));
    const checked = directives.some(({ word }) => word === "check");
    if (claims && found && !checked && !questions.has(name)) {
      fault(lines[0].line, `"${found[0]}" is a claim, and its paragraph has no @check`);
    }
  }
  return faults;
}
