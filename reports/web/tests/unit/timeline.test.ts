import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import type { TimelineData } from "../../src/data";
import { axisTicks, instant } from "../../src/timeline/axis";
import { groupOf, inView, lanesOf, mostAtOnce, spanAt, type Group } from "../../src/timeline/lanes";
import { rowsOf, spread } from "../../src/timeline/rows";
import { amounts, eachColumn, levels, sharesOf } from "../../src/timeline/shares";
import { totalsOf } from "../../src/timeline/totals";
import { Integers, read, stored } from "../../src/timeline/unpack";
import { clamped, panned, zoomed } from "../../src/timeline/view";
import { gapWords, joinedWords, spanWords, stretchWords } from "../../src/timeline/words";

// Ticks of 1 ms. Worker 0: [0, 2] forward of layer 3, [5, 9] update of two operations; its engine
// [3, 4]. Worker 1 receives [1, 8] and [2, 3] from worker 0.
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
  iteration_stride: 1,
  links: [{ from: "h0", to: "h1" }],
  packed: "",
};

// As reports/packed_integers.cpp writes them.
function bytesOf(...values: number[]): Uint8Array {
  const bytes: number[] = [];
  for (const value of values) {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}

// Column after column; numbers of rows first.
const devices = [2, 0, /* begins */ 0, 3, /* lengths */ 2, 4, /* kinds */ 0, 4, /* layers */ 3, -4, /* micro-batches */ 0, -1, /* operations */ 1, 2];
const engines = [1, 0, 3, 1, 6, -1, -1, 1];
const messages = [0, 2, /* begins */ 1, 1, /* lengths */ 7, 1, /* from */ 0, 0, /* bytes */ 1000, -500, /* buffers */ 0, 1, /* messages */ 1, 1];
const iterations = [2, 1, /* worker 0 */ 0, 5, /* worker 1 */ 0];
const links = [2, 0, 50];
// A forward product, work on a message, the message itself, and the update at its receiver.
const path = [4, /* begins */ 0, 0, 0, 0, /* lengths */ 2, 1, 2, 4, /* kinds */ 0, 7, 8, 4, /* ranks */ 0, 0, 0, 1, /* receivers */ 0, 0, 1, 0, /* layers */ 3, -1, -1, -1];
const unpacked = read(bytesOf(...devices, ...engines, ...messages, ...iterations, ...links, ...path), data);
const lanes = lanesOf(data, unpacked);
const [iterationLane, pathLane, device, engine, received, link] = lanes;

const near = (actual: Iterable<number>, expected: number[]) => {
  const values = [...actual];
  assert.equal(values.length, expected.length);
  values.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-9, `${value} is not ${expected[i]}`));
};

test("timeline: integers are unpacked, up to the largest that doubles hold", () => {
  const values = [0, -1, 1, 63, 64, -65, 300, 2 ** 40, 1 - 2 ** 51];
  const integers = new Integers(bytesOf(...values));
  assert.deepEqual(values.map(() => integers.next()), values);
});

test("timeline: blocks that are stored need no inflating", () => {
  for (const length of [0, 1, 65_535, 200_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
    assert.deepEqual(stored(Uint8Array.from(deflateSync(bytes, { level: 0 }))), bytes);
    if (length > 1) assert.equal(stored(deflateSync(bytes)), null);
    // What is not whole is for the browser to refuse.
    for (const end of [0, 1, 2, 5, 6]) if (end < length) assert.equal(stored(deflateSync(bytes, { level: 0 }).subarray(0, end)), null);
  }
});

test("timeline: how many messages are under way at once is what their stretches say", () => {
  let state = 1;
  const random = (most: number) => (state = (state * 48271) % 2147483647) % most;
  for (let round = 0; round < 200; ++round) {
    const begins = Float64Array.from({ length: random(12) }, () => random(20)).sort();
    const ends = begins.map((begin) => begin + random(5));
    const { kinds } = levels(begins, ends);
    assert.equal(mostAtOnce({ ...received, begins, ends }), kinds.length === 0 ? 0 : Math.max(...kinds) + 1);
  }
});

test("timeline: tables are unpacked, and lanes without spans are left out", () => {
  assert.deepEqual(lanes.map((lane) => lane.name), ["iterations", "critical path", "worker 0", "engine of worker 0", "to worker 1", "h0 to h1"]);
  near(device.begins, [0, 0.005]);
  near(device.ends, [0.002, 0.009]);
  assert.deepEqual([...device.columns[1]], [3, -1]);
  near(engine.ends, [0.004]);
  near(received.begins, [0.001, 0.002]);
  assert.deepEqual([...received.bytes], [1000, 500]);
  near(link.begins, [0, 0.005]);
  assert.deepEqual([...link.columns[0]], [0, 50]);
  near(iterationLane.ends, [0.005, 0.01]);
  near(pathLane.begins, [0, 0.002, 0.003, 0.005]);
});

test("timeline: only spans that reach into the view are looked at", () => {
  assert.deepEqual(inView(device, { begin: 0.003, end: 0.006 }), { first: 1, end: 2 });
  assert.deepEqual(inView(device, { begin: 0.003, end: 0.004 }), { first: 1, end: 1 });
  // The first message is longer than the second, and still under way.
  assert.deepEqual(inView(received, { begin: 0.006, end: 0.007 }), { first: 0, end: 2 });
});

test("timeline: the span under the pointer is found behind shorter ones", () => {
  assert.equal(spanAt(device, 0.004), null);
  assert.equal(spanAt(device, 0.006), 1);
  assert.equal(spanAt(device, 0.0045, 0.001), 1);
  assert.equal(spanAt(received, 0.0025), 1);
  assert.equal(spanAt(received, 0.005), 0);
});

test("timeline: a column of pixels has the share of each kind in it, idle time included", () => {
  // Kind 0 in [0, 1) and [2, 3), kind 2 in [1, 2): three spans in the first of two columns of 4.
  const shares = sharesOf(Float64Array.of(0, 1, 2), Float64Array.of(1, 2, 3), (i) => [0, 2, 0][i]);
  assert.deepEqual(shares.kinds, [0, 2]);
  const columns: [number, number[]][] = [];
  eachColumn(shares, { begin: 0, end: 8 }, 2, (column, part) => columns.push([column, [...part]]));
  assert.deepEqual(columns, [[0, [0.5, 0.25]]]);
  // However many spans a column has: the shares of all columns add up to the time of each kind.
  const begins = Float64Array.from({ length: 10_000 }, (_, i) => i * 0.9);
  const many = sharesOf(begins, begins.map((begin) => begin + 0.5), (i) => i % 3);
  const sums = [0, 0, 0];
  eachColumn(many, { begin: 0, end: 9000 }, 77, (_, part) => part.forEach((share, place) => (sums[place] += (share * 9000) / 77)));
  sums.forEach((sum, place) => assert.ok(Math.abs(sum - 0.5 * [3334, 3333, 3333][place]) < 1e-6, `${sum}`));
  near(amounts(many, 0.25, 1.0), [0.25, 0.1, 0]);
});

test("timeline: messages under way at once are told apart from single ones", () => {
  // One from 0 to 10; a second from 2 to 4; from 3 to 4 three at once; nothing from 10 to 12.
  const shares = levels(Float64Array.of(0, 2, 3, 12), Float64Array.of(10, 4, 4, 13));
  near(shares.begins, [0, 2, 3, 4, 12]);
  near(shares.ends, [2, 3, 4, 10, 13]);
  assert.deepEqual([...shares.places].map((place) => shares.kinds[place]), [0, 1, 2, 0, 0]);
  // Of no length, and one right after the other.
  near(levels(Float64Array.of(0, 1, 1), Float64Array.of(1, 1, 2)).ends, [2]);
});

const facts = (words: { facts: [string, string][] }) => Object.fromEntries(words.facts);

test("timeline: a span is told in words", () => {
  const forward = spanWords(device, 0, data, 1e-4);
  assert.equal(forward.title, "forward");
  assert.deepEqual(facts(forward), { on: "worker 0", layer: "3", "micro-batch": "0", time: "2 ms", from: "0 us", to: "2.0 ms" });
  assert.equal(facts(spanWords(device, 1, data, 1e-4)).joined, "2 operations");
  assert.equal(spanWords(engine, 0, data, 1e-4).title, "reduce on engine");
  // 500 B in 1 ms are 4 Mbit/s.
  assert.deepEqual(facts(spanWords(received, 1, data, 1e-4)), { from: "worker 0", to: "worker 1", carries: "parameters", bytes: "500 B", time: "1 ms", sent: "2.0 ms", arrives: "3.0 ms", "mean rate": "4 Mbit/s" });
  assert.equal(facts(spanWords(link, 1, data, 1e-3))["mean use"], "50 %");
  assert.equal(spanWords(iterationLane, 1, data, 1e-3).title, "iteration 2 of worker 0");
});

test("timeline: activities of the critical path are told in words", () => {
  assert.deepEqual([0, 1, 2, 3].map((i) => spanWords(pathLane, i, data, 1e-3).title.replace("critical path: ", "")), ["forward", "work on a message", "message", "update"]);
  assert.deepEqual(Object.entries(facts(spanWords(pathLane, 2, data, 1e-3))).slice(0, 2), [["from", "worker 0"], ["to", "worker 1"]]);
});

test("timeline: where many spans share a pixel, the words are their shares", () => {
  // Of [1, 6) ms the forward product has 1 ms, the update 1 ms.
  const words = facts(stretchWords(device, 0.001, 0.006, data, 1e-3));
  assert.deepEqual([words.forward, words.update, words.idle], ["20 %", "20 %", "60 %"]);
});

test("timeline: where nothing is done, the words say for how long", () => {
  assert.deepEqual(gapWords(device, 0.003, data, 1e-3), { title: "idle", facts: [["at", "worker 0"], ["time", "3 ms"], ["from", "2.0 ms"], ["to", "5.0 ms"]] });
  assert.deepEqual(facts(gapWords(device, 0.0095, data, 1e-3)).to, "10.0 ms");
  assert.equal(facts(gapWords(received, 0.0005, data, 1e-3)).from, "0 us");
});

test("timeline: joined spans are said to be, with how many and how near", () => {
  assert.equal(joinedWords(groupOf("sync", data, unpacked)), "");
  const joined = groupOf("sync", { ...data, operations: 1_200_000, device_resolution_s: 2e-3 }, unpacked);
  assert.equal(joinedWords(joined), "Of sync, its 1.20 M operations are drawn as 3 spans, as those of one kind on one device that begin within 2 ms are joined. Joined spans are hatched where they are wide enough.");
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

test("timeline: labels have the digits that tell them apart, at any zoom", () => {
  assert.equal(instant(8.07, 1e-2), "8.07 s");
  assert.equal(instant(8.0712345, 1e-5), "8.07123 s");
  assert.equal(instant(0, 1e-4), "0 us");
  const widthOf = (label: string) => 6 * label.length;
  for (const length of [100, 1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-9]) {
    const ticks = axisTicks(clamped({ begin: 8.0712345, end: 8.0712345 + length }, 100), 900, widthOf);
    assert.ok(ticks.length >= 2, `${length}: ${ticks.length} ticks`);
    assert.equal(new Set(ticks.map((tick) => tick.label)).size, ticks.length, `${length}: ${ticks.map((tick) => tick.label)}`);
    for (const tick of ticks) assert.ok(Math.abs(Number.parseFloat(tick.label) - tick.time) < length / 1000, tick.label);
    const apart = ((ticks[1].time - ticks[0].time) / length) * 900;
    assert.ok(apart > widthOf(ticks[0].label), `${length}: labels overlap`);
  }
});

// A group of so many ranks, each with a device and messages.
function wide(ranks: number): Group {
  const spans = () => ({ begins: Float64Array.of(0), ends: Float64Array.of(1), columns: [0, 0, 1, 1].map((one) => Int32Array.of(one)), bytes: Float64Array.of(8) });
  const many = { ...data, ranks: Array.from({ length: ranks }, (_, i) => `worker ${i}`), links: [] };
  const all = Array.from({ length: ranks }, spans);
  const nothing = { begins: new Float64Array(0), ends: new Float64Array(0), columns: [0, 0, 0, 0].map(() => new Int32Array(0)), bytes: new Float64Array(0) };
  return groupOf("wide", many, { devices: all, engines: all.map(() => nothing), messages: all, iterations: all.map(() => new Float64Array(0)), links: [], path: nothing });
}

test("timeline: of ranks that do not all fit the first and the last are drawn", () => {
  assert.deepEqual(spread(5, 9), [0, 1, 2, 3, 4]);
  assert.deepEqual(spread(9, 3), [0, 4, 8]);
  for (const ranks of [1, 2, 16, 64, 1000])
    for (const height of [100, 600]) {
      const rows = rowsOf([wide(ranks), wide(ranks)], height, false);
      const names = rows.rows.map((row) => row.lane.name);
      assert.ok(names.includes("worker 0") && names.includes(`worker ${ranks - 1}`), `${ranks} ranks in ${height}: ${names}`);
      if (height === 600) assert.ok(rows.height <= height, `${ranks} ranks: ${rows.height}`);
    }
  assert.deepEqual(rowsOf([wide(64)], 600, true).ranks, { shown: 64, all: 64 });
});

test("timeline: a range's totals are those of all ranks: time, share, messages and bytes", () => {
  const group = groupOf("sync", data, unpacked);
  // [1, 8] ms: 1 ms of the forward product, 3 of the update, on one device; both messages arrive.
  const totals = Object.fromEntries(totalsOf(group, { begin: 0.001, end: 0.008 }).map((total) => [total.name, total]));
  near([totals.forward.seconds, totals.update.seconds, totals.idle.seconds, totals["reduce on engine"].seconds], [0.001, 0.003, 0.003, 0.001]);
  near([totals.forward.share!], [1 / 7]);
  assert.deepEqual([totals["messages with gradients"].messages, totals["messages with gradients"].bytes], [1, 1000]);
  // The longer message is still under way at 7 ms.
  const part = Object.fromEntries(totalsOf(group, { begin: 0.0025, end: 0.007 }).map((total) => [total.name, total]));
  assert.deepEqual([part["messages with gradients"].messages, part["messages with parameters"].messages], [0, 1]);
  near([part["messages with gradients"].seconds, part["messages with parameters"].seconds], [0.0045, 0.0005]);
});
