// A formula in symbols, then with its numbers, then its value; and what its symbols mean. Both come from the text that
// is evaluated, so that neither can differ from what was computed.
import { constants, functions } from "./functions.mjs";
import { show } from "./formats.mjs";
import { tokens } from "./tokens.mjs";

function symbolsOf(formula, symbols) {
  const names = tokens(formula.expression).filter(({ kind }) => kind === "name").map(({ text }) => text);
  const used = [...new Set(names)].filter(
    (name) => !Object.hasOwn(functions, name) && !Object.hasOwn(constants, name));
  for (const name of used) {
    if (!symbols[name]?.format || !symbols[name]?.words) {
      throw new Error(`the symbol ${name} of formula ${formula.name} needs a format, and words for what it is`);
    }
  }
  return used;
}

// "`T = 2 * (P - 1) * alpha` = `2 * (16 - 1) * 10 us` = **300 us**"
export function formulaText(formula, symbols) {
  const used = symbolsOf(formula, symbols);
  const value = (name) => show(symbols[name].value, symbols[name].format);
  const filled = tokens(formula.expression)
    .map(({ kind, text }) => (kind === "name" && used.includes(text) ? value(text) : text))
    .join("");
  return `\`${formula.name} = ${formula.expression}\` = \`${filled}\` = **${show(formula.value, formula.format)}**`;
}

// "`P` is the number of workers (16), and `alpha` the latency (10 us)"
export function whereText(formula, symbols) {
  const parts = symbolsOf(formula, symbols).map((name, at) => {
    const { value, format, words } = symbols[name];
    return `\`${name}\` ${at === 0 ? "is " : ""}${words} (${show(value, format)})`;
  });
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
