// The terms of docs/glossary.md, and the links to them: where a text first uses a term, it leads to the term's entry.

// The entries of the glossary as { name, anchor, words }: the heading, the anchor that GitHub makes of it, the definition.
export function readGlossary(markdown) {
  return markdown.split(/^## /m).slice(1).map((entry) => {
    const [name, ...paragraphs] = entry.trim().split(/\n\n+/);
    const [words] = paragraphs.map((paragraph) => paragraph.replaceAll("\n", " "));
    if (!words) throw new Error(`docs/glossary.md: "${name}" has no definition`);
    return { name, anchor: name.toLowerCase().replaceAll(" ", "-"), words };
  });
}

function inflected(singular) {
  if (singular.endsWith("y")) return `${singular.slice(0, -1)}(?:y|ies)`;
  return /(?:ch|s|x)$/.test(singular) ? `${singular}(?:es)?` : `${singular}s?`;
}

// Finds a term in its forms: one or many, "all-reduce" and "allreduce", "critical path" and "critical-path". Two words
// without a hyphen are not the term: whoever lets "all reduce" something speaks of something else.
export function formsOf(name) {
  const singular = name.replace(/(?<!s)s$/, "");
  const form = inflected(singular).replaceAll("-", "-?").replaceAll(" ", "(?:\\s+|-)");
  return new RegExp(`(?<![\\w/-])${form}(?![\\w/-])`, "i");
}

// What never holds a link to a term: blocks of code, code, links; lines that are headings, tables or HTML.
const kept = /(```[\s\S]*?```|`[^`]*`|\[[^\]]*\]\([^)]*\)|^(?:#|\||<).*$)/m;

// Links the terms of the texts of one page, which must come in the page's order. `used` is what it has linked.
export class TermLinks {
  constructor(glossary) {
    this.left = glossary.map((term) => ({ term, form: formsOf(term.name) }));
    this.used = [];
  }

  link(markdown) {
    return markdown.split(kept).map((text, at) => (at % 2 === 1 ? text : this.linked(text))).join("");
  }

  // The first use of a term that is not linked yet becomes a link; then comes what stands behind it.
  linked(text) {
    const uses = this.left.map((one) => ({ one, found: one.form.exec(text) })).filter(({ found }) => found);
    if (uses.length === 0) return text;
    const { one, found } = uses.reduce((first, use) => (use.found.index < first.found.index ? use : first));
    const [word] = found;
    this.left = this.left.filter((other) => other !== one);
    this.used.push(one.term);
    const before = text.slice(0, found.index);
    return `${before}[${word}](../glossary.md#${one.term.anchor})${this.linked(text.slice(found.index + word.length))}`;
  }
}

// `otherSense` names terms that mean something else in this text.
export const linkTerms = (markdown, glossary, otherSense = []) =>
  new TermLinks(glossary.filter(({ name }) => !otherSense.includes(name))).link(markdown);

// A computed lesson with its texts linked, in the order in which they are read, and with the terms that it uses.
export function withTerms(lesson, glossary) {
  const links = new TermLinks(glossary);
  const linked = (part, ...fields) => Object.assign({ ...part }, ...fields.map((name) => ({ [name]: links.link(part[name]) })));
  const predict = linked(lesson.predict, "question");
  const run = linked(lesson.run, "text");
  const explain = linked(lesson.explain, "text");
  const change = linked(lesson.change, "text");
  const question = linked(lesson.question, "text", "answer");
  const surprise = links.link(lesson.surprise);
  return { ...lesson, predict, run, explain, change, question, surprise, terms: links.used };
}
