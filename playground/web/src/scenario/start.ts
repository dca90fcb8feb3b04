// What the page begins with, and the scenarios that come with the program.

import { knowFile } from "./named_files";

export interface Shipped {
  name: string; // of its file
  title: string;
  text: string;
  files?: Record<string, string>; // that it names
}

// Made by build.mjs from scenarios/*.json: those that `lockstep run` or `train` takes.
export function shippedScenarios(): Shipped[] {
  const all = JSON.parse(document.getElementById("scenarios")?.textContent ?? "[]") as Shipped[];
  for (const { files = {} } of all) for (const [name, text] of Object.entries(files)) knowFile(name, new TextEncoder().encode(text));
  return all;
}

export const startText = `{
  "name": "Who waits, and who goes on?",
  "model": { "layers": 16, "width": 1024 },
  "training": { "batch_per_worker": 2048, "iterations": 4 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 16, "link": { "bandwidth": "25 Gbit/s", "latency": "10 us" } },
    "device": { "flops": "2 TFLOP/s", "memory_bandwidth": "200 GB/s", "memory": "16 GiB", "launch_overhead": "5 us" },
    "slowdown": { "per": "iteration", "distribution": "exponential", "mean": 1 }
  },
  "algorithms": [
    { "kind": "sync_sgd", "label": "synchronous, ring", "allreduce": "ring" },
    { "kind": "async_sgd", "label": "asynchronous", "servers": 16, "placement": "colocated" },
    { "kind": "model_averaging", "label": "averaged every 2", "sync_period": 2 },
    { "kind": "d_psgd", "label": "gossip on a ring" }
  ]
}
`;
