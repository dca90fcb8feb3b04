// Where in a JSON text the value of a pointer stands. Written without recursion, for hostile texts.

import { stepsOf } from "./pointer";

export interface Place {
  from: number; // offsets into the text
  to: number;
}

interface Open {
  isObject: boolean;
  key: string;
  index: number;
  wantsKey: boolean;
}

const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*"?|[{}[\],:]|[^\s{}[\],:"]+/gu;

function unquoted(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

function sameStart(open: Open[], steps: string[]): number {
  let same = 0;
  while (same < open.length && same < steps.length && (open[same].isObject ? open[same].key === steps[same] : String(open[same].index) === steps[same])) ++same;
  return same;
}

// The value's place; that of its key and value where it is in an object; the nearest thing around it
// where the text has no such value. Null only for a text without any value.
export function placeOf(text: string, pointer: string): Place | null {
  const steps = stepsOf(pointer);
  const open: Open[] = [];
  let best: Place | null = null;
  let bestDepth = -1;
  let keyAt = 0;
  let wanted: { depth: number; from: number } | null = null; // a value that is looked for and not closed yet
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const top = open.at(-1);
    if (token === ",") {
      if (top) Object.assign(top, { index: top.index + 1, wantsKey: top.isObject });
      continue;
    }
    if (token === ":") continue;
    if (token === "}" || token === "]") {
      open.pop();
      if (wanted !== null && open.length === wanted.depth) return { from: wanted.from, to: index + 1 };
      continue;
    }
    if (top?.wantsKey && token.startsWith('"')) {
      Object.assign(top, { key: unquoted(token), wantsKey: false });
      keyAt = index;
      continue;
    }
    const same = sameStart(open, steps);
    const isOnTheWay = same === open.length && wanted === null;
    const from = top?.isObject ? keyAt : index;
    if (isOnTheWay && same === steps.length) {
      if (token !== "{" && token !== "[") return { from, to: index + token.length };
      wanted = { depth: open.length, from };
    } else if (isOnTheWay && same > bestDepth) {
      bestDepth = same;
      best = { from, to: index + token.length };
    }
    if (token === "{" || token === "[") open.push({ isObject: token === "{", key: "", index: 0, wantsKey: token === "{" });
  }
  return wanted !== null ? { from: wanted.from, to: text.length } : best;
}

// Of "line 3, column 7": lines and characters count from 1. The place is one character long.
export function placeOfColumn(text: string, line: number, column: number): Place {
  let from = 0;
  for (let i = 1; i < line; ++i) {
    const end = text.indexOf("\n", from);
    if (end < 0) break;
    from = end + 1;
  }
  const inLine = text.slice(from).split("\n", 1)[0];
  from += Array.from(inLine).slice(0, Math.max(0, column - 1)).join("").length;
  return { from, to: Math.min(text.length, from + 1) };
}

// Counted from 1.
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
