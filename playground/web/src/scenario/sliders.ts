// What can be dragged: each slider is a number at one place of the scenario, with a unit.

import { bitRate, count, percent, seconds } from "../../../../reports/web/src/format";
import { entriesOf } from "./algorithms";
import { at, isObject, withValue, withValueResolved, without, type Json } from "./pointer";

export interface Slider {
  id: string;
  label: string;
  help: string;
  values: number[]; // the positions, ascending
  read: (resolved: Json) => number | null; // from the scenario as the loader resolved it; null: it has no such number
  write: (document: Json, resolved: Json, value: number) => Json;
  words: (value: number) => string;
}

// Ten steps a decade, each a round number: R10 of ISO 3.
export function decades(from: number, to: number): number[] {
  const steps = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8];
  const result: number[] = [];
  for (let power = Math.floor(Math.log10(from)); 10 ** power <= to; ++power)
    for (const step of steps) {
      const value = Number((step * 10 ** power).toPrecision(3));
      if (value >= from * 0.999 && value <= to * 1.001) result.push(value);
    }
  return result;
}

export function powersOfTwo(from: number, to: number): number[] {
  const result: number[] = [];
  for (let value = from; value <= to; value *= 2) result.push(value);
  return result;
}

const range = (from: number, to: number, step = 1) => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

// The position that is nearest to a value, by ratio where both are above 0.
export function nearest(values: number[], value: number): number {
  const distance = (one: number) => (one > 0 && value > 0 ? Math.abs(Math.log(one / value)) : Math.abs(one - value) + (one === value ? 0 : 1e3));
  return values.reduce((best, one, i) => (distance(one) < distance(values[best]) ? i : best), 0);
}

const numberAt = (resolved: Json, pointer: string): number | null => {
  const value = at(resolved, pointer);
  return typeof value === "number" ? value : null;
};

interface Plain {
  id: string;
  label: string;
  help: string;
  pointer: string;
  values: number[];
  words: (value: number) => string;
  written?: (value: number) => Json; // with its unit
}

function plain({ pointer, written = (value) => value, ...rest }: Plain): Slider {
  return {
    ...rest,
    read: (resolved) => numberAt(resolved, pointer),
    write: (document, resolved, value) => withValueResolved(document, resolved, pointer, written(value)),
  };
}

const flops = (value: number) => `${count(value)}FLOP/s`.replace(/(\d)FLOP/, "$1 FLOP");
const short = (value: number) => String(Number(value.toPrecision(4)));

// A mini-batch is given for each worker or for all of them; it stays as it was given.
const batch: Slider = {
  id: "batch",
  label: "Mini-batch",
  help: "samples in each iteration: of each worker, or of all together where the scenario gives global_batch",
  values: powersOfTwo(1, 8192),
  read: (resolved) => numberAt(resolved, "/training/batch_per_worker") ?? numberAt(resolved, "/training/global_batch"),
  write: (document, resolved, value) => {
    const global = at(document, "/training/global_batch") !== undefined;
    return withValueResolved(document, resolved, global ? "/training/global_batch" : "/training/batch_per_worker", value);
  },
  words: (value) => (value === 1 ? "1 sample" : `${count(value)} samples`),
};

// The standard deviation of a worker's compute time from iteration to iteration, over its mean.
export function spreadOf(slowdown: Json | undefined): number | null {
  if (slowdown === undefined || slowdown === null) return 0;
  if (!isObject(slowdown)) return null;
  const number = (key: string, usual: number) => (typeof slowdown[key] === "number" ? (slowdown[key] as number) : usual);
  switch (slowdown.distribution) {
    case "constant":
      return 0;
    case "exponential":
      return 1;
    case "gamma":
      return 1 / Math.sqrt(number("shape", 2));
    case "lognormal":
      return Math.sqrt(Math.exp(number("sigma", 1) ** 2) - 1);
    case "uniform":
      return number("width", 1) / Math.sqrt(3);
    default:
      return null; // of Pareto's distribution it may be infinite; of a trace it is not told here
  }
}

const straggling: Slider = {
  id: "straggling",
  label: "Straggling",
  help: "how much a worker's compute time varies from iteration to iteration: its standard deviation over its mean; 100 % is an exponential distribution",
  values: [...range(0, 95, 5), ...range(100, 200, 10)].map((one) => one / 100),
  read: (resolved) => spreadOf(at(resolved, "/cluster/slowdown")),
  write: (document, resolved, value) => {
    if (value === 0) return without(document, "/cluster/slowdown");
    const shape = Number((1 / value ** 2).toPrecision(4));
    const mean = numberAt(resolved, "/cluster/slowdown/mean") ?? 1;
    const law: Json = value === 1 ? { per: "iteration", distribution: "exponential", mean } : { per: "iteration", distribution: "gamma", shape, mean };
    return withValueResolved(document, resolved, "/cluster/slowdown", law);
  },
  words: (value) => (value === 0 ? "none" : `± ${percent(value)}`),
};

// Where there was a server for each host, there still is.
const workers: Slider = {
  id: "workers",
  label: "Workers",
  help: "hosts of the cluster; servers that are not placed beside workers take some of them; where there was a server for each host, there still is",
  values: [...range(2, 16), 18, 20, 24, 28, 32, 40, 48, 56, 64],
  read: (resolved) => numberAt(resolved, "/cluster/topology/hosts"),
  write: (document, resolved, value) => {
    const before = numberAt(document, "/cluster/topology/hosts") ?? numberAt(resolved, "/cluster/topology/hosts");
    const changed = withValueResolved(document, resolved, "/cluster/topology/hosts", value);
    const pointers = entriesOf(document).map((_, i) => (at(document, "/algorithms") === undefined ? "/algorithm/servers" : `/algorithms/${i}/servers`));
    return pointers.filter((pointer) => before !== null && at(document, pointer) === before).reduce<Json>((result, pointer) => withValue(result, pointer, value), changed);
  },
  words: (value) => `${value} hosts`,
};

export const sliders: Slider[] = [
  workers,
  plain({ id: "width", label: "Width", help: "neurons in each layer: a layer has about their square in parameters", pointer: "/model/width", values: [...powersOfTwo(16, 8192), 48, 96, 192, 384, 768, 1536, 3072, 6144].sort((a, b) => a - b), words: (value) => `${count(value)} neurons` }),
  plain({ id: "layers", label: "Layers", help: "layers of the network, each fully connected to the next", pointer: "/model/layers", values: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64], words: (value) => (value === 1 ? "1 layer" : `${value} layers`) }),
  batch,
  plain({ id: "bandwidth", label: "Bandwidth", help: "of each link, in each direction", pointer: "/cluster/topology/link/bandwidth", values: decades(0.1e9, 800e9).map((bits) => bits / 8), words: bitRate, written: (value) => `${short((8 * value) / 1e9)} Gbit/s` }),
  plain({ id: "latency", label: "Latency", help: "of each link: what a message takes beside its bytes", pointer: "/cluster/topology/link/latency", values: [0, ...decades(0.1e-6, 10e-3)], words: seconds, written: (value) => `${short(value * 1e6)} us` }),
  plain({ id: "speed", label: "Device speed", help: "FLOPs a second at the device's peak", pointer: "/cluster/device/flops", values: decades(1e9, 1e15), words: flops, written: (value) => `${short(value / 1e12)} TFLOP/s` }),
  straggling,
  plain({ id: "iterations", label: "Iterations", help: "updates of the model that are simulated", pointer: "/training/iterations", values: [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50], words: (value) => (value === 1 ? "1 iteration" : `${value} iterations`) }),
];
