// Every key that a scenario may have, from the engine's JSON Schema.

import { at, isObject, type Json, type JsonObject } from "./pointer";

export interface Key {
  pointer: string; // with "0" for any place of a list
  words: string;
  values: string; // which it may have, if they are few; its default, if it has one
}

// Those of algorithms stand where one chooses them; sweeps and plans are for the command line.
const elsewhere = new Set(["$schema", "algorithm", "algorithms", "sweep", "plan"]);

function resolvedRef(schema: Json, root: Json): JsonObject {
  if (!isObject(schema)) return {};
  const target = typeof schema.$ref === "string" ? at(root, schema.$ref.replace(/^#/, "")) : undefined;
  return isObject(target) ? { ...target, ...schema } : schema;
}

const alternatives = (schema: JsonObject): Json[] => ["oneOf", "anyOf", "allOf"].flatMap((key) => (Array.isArray(schema[key]) ? schema[key] : []));

function valuesOf(schema: JsonObject, root: Json): string[] {
  const own = Array.isArray(schema.enum) ? schema.enum.map((one) => (typeof one === "string" ? one : JSON.stringify(one))) : [];
  return [...own, ...alternatives(schema).flatMap((one) => valuesOf(resolvedRef(one, root), root))];
}

const mostValues = 16;

function textOfValues(schema: JsonObject, root: Json): string {
  const values = [...new Set(valuesOf(schema, root))];
  const default_ = schema.default === undefined ? [] : [`by default ${JSON.stringify(schema.default).replaceAll('"', "")}`];
  return [...(values.length > 0 && values.length <= mostValues ? [values.join(", ")] : []), ...default_].join("; ");
}

export function keysOf(root: Json): Key[] {
  const keys = new Map<string, Key>();
  const add = (pointer: string, schema: JsonObject) => {
    const words = typeof schema.description === "string" ? schema.description : "";
    const before = keys.get(pointer);
    keys.set(pointer, { pointer, words: before?.words || words, values: before?.values || textOfValues(schema, root) });
  };
  const visit = (pointer: string, given: Json) => {
    const schema = resolvedRef(given, root);
    for (const [name, one] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
      if (pointer === "" && elsewhere.has(name)) continue;
      const below = `${pointer}/${name}`;
      add(below, resolvedRef(one, root));
      visit(below, one);
    }
    if (schema.items !== undefined && !Array.isArray(schema.items)) visit(`${pointer}/0`, schema.items);
    for (const one of alternatives(schema)) visit(pointer, one);
  };
  visit("", root);
  return [...keys.values()];
}
