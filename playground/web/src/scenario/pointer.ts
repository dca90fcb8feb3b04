// Values in a JSON document, by JSON pointers. Nothing changes a document: changes give a new one.

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function child(value: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(step)];
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

export function at(document: Json | undefined, pointer: string): Json | undefined {
  return stepsOf(pointer).reduce<Json | undefined>(child, document);
}

function changed(value: Json | undefined, steps: string[], to: Json | undefined): Json | undefined {
  const [first, ...rest] = steps;
  if (first === undefined) return to;
  const inner = changed(child(value, first), rest, to);
  if (Array.isArray(value)) {
    const place = first === "-" ? value.length : Number(first);
    return inner === undefined ? value.filter((_, i) => i !== place) : Object.assign([...value], { [place]: inner });
  }
  const others = Object.entries(isObject(value) ? value : {});
  if (inner === undefined) return Object.fromEntries(others.filter(([key]) => key !== first));
  if (others.some(([key]) => key === first)) return Object.fromEntries(others.map(([key, one]) => [key, key === first ? inner : one]));
  return Object.fromEntries([...others, [first, inner]]);
}

// Objects that are missing on the way are made.
export function withValue(document: Json, pointer: string, value: Json): Json {
  return changed(document, stepsOf(pointer), value) as Json;
}

export function without(document: Json, pointer: string): Json {
  return at(document, pointer) === undefined ? document : (changed(document, stepsOf(pointer), undefined) as Json);
}

// As `withValue`; but where a name stands in the way ("cluster": "v100 x 16"), what it stands for is
// written out first, as the loader has resolved it.
export function withValueResolved(document: Json, resolved: Json, pointer: string, value: Json): Json {
  const steps = stepsOf(pointer);
  let result = document;
  for (let many = 1; many < steps.length; ++many) {
    const above = `/${steps.slice(0, many).map((step) => step.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;
    const [own, meant] = [at(result, above), at(resolved, above)];
    if (own !== undefined && (typeof own !== "object" || own === null) && isObject(meant)) result = withValue(result, above, meant);
  }
  return withValue(result, pointer, value);
}
