import assert from "node:assert/strict";
import { test } from "node:test";

import { rowNames } from "../../src/charts/bars";
import { memoryRows } from "../../src/charts/memory";
import { curvesOf, scalingGroups } from "../../src/charts/scaling";
import { partsOf } from "../../src/charts/time_split";
import { busyKey, channelsOf, shownUse, step } from "../../src/cluster";
import { exposedShare } from "../../src/comparison";
import { bestFirst, bestRun, type PageDocument, type Run, type RunPicture } from "../../src/data";
import { layout } from "../../src/layout";

const memory = { parameters: 1, gradients: 2, activations: 3, versions: 4, buffers: 5, total: 15 };

function run(kind: string, label: string, workers: number, samples_per_s: number): Run {
  return {
    algorithm: kind,
    label,
    workers,
    analytic: {
      bytes: 0,
      messages: 0,
      time_s: 4,
      time_is: "exact",
      flops: { total: 0 },
      memory_bytes_per_worker: memory,
      staleness: { mean: 0, max: 0, is: "exact" },
      approximation: "",
    },
    comparison: { time_per_iteration_s: 1, samples_per_s, hosts: workers },
  };
}

function page(runs: Run[], algorithms: Record<string, unknown>[]): PageDocument {
  const picture = { title: "", summary: "", when_to_use: "", source: "", formula: "", where: [], claim: "", worker_memory_limit_bytes: 8, server_memory_limit_bytes: null };
  return { sentence: "", clusters: [], runs: runs.map((one) => ({ ...picture, cluster: one.workers })), report: { schema: 1, version: "", scenario: { algorithms }, runs } };
}

test("charts: parts of an iteration are means over workers", () => {
  const one = run("sgd", "sgd", 2, 1);
  const use = (compute_s: number, exposed_communication_s: number, idle_s: number) => ({ compute_s, communication_s: 0, exposed_communication_s, idle_s });
  one.simulated = { makespan_s: 4, samples_per_s: 1, bytes: 0, workers: [use(4, 0, 0), use(2, 1, 1)], staleness: { mean: 0, max: 0, histogram: [] } };
  // Two workers, two iterations: 6 s, 1 s and 1 s over 4.
  assert.deepEqual(partsOf(one, 2).map((part) => part.value), [1.5, 0.25, 0.25]);
  assert.equal(exposedShare(one), 1 / 8);
});

test("charts: runs of one algorithm and the same words are a scaling curve, whatever its numbers", () => {
  const runs = [run("sync_sgd", "ring, 4", 4, 40), run("sync_sgd", "tree, 4", 4, 30), run("sync_sgd", "ring, 2", 2, 20), run("sgd", "sgd", 1, 10)];
  const algorithms = [
    { kind: "sync_sgd", label: "ring, 4", allreduce: "ring", servers: 4 },
    { kind: "sync_sgd", label: "tree, 4", allreduce: "tree", servers: 4 },
    { kind: "sync_sgd", label: "ring, 2", allreduce: "ring", servers: 2 },
    { kind: "sgd", label: "sgd" },
  ];
  const groups = scalingGroups([page(runs, algorithms)]);
  assert.equal(groups.length, 1);
  assert.equal(groups[0].name, "sync_sgd");
  assert.deepEqual(groups[0].points.map((point) => [point.hosts, point.samplesPerSecond]), [[2, 20], [4, 40]]);
  const throughput = curvesOf(groups);
  assert.deepEqual([2, 4].map(throughput.ideal), [20, 40]);
  for (const point of groups[0].points) point.speedup = point.hosts / 2;
  const speedup = curvesOf(groups);
  assert.deepEqual(groups[0].points.map(speedup.ofPoint), [1, 2]);
  assert.deepEqual([2, 4].map(speedup.ideal), [2, 4]);
});

test("charts: two curves of one algorithm are named by their labels, both of them", () => {
  const runs = [run("sync_sgd", "ring", 2, 20), run("sync_sgd", "ring", 4, 40), run("sync_sgd", "tree", 2, 20), run("sync_sgd", "tree", 4, 30)];
  const algorithms = [{ kind: "sync_sgd", label: "ring", allreduce: "ring" }, { kind: "sync_sgd", label: "tree", allreduce: "tree" }];
  assert.deepEqual(scalingGroups([page(runs, algorithms)]).map((group) => group.name), ["ring", "tree"]);
});

test("charts: runs on one cluster are no scaling curve, however many workers they use", () => {
  const one = page([run("gpipe", "4 stages", 4, 40), run("gpipe", "2 stages", 2, 20)], []);
  for (const picture of one.runs) picture.cluster = 0;
  assert.deepEqual(scalingGroups([one]), []);
});

test("charts: servers have a row of memory of their own", () => {
  const one = run("async_sgd", "async", 2, 1);
  one.analytic.memory_bytes_per_server = memory;
  assert.deepEqual(memoryRows(page([one], [])).map((row) => [row.name, row.limit]), [["async", 8], ["async, server", null]]);
});

test("charts: runs of the same label have rows of different names", () => {
  assert.deepEqual(rowNames(["a", "b", "a"]), ["a", "b", "a (2)"]);
});

test("cluster: steps of utilization", () => {
  assert.deepEqual([0, 0.05, 0.3, 0.5, 0.8, 1.2].map(step), [0, 1, 2, 3, 4, 5]);
});

test("cluster: a channel has the use of its busiest time, and where that is not known for sure, of its mean", () => {
  const cluster = { kind: "custom", nodes: ["a", "b", "c"].map((name) => ({ name, host: true })), links: [[0, 1], [1, 2], [1, 2]].map(([from, to]) => ({ from, to, bytes_per_s: 1, latency_s: 0 })), links_in_all: 3 };
  const times = new Map([[busyKey("b", "a"), [0, 80, 20]], [busyKey("b", "c"), [100]]]);
  // The first link in its second direction is known; both of the parallel ones are called "b to c".
  const channels: [number, boolean, number][] = [[0, true, 0.1], [0, false, 0.3], [1, true, 0.2], [2, true, 0.4], [9, true, 1]];
  const found = channelsOf(cluster, { channels } as unknown as RunPicture, times);
  assert.deepEqual(found.map(shownUse), [0.1, 0.8, 0.2, 0.4]);
  assert.deepEqual(found.map((one) => one.stretches), [undefined, 3, undefined, undefined]);
});

test("verdict: its order is completed, and its best is a run", () => {
  const one = page([run("a", "a", 1, 1), run("b", "b", 1, 3), run("c", "c", 1, 2)], []);
  assert.deepEqual(bestFirst(one), [0, 1, 2]);
  assert.equal(bestRun(one), 1, "with the most samples a second");
  one.report.verdict = { text: [], order: [2, 5, 2], best: 0 };
  assert.deepEqual(bestFirst(one), [2, 0, 1]);
  assert.equal(bestRun(one), 0);
  one.report.verdict.best = 5;
  assert.equal(bestRun(one), 1);
});

test("cluster: hosts of a star stand around its switch, and nodes of a graph apart from each other", () => {
  const hosts = [0, 1, 2, 3].map((i) => ({ name: `h${i}`, host: true }));
  const nodes = [...hosts, { name: "switch", host: false }];
  const links = hosts.map((_, i) => ({ from: i, to: 4, bytes_per_s: 1, latency_s: 0 }));
  assert.deepEqual(layout({ kind: "star", nodes, links, links_in_all: 4 })[4], { x: 0.5, y: 0.5 });
  const places = layout({ kind: "custom", nodes, links, links_in_all: 4 });
  for (const place of places) assert.ok(place.x >= 0 && place.x <= 1 && place.y >= 0 && place.y <= 1);
  assert.equal(new Set(places.map((place) => `${place.x.toFixed(2)} ${place.y.toFixed(2)}`)).size, 5);
});
