import assert from "node:assert/strict";
import { test } from "node:test";

import type { TimelineData } from "../../src/data";
import { inView, lanesOf, spanAt } from "../../src/timeline/lanes";
import { describe } from "../../src/timeline/timeline";
import { panned, zoomed } from "../../src/timeline/view";

// Ticks of 1 ms. Worker 0: [0, 2] forward of layer 3, [5, 9] update of two operations. Worker 1
// receives [1, 8] and [2, 3] from worker 0.
const data: TimelineData = {
  tick_s: 1e-3,
  makespan_s: 10e-3,
  ranks: ["worker 0", "worker 1"],
  span_kinds: ["forward", "backward_weight", "backward_input", "reduce", "update", "transcode", "reduce_on_engine"],
  buffers: ["gradients", "parameters"],
  operations: 4,
  messages: 2,
  device_resolution_s: 0,
  message_resolution_s: 0,
  device_rows: [[0, 2, 0, 3, 0, 1, 5, 4, 4, -1, -1, 2], []],
  engine_rows: [[3, 1, 6, -1, -1, 1], []],
  message_rows: [[], [1, 7, 0, 1000, 0, 1, 1, 1, 0, 500, 1, 1]],
  links: [{ from: "h0", to: "h1", percent: [0, 50] }],
};

test("timeline: rows are unpacked, each begin from the one before, and empty lanes are left out", () => {
  const lanes = lanesOf(data);
  assert.deepEqual(lanes.map((lane) => lane.name), ["worker 0", "worker 0 engine", "→ worker 1", "h0 → h1"]);
  assert.deepEqual([...lanes[0].begins], [0, 0.005]);
  assert.deepEqual([...lanes[0].ends], [0.002, 0.009000000000000001]);
  assert.deepEqual([...lanes[1].ends], [0.004]);
  assert.deepEqual([...lanes[2].begins], [0.001, 0.002]);
  assert.deepEqual([...lanes[3].begins], [0, 0.005]);
});

test("timeline: only spans that reach into the view are drawn", () => {
  const [device, , messages] = lanesOf(data);
  assert.deepEqual(inView(device, { begin: 0.003, end: 0.006 }), { first: 1, end: 2 });
  assert.deepEqual(inView(device, { begin: 0.003, end: 0.004 }), { first: 1, end: 1 });
  // The first message is longer than the second, and still under way.
  assert.deepEqual(inView(messages, { begin: 0.006, end: 0.007 }), { first: 0, end: 2 });
});

test("timeline: the span under the pointer is found behind shorter ones", () => {
  const [device, , messages] = lanesOf(data);
  assert.equal(spanAt(device, 0.004), null);
  assert.equal(spanAt(device, 0.006), 1);
  assert.equal(spanAt(messages, 0.0025), 1);
  assert.equal(spanAt(messages, 0.005), 0);
});

test("timeline: a span is told in words", () => {
  const [device, engine, messages, link] = lanesOf(data);
  assert.equal(describe(device, 0, data), "worker 0: forward, layer 3, 2 ms from 0 s");
  assert.equal(describe(device, 1, data), "worker 0: update, 4 ms from 5 ms (2 operations joined)");
  assert.equal(describe(engine, 0, data), "worker 0 engine: reduce on engine, 1 ms from 3 ms");
  assert.equal(describe(messages, 1, data), "worker 0 → worker 1: parameters, 500 B, 1 ms from 2 ms");
  assert.equal(describe(link, 1, data), "h0 → h1: 50 % used, 5 ms from 5 ms");
});

test("timeline: the critical path comes first, and its activities are told in words", () => {
  // A forward product, work on a message, the message itself, and the update at its receiver.
  const path_row = [0, 2, 0, 0, 0, 3, 2, 1, 7, 0, 0, -1, 1, 2, 8, 0, 1, -1, 2, 4, 4, 1, 0, -1];
  const path = lanesOf({ ...data, path_row })[0];
  assert.equal(path.name, "critical path");
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => describe(path, i, data).split(", ").slice(0, 1)[0]),
    ["critical path: worker 0: forward", "critical path: worker 0: work on a message", "critical path: message from worker 0 to worker 1", "critical path: worker 1: update"],
  );
  assert.match(describe(path, 0, data), /forward, layer 3, 2 ms from 0 s/);
});

test("timeline: zooming keeps what is under the pointer, and stays within the run", () => {
  assert.deepEqual(zoomed({ begin: 0, end: 8 }, 2, 2, 8), { begin: 1, end: 5 });
  assert.deepEqual(zoomed({ begin: 1, end: 5 }, 0.5, 2, 8), { begin: 0, end: 8 });
  assert.deepEqual(zoomed({ begin: 0, end: 8 }, 0.1, 4, 8), { begin: 0, end: 8 });
});

test("timeline: panning stops at either end", () => {
  assert.deepEqual(panned({ begin: 0, end: 2 }, 0.5, 8), { begin: 1, end: 3 });
  assert.deepEqual(panned({ begin: 6, end: 8 }, 0.5, 8), { begin: 6, end: 8 });
  assert.deepEqual(panned({ begin: 0, end: 2 }, -1, 8), { begin: 0, end: 2 });
});
