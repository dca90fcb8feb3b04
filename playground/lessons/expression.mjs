// Reads and evaluates expressions over reports: `base["ring"].simulated.makespan_s / iterations`. README.md describes
// the notation. Nothing but the functions of functions.mjs can be called, and only JSON's own keys can be reached.
import { constants, functions } from "./functions.mjs";
import { ExpressionFault, tokens } from "./tokens.mjs";

export { ExpressionFault };

// From the loosest to the tightest; each joins from the left, but for "^".
const levels = [["or"], ["and"], ["<", "<=", ">", ">=", "==", "!="], ["+", "-"], ["*", "/"]];
const comparisons = 2;  // the level before which "not" stands

const operations = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "^": (left, right) => left ** right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

class Parser {
  constructor(text) {
    this.text = text;
    this.list = tokens(text).filter((token) => token.kind !== "space");
    this.next = 0;
  }

  peek() {
    return this.list[this.next]?.text;
  }

  accept(text) {
    if (this.peek() !== text) return false;
    ++this.next;
    return true;
  }

  expect(text) {
    if (!this.accept(text)) this.fail(`expected "${text}"`);
  }

  fail(what) {
    throw new ExpressionFault(`${what} before "${this.peek() ?? "the end"}": ${this.text}`);
  }

  whole() {
    const tree = this.binary(0);
    if (this.next < this.list.length) this.fail("expected an operator");
    return tree;
  }

  binary(level) {
    if (level === levels.length) return this.negated();
    if (level === comparisons && this.accept("not")) return { kind: "not", of: this.binary(level) };
    let left = this.binary(level + 1);
    while (levels[level].includes(this.peek())) {
      const sign = this.list[this.next++].text;
      left = { kind: "binary", sign, left, right: this.binary(level + 1) };
    }
    return left;
  }

  negated() {
    if (this.accept("-")) return { kind: "negated", of: this.negated() };
    const base = this.path();
    return this.accept("^") ? { kind: "binary", sign: "^", left: base, right: this.negated() } : base;
  }

  path() {
    let tree = this.primary();
    for (;;) {
      if (this.accept(".")) {
        const token = this.list[this.next++];
        if (token?.kind !== "name") this.fail("expected a key");
        tree = { kind: "member", of: tree, key: token.text };
      } else if (this.accept("[")) {
        if (this.accept("]")) tree = { kind: "each", of: tree };
        else {
          tree = { kind: "index", of: tree, at: this.binary(0) };
          this.expect("]");
        }
      } else return tree;
    }
  }

  primary() {
    const token = this.list[this.next++];
    if (token?.kind === "number") return { kind: "constant", value: Number(token.text) };
    if (token?.kind === "text") return { kind: "constant", value: token.text.slice(1, -1) };
    if (token?.text === "(") {
      const tree = this.binary(0);
      this.expect(")");
      return tree;
    }
    if (token?.text === "[") return { kind: "list", of: this.several("]") };
    if (token?.kind === "name") {
      return this.accept("(")
        ? { kind: "call", name: token.text, given: this.several(")") }
        : { kind: "name", name: token.text };
    }
    --this.next;
    return this.fail("expected a value");
  }

  several(end) {
    const list = [];
    if (this.accept(end)) return list;
    do list.push(this.binary(0));
    while (this.accept(","));
    this.expect(end);
    return list;
  }
}

const own = (object, key) =>
  object !== null && typeof object === "object" && Object.hasOwn(object, key) ? object[key] : undefined;

// The members of a list of objects, where "workers[].compute_s" names them.
function member(value, key) {
  return value?.each ? { each: value.each.map((part) => own(part, key)) } : own(value, key);
}

// A report indexed by a text is its run with this label.
function indexed(value, at) {
  if (typeof at === "string" && Array.isArray(own(value, "runs"))) {
    const run = value.runs.find((one) => one.label === at);
    if (!run) throw new ExpressionFault(`no run has the label "${at}"`);
    return run;
  }
  return own(value, at);
}

function needNumbers(sign, ...values) {
  for (const value of values) {
    if (typeof value !== "number") throw new ExpressionFault(`"${sign}" needs numbers, not ${JSON.stringify(value)}`);
  }
}

function binary({ sign, left, right }, worth) {
  if (sign === "and") return worth(left) === true && worth(right) === true;
  if (sign === "or") return worth(left) === true || worth(right) === true;
  const values = [worth(left), worth(right)];
  if (sign === "==") return values[0] === values[1];
  if (sign === "!=") return values[0] !== values[1];
  needNumbers(sign, ...values);
  return operations[sign](...values);
}

function call({ name, given }, worth) {
  if (!Object.hasOwn(functions, name)) throw new ExpressionFault(`there is no function ${name}`);
  return functions[name](...given.map(worth));
}

function named(name, names) {
  if (name === "true" || name === "false") return name === "true";
  if (Object.hasOwn(constants, name)) return constants[name];
  if (!Object.hasOwn(names, name)) throw new ExpressionFault(`"${name}" is not defined`);
  return names[name];
}

// What a tree is worth; a list of members is still marked, so that members of members can be reached.
function marked(tree, names) {
  const worth = (part) => unmarked(marked(part, names));
  switch (tree.kind) {
    case "constant": return tree.value;
    case "name": return named(tree.name, names);
    case "negated": {
      const value = worth(tree.of);
      needNumbers("-", value);
      return -value;
    }
    case "not": return worth(tree.of) !== true;
    case "binary": return binary(tree, worth);
    case "member": return member(marked(tree.of, names), tree.key);
    case "index": return indexed(worth(tree.of), worth(tree.at));
    case "each": return { each: worth(tree.of) };
    case "list": return tree.of.map(worth);
    case "call": return call(tree, worth);
  }
}

const unmarked = (value) => (value?.each && Object.keys(value).length === 1 ? value.each : value);

// The value of an expression; `names` has what its names stand for. Throws an ExpressionFault.
export function evaluate(text, names) {
  return unmarked(marked(new Parser(text).whole(), names));
}

// The same, if it is a finite number.
export function number(text, names) {
  const value = evaluate(text, names);
  if (!Number.isFinite(value)) throw new ExpressionFault(`${JSON.stringify(value)} is no number: ${text}`);
  return value;
}
