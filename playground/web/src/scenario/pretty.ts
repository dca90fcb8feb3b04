// JSON as people write scenarios: what fits into a line stands in one.

import type { Json } from "./pointer";

const lineLength = 84;

function inOneLine(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[${value.map(inOneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${inOneLine(one)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function lines(value: Json, indent: string, before: number): string {
  const short = inOneLine(value);
  if (typeof value !== "object" || value === null || indent.length + before + short.length <= lineLength) return short;
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((one) => inner + lines(one, inner, 1)).join(",\n")}\n${indent}]`;
  const entry = ([key, one]: [string, Json]) => `${inner}${JSON.stringify(key)}: ${lines(one, inner, key.length + 5)}`;
  return `{\n${Object.entries(value).map(entry).join(",\n")}\n${indent}}`;
}

// The outermost object always has a line for each key.
export function pretty(document: Json): string {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return `${lines(document, "", 0)}\n`;
  const entries = Object.entries(document).map(([key, value]) => `  ${JSON.stringify(key)}: ${lines(value, "  ", key.length + 5)}`);
  return `{\n${entries.join(",\n")}\n}\n`;
}
