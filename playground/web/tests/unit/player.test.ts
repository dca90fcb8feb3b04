// What happens when: moments, messages, programs and ways.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Cluster, TimelineData } from "../../../../reports/web/src/data";
import type { Spans, Unpacked } from "../../../../reports/web/src/timeline/unpack";
import { focusStep, instantsOf, kindsNow, litSteps, messagesOf, momentWords, neighbour, nowWords, programOf, spanNow, underWay } from "../../src/player/moments";
import { alongWay, nodesOfRanks, Routes } from "../../src/player/routes";

const spans = (times: [number, number][], columns: number[][], bytes: number[] = []): Spans => ({
  begins: Float64Array.from(times, ([begin]) => begin),
  ends: Float64Array.from(times, ([, end]) => end),
  columns: columns.map((column) => Int32Array.from(column)),
  bytes: Float64Array.from(bytes),
});

// Two workers: both compute from 0 to 2; the first sends 100 bytes to the second from 2 to 3, which
// then updates until 4.
const data = { ranks: ["worker 0", "worker 1"], span_kinds: ["forward", "update"], buffers: ["gradients"], makespan_s: 4 } as unknown as TimelineData;
const nothing = spans([], [[], [], [], []]);
const unpacked: Unpacked = {
  devices: [spans([[0, 2]], [[0], [3], [0], [1]]), spans([[0, 2], [3, 4]], [[0, 1], [3, -1], [0, 0], [1, 2]])],
  engines: [nothing, nothing],
  messages: [spans([], [[], [], []]), spans([[2, 3]], [[0], [0], [1]], [100])],
  iterations: [],
  links: [],
  path: nothing,
};

test("moments: all times at which something begins or ends, and steps between them", () => {
  const instants = instantsOf(unpacked);
  assert.deepEqual([...instants], [0, 2, 3, 4]);
  assert.equal(neighbour(instants, 0, true), 2);
  assert.equal(neighbour(instants, 2.5, false), 2);
  assert.equal(neighbour(instants, 3, false), 2);
  assert.equal(neighbour(instants, 4, true), 4);
  assert.equal(neighbour(instants, 0, false), 0);
});

test("moments: what devices do, up to the end of a span and no longer", () => {
  assert.deepEqual(kindsNow(unpacked, 1), [0, 0]);
  assert.deepEqual(kindsNow(unpacked, 2), [-1, -1]);
  assert.deepEqual(kindsNow(unpacked, 3.5), [-1, 1]);
  assert.equal(spanNow(unpacked.devices[1], 3.5), 1);
});

test("moments: messages under way, however long they take", () => {
  const all = messagesOf(unpacked);
  assert.deepEqual(all, [{ from: 0, to: 1, begin: 2, end: 3, bytes: 100 }]);
  assert.equal(underWay(all, 1, 2.5, 10).length, 1);
  assert.equal(underWay(all, 1, 3, 10).length, 0);
  const many = Array.from({ length: 50 }, (_, i) => ({ from: 0, to: 1, begin: i, end: i + 10, bytes: 1 }));
  assert.deepEqual(underWay(many, 10, 20, 100).map(({ begin }) => begin), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  assert.equal(underWay(many, 10, 20, 3).length, 3);
});

test("programs: computing, sending and receiving in order, and what is under way is lit", () => {
  const steps = programOf(1, unpacked, data);
  assert.deepEqual(steps.map(({ words }) => words), ["forward, layer 3", "receive from worker 0: gradients, 100 B", "update, 2 operations, joined"]);
  assert.deepEqual(programOf(0, unpacked, data).map(({ words }) => words), ["forward, layer 3", "send to worker 1: gradients, 100 B"]);
  assert.deepEqual([...litSteps(steps, 2.5)], [1]);
  assert.equal(focusStep(steps, litSteps(steps, 2.5), 2.5), 1);
  assert.equal(focusStep(steps, new Set(), -1), 0);
  assert.equal(focusStep(steps, new Set(), 9), 2);
});

test("programs: in words, what each rank does now", () => {
  const now = (time: number, rank: number) => nowWords(rank, unpacked, data, underWay(messagesOf(unpacked), 1, time, 10), time);
  assert.equal(now(1, 0), "forward, layer 3");
  assert.equal(now(2.5, 0), "sends");
  assert.equal(now(2.5, 1), "receives");
  assert.equal(now(3.5, 0), "waits");
  assert.equal(now(4, 0), "done");
  assert.equal(momentWords(unpacked, messagesOf(unpacked), 2.5), "At 2.50 s: 0 of 2 devices compute, 1 message is under way.");
});

// h0 - s - h1, and h2 that no link reaches.
const cluster = { kind: "custom", nodes: [{ name: "h0", host: true }, { name: "s", host: false }, { name: "h1", host: true }, { name: "h2", host: true }], links: [{ from: 0, to: 1 }, { from: 2, to: 1 }], links_in_all: 2 } as unknown as Cluster;

test("routes: over links, in either direction; straight across where there is none", () => {
  const routes = new Routes(cluster);
  assert.deepEqual(routes.between(0, 2), [0, 1, 2]);
  assert.deepEqual(routes.between(2, 0), [2, 1, 0]);
  assert.deepEqual(routes.between(0, 0), [0]);
  assert.deepEqual(routes.between(0, 3), [0, 3]);
});

test("routes: a message is as far along its way as its time is", () => {
  const way = [{ x: 0, y: 0 }, { x: 3, y: 0 }, { x: 3, y: 1 }];
  assert.deepEqual(alongWay(way, 0.5), { x: 2, y: 0 });
  assert.deepEqual(alongWay(way, 1), { x: 3, y: 1 });
  assert.deepEqual(alongWay([{ x: 1, y: 1 }], 0.3), { x: 1, y: 1 });
});

test("routes: ranks are where the program says, else on the hosts in their order", () => {
  assert.deepEqual(nodesOfRanks(cluster, 2, [2, 0]), [2, 0]);
  assert.deepEqual(nodesOfRanks(cluster, 3, undefined), [0, 2, 3]);
});
