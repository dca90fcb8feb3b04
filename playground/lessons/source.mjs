// Reads the source of a lesson: Markdown with directives, lines that begin with "@". README.md lists them.
//
// A source becomes { title, sections: [{ name, blocks: [{ lines: [{ text, line }], directives: [...] }] }] }, in which a
// directive is { word, rest, line }. What stands before the first "## " is the section "Head".

export class SourceFault extends Error {
  constructor(file, line, what) {
    super(`${file}:${line}: ${what}`);
  }
}

export const lessonSections = ["Predict", "Run", "Explain", "Change", "Question", "Answer", "Surprise"];

const newBlock = () => ({ lines: [], directives: [] });
const isEmpty = (block) => block.lines.length === 0 && block.directives.length === 0;

class Reader {
  constructor(file) {
    this.file = file;
    this.title = "";
    this.sections = [{ name: "Head", blocks: [newBlock()] }];
  }

  get block() {
    return this.sections.at(-1).blocks.at(-1);
  }

  read(text, line) {
    if (text.startsWith("# ")) this.title = text.slice(2);
    else if (text.startsWith("## ")) this.sections.push({ name: text.slice(3), blocks: [newBlock()] });
    else if (text.startsWith("@")) this.directive(text, line);
    else if (text.trim() !== "") this.block.lines.push({ text, line });
    else if (!isEmpty(this.block)) this.sections.at(-1).blocks.push(newBlock());
  }

  directive(text, line) {
    const [, word, rest] = /^@(\w+)\s*(.*)$/.exec(text) ?? [];
    if (!word) throw new SourceFault(this.file, line, `no directive: ${text}`);
    this.block.directives.push({ word, rest: rest.trim(), line });
  }
}

// A directive, or a paragraph's line, that ends with a backslash goes on in the next line.
function joined(text) {
  const list = [];
  let begun = null;
  text.split("\n").forEach((piece, at) => {
    const whole = begun ? begun.text + " " + piece.trim() : piece;
    const line = begun?.line ?? at + 1;
    begun = whole.endsWith("\\") ? { text: whole.slice(0, -1).trimEnd(), line } : null;
    if (!begun) list.push({ text: whole, line });
  });
  return list;
}

export function readSource(file, text, sectionNames = lessonSections) {
  const reader = new Reader(file);
  for (const { text: line, line: at } of joined(text)) reader.read(line, at);
  for (const section of reader.sections) section.blocks = section.blocks.filter((block) => !isEmpty(block));
  const found = reader.sections.slice(1).map((section) => section.name);
  if (found.join() !== sectionNames.join()) {
    throw new SourceFault(file, 1, `its sections must be ${sectionNames.join(", ")}, and are ${found.join(", ")}`);
  }
  if (!reader.title) throw new SourceFault(file, 1, "a lesson needs a title");
  return { file, title: reader.title, sections: reader.sections };
}

// "EXPRESSION | FORMAT : words" in its parts; the last two may be absent.
export function splitExpression(rest) {
  const [before, ...words] = rest.split(" : ");
  const [expression, format] = before.split(" | ");
  return { expression: expression.trim(), format: format?.trim(), words: words.join(" : ").trim() || undefined };
}

// "NAME = REST" in its parts.
export function splitAssignment(rest) {
  const found = /^(.+?) = (.+)$/.exec(rest);
  return found && { name: found[1].trim(), rest: found[2].trim() };
}
