// The subset of Markdown that lessons are written in, as elements: text is only ever text. A link to an entry of the
// glossary is a term that shows its definition.

import { h, type Child } from "../../../../reports/web/src/dom";
import { termButton, type Term } from "./term";

const inline = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

export interface Piece {
  kind: "text" | "code" | "strong" | "em" | "link";
  text: string;
  address?: string;
}

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    if (match.index > end) pieces.push({ kind: "text", text: text.slice(end, match.index) });
    const [, code, strong, em, link, address] = match;
    if (code !== undefined) pieces.push({ kind: "code", text: code });
    else if (strong !== undefined) pieces.push({ kind: "strong", text: strong });
    else if (em !== undefined) pieces.push({ kind: "em", text: em });
    else pieces.push({ kind: "link", text: link, address });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: "text", text: text.slice(end) });
  return pieces;
}

export const termOf = (address: string, terms: Term[]): Term | undefined => terms.find(({ anchor }) => address === `../glossary.md#${anchor}`);

// Addresses of files in the repository lead nowhere from one page: their words stay. The definitions of terms are put
// into `definitions`.
function inlines(text: string, terms: Term[] = [], definitions: HTMLElement[] = []): Child[] {
  return piecesOf(text).map(({ kind, text: words, address = "" }) => {
    if (kind === "text") return words;
    if (kind !== "link") return h(kind, {}, ...(kind === "code" ? [words] : inlines(words, terms, definitions)));
    if (address.startsWith("https://")) return h("a", { href: address, rel: "noreferrer" }, words);
    const term = termOf(address, terms);
    if (!term) return words;
    const { button, definition } = termButton(term, words, inlines(term.words));
    definitions.push(definition);
    return button;
  });
}

// What a paragraph or an item holds: its text, then the definitions of its terms.
function defined(text: string, terms: Term[]): Child[] {
  const definitions: HTMLElement[] = [];
  return [...inlines(text, terms, definitions), ...definitions];
}

export const cellsOf = (line: string): string[] => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

function tableOf(lines: string[]): HTMLElement {
  const [heading, , ...rows] = lines.map(cellsOf);
  return h("div", { class: "scroll", tabindex: 0 }, h("table", {}, h("thead", {}, h("tr", {}, ...heading.map((cell) => h("th", { scope: "col" }, ...inlines(cell))))), h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, ...inlines(cell))))))));
}

// Lines that belong to one item stand together.
export function itemsOf(block: string): string[] {
  return block.split(/\n?^- /m).filter((item) => item !== "").map((item) => item.replace(/\s*\n\s*/g, " "));
}

export function markdown(text: string, terms: Term[] = []): HTMLElement {
  const blocks = text.split(/\n\s*\n/).filter((block) => block.trim() !== "");
  return h(
    "div",
    { class: "prose" },
    ...blocks.map((block) => {
      const lines = block.trim().split("\n");
      if (lines.length > 1 && lines[0].startsWith("|") && /^\|?[\s:|-]+\|?$/.test(lines[1])) return tableOf(lines);
      if (lines[0].startsWith("- ")) return h("ul", {}, ...itemsOf(block.trim()).map((item) => h("li", {}, ...defined(item, terms))));
      return h("p", {}, ...defined(lines.join(" "), terms));
    }),
  );
}
