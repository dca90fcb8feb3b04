// Splits the text of an expression into tokens: { kind, text, at }. The notation is described in README.md.

const patterns = [
  ["space", /\s+/y],
  ["number", /\d+(?:\.\d+)?(?:e[+-]?\d+)?/y],
  ["text", /"[^"]*"/y],
  ["name", /[A-Za-z_]\w*/y],
  ["sign", /<=|>=|==|!=|[-+*\/^()[\].,<>]/y],
];

export class ExpressionFault extends Error {}

function tokenAt(text, at) {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return { kind, text: found[0], at };
  }
  throw new ExpressionFault(`"${text[at]}" has no meaning here: ${text}`);
}

// All tokens in order, spaces included, so that they can be put together again.
export function tokens(text) {
  const list = [];
  for (let at = 0; at < text.length; at += list.at(-1).text.length) list.push(tokenAt(text, at));
  return list;
}
