// What the page assumes, said where somebody reads it who may take its numbers for more than they are.

import { h } from "../../../reports/web/src/dom";

const assumptions: [string, string][] = [
  ["The engine", "This page holds Lockstep itself, compiled to WebAssembly. Nothing is sent anywhere. The report of a simulation is the same, byte for byte, as that of the command line; that of a training is the one with the baseline instruction set."],
  ["The model", "A network of fully connected layers. Only matrix products, sums, updates and messages take time; reading data takes none."],
  ["Devices", "A roofline: an operation takes as long as its FLOPs at the device's peak times its efficiency, or as its bytes at the memory's bandwidth, whichever is longer, and a launch overhead."],
  ["The network", "A message takes a latency and its bytes over its share of the bandwidth. Links are shared max-min fairly; no packet is lost, and no protocol is slow to start."],
  ["Straggling", "A random factor on the compute time of each worker in each iteration, drawn anew with the scenario's seed: the same scenario gives the same run."],
  ["The closed form", "A formula that knows neither queues nor chance. Where it is exact, a bound or an estimate, it says so, and the simulation beside it shows by how much it is wrong."],
  ["The loss", "Real numbers, computed here in the order that the simulation found. The network that learns is small, and may be smaller than the one whose time is simulated. What holds for digits need not hold for another task."],
  ["What moves", "Messages in the picture move at an even pace along a shortest path from sender to receiver; in the simulation their bytes flow over all links of their route at once."],
];

export function assumptionList(): HTMLElement {
  return h("dl", { class: "words" }, ...assumptions.flatMap(([name, words]) => [h("dt", {}, name), h("dd", {}, words)]));
}
