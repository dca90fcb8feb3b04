// Breaks the lines of Markdown so that none is wider than 120 columns; code blocks, tables and headings stay as they are.

const width = 120;
const joint = "\u0001";

// No line ends between a number and its unit, nor before a word that would begin a list or a heading if it stood first.
const units = /(?<=\d)\s+(?=(?:[kMGTP]?(?:B|FLOP|bit|samples)|s|ms|us|ns|ps|min|h|d|times|%)(?!\w))/g;
const unfitToBegin = /\s+(?=(?:[-+*#>=|]|\d+[.)])(?:\s|$))/g;

function wrapParagraph(text, indent) {
  const lines = [""];
  for (const word of text.replace(units, joint).replace(unfitToBegin, joint).split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1);
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length + indent.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join(`\n${indent}`).replaceAll(joint, " ");
}

function wrapItems(block) {
  return block
    .split(/\n(?=- )/)
    .map((item) => `- ${wrapParagraph(item.slice(2), "  ")}`)
    .join("\n");
}

function wrapBlock(block) {
  if (/^(\||#|```|<)/.test(block)) return block;
  return block.startsWith("- ") ? wrapItems(block) : wrapParagraph(block, "");
}

export const wrap = (markdown) => markdown.split(/\n\n+/).map(wrapBlock).join("\n\n").trimEnd() + "\n";
