// The files that scenarios may name: those that come with the page, and those that somebody chose. The
// engine gets the ones that a scenario's text names.

import type { Json } from "./pointer";

const known = new Map<string, Uint8Array>(); // by the last part of their names

export const lastPart = (name: string): string => name.split("/").at(-1)!;

export function knowFile(name: string, bytes: Uint8Array): void {
  known.set(lastPart(name), bytes);
}

function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

// As the scenario spells their names.
export function filesNamedIn(text: string): [string, Uint8Array][] {
  if (known.size === 0) return [];
  try {
    const names = new Set(textsIn(JSON.parse(text) as Json));
    return [...names].flatMap((name): [string, Uint8Array][] => {
      const bytes = known.get(lastPart(name));
      return bytes === undefined ? [] : [[name, bytes]];
    });
  } catch {
    return []; // the loader will say what is wrong with it
  }
}

// What the engine reads: each file behind a line with its length and name, then the scenario.
export function withFiles(text: string, files: [string, Uint8Array][]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = [...files.flatMap(([name, bytes]) => [encoder.encode(`lockstep-file ${bytes.length} ${name}\n`), bytes]), encoder.encode(text)];
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
