// What `lockstep explain` says of an algorithm, in parts.

// Texts that stand behind a word and are broken into lines: "approximation: ...".
function labelled(text, label) {
  const found = new RegExp(`^${label}:\\s+(.+(?:\\n {10,}\\S.*)*)`, "m").exec(text);
  if (!found) throw new Error(`explain does not say "${label}"`);
  return found[1].replace(/\n\s+/g, " ");
}

// From a heading at the left edge to the next empty line.
function section(text, heading) {
  const begin = text.search(new RegExp(`^${heading}`, "m"));
  if (begin < 0) throw new Error(`explain has no "${heading}"`);
  return text.slice(begin).split("\n\n")[0].trimEnd();
}

export function explained(text) {
  const [head] = text.split("\n\n");
  const [title, ...summary] = head.split("\n");
  return {
    title: title.replace(/ \(\w+\)$/, ""),
    summary: summary.join(" "),
    approximation: labelled(text, "approximation"),
    when: labelled(text, "when to use"),
    time: section(text, "time\\n"),
    costs: section(text, "costs of all iterations"),
    timeline: section(text, "timeline"),
  };
}
