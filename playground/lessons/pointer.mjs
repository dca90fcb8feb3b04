// JSON pointers (RFC 6901): a copy of a document with a value set.

const steps = (pointer) =>
  pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

export function withValue(document, pointer, value) {
  const copy = structuredClone(document);
  const path = steps(pointer);
  let place = copy;
  for (const step of path.slice(0, -1)) {
    if (place[step] === undefined) throw new Error(`${pointer}: there is no "${step}"`);
    place = place[step];
  }
  place[path.at(-1)] = value;
  return copy;
}

export const withValues = (document, changes) =>
  changes.reduce((changed, { pointer, value }) => withValue(changed, pointer, value), document);

// "/a/b 3; /c "x"" as a list of { pointer, value }.
export function readChanges(text) {
  return text.split(/;\s+(?=\/)/).map((part) => {
    const [, pointer, value] = /^(\/\S+)\s+(.+)$/.exec(part.trim()) ?? [];
    if (!pointer) throw new Error(`a change is a pointer and a value, not "${part}"`);
    return { pointer, value: JSON.parse(value) };
  });
}
