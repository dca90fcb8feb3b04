// How much a scenario asks of a browser: what is refused, and what begins only when asked for.

import { count, seconds } from "../../../../reports/web/src/format";
import { at, without, type Json } from "./pointer";

export const mostRanks = 1024;
export const mostLetters = 256 * 1024;
const most_s = 4; // longer runs begin only when asked for
// As measured in WebAssembly on one core of a server, with scenarios/survey.json and train.json.
const messages_per_s = 300_000;
const operations_per_s = 1_100_000;

// What `lockstep cost` says of a run, of which this is read.
interface Costed {
  label: string;
  workers: number;
  servers?: number;
  analytic: { messages: number };
}

function tooMany(hosts: number, what: string): string {
  return `${count(hosts)} ${what} are more than this page takes: at most ${mostRanks}. It keeps what each of them does in a browser's memory and draws it; the program on the command line (lockstep run, with the same scenario) has no such limit.`;
}

// How many hosts a cluster has at least, from what is written; 0 where that does not tell.
export function leastHosts(cluster: Json | undefined): number {
  if (typeof cluster === "string") return Number(/ x (\d+)/.exec(cluster)?.[1] ?? 0);
  const topology = at(cluster, "/topology");
  const number = (key: string) => {
    const value = at(topology, `/${key}`);
    return typeof value === "number" ? value : 1;
  };
  const dimensions = at(topology, "/dimensions");
  const product = Array.isArray(dimensions) ? dimensions.reduce<number>((all, one) => all * (typeof one === "number" ? one : 1), 1) : 0;
  const machines = number("machines") * number("devices");
  return Math.max(number("hosts"), product, machines, number("leaves") * number("hosts_per_leaf"), number("groups") * number("routers") * number("hosts_per_router"), number("k") ** 3 / 4);
}

// Before anything is computed.
export function refusedText(text: string): string | null {
  if (text.length > mostLetters) return `The scenario has ${count(text.length)} characters; this page takes at most ${count(mostLetters)}, which fit into a link.`;
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    return null; // the loader will say what is wrong with it
  }
  const hosts = leastHosts(at(document, "/cluster"));
  return hosts > mostRanks ? tooMany(hosts, "hosts") : null;
}

const smallNumber = 64;

// Every number of a list or an object, however deep it stands.
function numbersIn(value: Json | undefined): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

// Whether nobody need ask the closed forms how long it takes: a cluster of few hosts that are all
// written down, few layers and iterations, and no large number among the options of algorithms.
export function isPlainlySmall(document: Json | undefined): boolean {
  const few = (pointer: string) => {
    const value = at(document, pointer);
    return typeof value === "number" && value <= smallNumber;
  };
  const options = [...numbersIn(at(document, "/algorithms")), ...numbersIn(at(document, "/algorithm"))];
  return few("/cluster/topology/hosts") && few("/model/layers") && few("/training/iterations") && options.every((one) => one <= smallNumber);
}

// Without what closed forms do not know, and `lockstep cost` therefore refuses.
export function costable(document: Json): Json {
  return ["/cluster/failures", "/cluster/rank_order", "/cluster/background", "/training/checkpoint"].reduce(without, document);
}

// Once the closed forms are there.
export function refusedRuns(runs: Costed[]): string | null {
  const most = Math.max(0, ...runs.map((run) => run.workers + (run.servers ?? 0)));
  return most > mostRanks ? tooMany(most, "ranks") : null;
}

export const patience_ms = 4000; // with the closed forms, and with a simulation that records nothing
export const notEstimated = "How long this takes cannot even be estimated quickly: it is a large run for a browser. It begins when you say so, and can be stopped.";

// To record what ranks do takes a message each, where the simulation alone may take many in one step.
export const withoutTimelines = (estimate: Estimate | null): string =>
  `Simulated without timelines: to record what each worker does ${estimate === null ? "would take long" : `takes about ${seconds(estimate.seconds)}`} in a browser.`;

export interface Estimate {
  seconds: number;
  messages: number;
  isLong: boolean;
  words: string;
}

// From the closed forms' counts: messages, and a forward and two backward products a layer.
export function estimated(runs: Costed[], layers: number, iterations: number): Estimate {
  const messages = runs.reduce((sum, run) => sum + run.analytic.messages, 0);
  const operations = runs.reduce((sum, run) => sum + 3 * layers * iterations * (run.workers + (run.servers ?? 0)), 0);
  const time = messages / messages_per_s + operations / operations_per_s;
  return {
    seconds: time,
    messages,
    isLong: time > most_s,
    words: `This is a long run for a browser: ${count(messages)} messages, about ${seconds(time)}. It begins when you say so, and can be stopped.`,
  };
}
