// The algorithms of a scenario as a list, whichever way it gives them.

import { isObject, without, withValue, type Json, type JsonObject } from "./pointer";

// `lockstep list`, as the engine prints it.
export interface OptionSpec {
  name: string;
  summary: string;
  type: "boolean" | "integer" | "number" | "bytes" | "choice" | "text" | "integers";
  default?: Json;
  choices?: string[];
  least?: number;
  most?: number;
}

export interface Algorithm {
  kind: string;
  title: string;
  summary: string;
  family?: string;
  options: OptionSpec[];
}

export const mostChosen = 4;

export function entriesOf(document: Json): JsonObject[] {
  if (!isObject(document)) return [];
  const all = Array.isArray(document.algorithms) ? document.algorithms : document.algorithm !== undefined ? [document.algorithm] : [];
  return all.map((one) => (isObject(one) ? one : { kind: String(one) }));
}

export const kindOf = (entry: JsonObject): string => String(entry.kind ?? "");
export const labelOf = (entry: JsonObject): string => String(entry.label ?? kindOf(entry));

// Labels tell runs apart: where two would be the same, the later ones are numbered.
export function withLabels(entries: JsonObject[]): JsonObject[] {
  const taken = new Set<string>();
  return entries.map((entry) => {
    const own = labelOf(entry);
    let label = own;
    for (let number = 2; taken.has(label); ++number) label = `${own} ${number}`;
    taken.add(label);
    return label === own ? entry : { kind: entry.kind, label, ...Object.fromEntries(Object.entries(entry).filter(([key]) => key !== "kind" && key !== "label")) };
  });
}

export function withEntries(document: Json, entries: JsonObject[]): Json {
  return withValue(without(document, "/algorithm"), "/algorithms", withLabels(entries));
}

// Of another kind, with that kind's own options and a label of its own.
export function ofKind(kind: string): JsonObject {
  return { kind };
}

// An option at its default is not written, nor one whose field was emptied.
export function withOption(entry: JsonObject, spec: OptionSpec, value: Json): JsonObject {
  const others = Object.fromEntries(Object.entries(entry).filter(([key]) => key !== spec.name));
  const isEmpty = typeof value === "string" && value.trim() === "";
  return isEmpty || JSON.stringify(value) === JSON.stringify(spec.default) ? others : { ...others, [spec.name]: value };
}

// What somebody typed, as the option's type has it; text that is no number stays text, for the loader
// to speak of.
export function readOption(spec: OptionSpec, typed: string): Json {
  if (spec.type === "boolean") return typed === "true";
  if (spec.type === "integers") {
    const parts = typed.split(/[\s,]+/).filter((one) => one !== "");
    return parts.map((one) => (Number.isFinite(Number(one)) ? Number(one) : one));
  }
  const isNumeric = spec.type === "integer" || spec.type === "number" || spec.type === "bytes";
  return isNumeric && typed.trim() !== "" && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

// With four there is room for no more; a scenario may have more, and all of them run.
export const canAdd = (entries: JsonObject[]): boolean => entries.length < mostChosen;
