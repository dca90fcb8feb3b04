// What the critical path and the table of savings leave out, with the reason.

import type { Cluster, CriticalPath, Improvement, PageDocument, Part, Run } from "./data";

export interface Omission {
  runs: string[]; // labels
  words: string;
}

export function ends(one: Improvement): string {
  return `${one.from} – ${one.to}`;
}

const named: Partial<Record<Part, string>> = { bandwidth: "the bandwidth of links", latency: "the latency of links", link: "one link alone", link_class: "some kinds of links", endpoints: "endpoints of messages" };

// Of a part that other runs have a figure for, and this one has none.
function withoutPart(part: Part, run: Run, cluster: Cluster | undefined): string {
  const nothing = `nothing for ${named[part] ?? part}, because`;
  if (part !== "devices" && part !== "endpoints" && run.workers + (run.servers ?? 0) === 1) return "nothing for links, because one worker alone sends no message over them";
  if (part === "latency" && cluster?.links.every((link) => link.latency_s === 0)) return `${nothing} they have none`;
  if (part === "link") return `${nothing} its path waits for no transfer over one of several links that are alike`;
  if (part === "link_class") return `${nothing} its cluster does not have them, or too many`;
  if (part === "endpoints") return `${nothing} messages cost its processors no time`;
  return `${nothing} the simulation was ended before it was tried`;
}

const kindOf = (one: Improvement) => (one.part === "link_class" ? `link_class ${one.role} ${one.bandwidth_bytes_per_s} ${one.latency_s}` : one.part);

function missingParts(path: CriticalPath, wanted: Set<string>): Part[] {
  const has = new Set(path.improvements.map(kindOf));
  const missing = [...wanted].filter((kind) => !has.has(kind)).map((kind) => kind.split(" ")[0] as Part);
  return [...new Set(missing)];
}

export function omissions(document: PageDocument): Omission[] {
  const found = new Map<string, Omission>();
  const add = (label: string, words: string) => {
    const known = found.get(words) ?? { runs: [], words };
    if (!known.runs.includes(label)) known.runs.push(label);
    found.set(words, known);
  };
  const wanted = new Set(document.runs.flatMap((one) => one.critical_path?.improvements ?? []).map(kindOf));
  (document.report.runs ?? []).forEach((run, i) => {
    const picture = document.runs[i];
    const path = picture?.critical_path;
    if (path?.improvements_left_out) for (const words of path.improvements_left_out.split("; ")) add(run.label, words);
    if (path && path.improvements.length === 0) add(run.label, "not in the table of what to buy, because the simulation was ended before");
    else if (path) for (const part of missingParts(path, wanted)) add(run.label, withoutPart(part, run, document.clusters[picture.cluster]));
    else if (picture?.critical_path_left_out) add(run.label, picture.critical_path_left_out);
    else if (run.simulated) add(run.label, "no critical path, because the simulation was ended before it was known");
  });
  return [...found.values()];
}
