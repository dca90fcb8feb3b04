// Sliders, the size of a run, links, and work of which only the newest matters.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Live } from "../../src/live";
import { linkOf, textOfLink } from "../../src/scenario/link";
import type { Json } from "../../src/scenario/pointer";
import { costable, estimated, isPlainlySmall, leastHosts, mostRanks, refusedRuns, refusedText } from "../../src/scenario/size";
import { decades, nearest, powersOfTwo, sliders, spreadOf } from "../../src/scenario/sliders";
import { startText } from "../../src/scenario/start";

const start = JSON.parse(startText) as Json;
const slider = (id: string) => sliders.find((one) => one.id === id)!;

test("sliders: positions ascend, and the nearest is found by ratio", () => {
  for (const { id, values } of sliders) assert.ok(values.every((value, i) => i === 0 || value > values[i - 1]), id);
  assert.deepEqual(decades(1, 10), [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8, 10]);
  assert.deepEqual(powersOfTwo(1, 8), [1, 2, 4, 8]);
  assert.equal(nearest([1, 10, 100], 32), 2);
  assert.equal(nearest([0, 1, 10], 0), 0);
});

test("sliders: each writes where it reads, with a unit where people would write one", () => {
  const written = (id: string, value: number, pointer: string[]) => pointer.reduce((one, step) => (one as Record<string, Json>)[step], slider(id).write(start, start, value));
  assert.equal(written("bandwidth", 1.25e9, ["cluster", "topology", "link", "bandwidth"]), "10 Gbit/s");
  assert.equal(written("latency", 2.5e-6, ["cluster", "topology", "link", "latency"]), "2.5 us");
  assert.equal(written("speed", 5e12, ["cluster", "device", "flops"]), "5 TFLOP/s");
  assert.equal(written("workers", 8, ["cluster", "topology", "hosts"]), 8);
  assert.equal(slider("layers").read(start), 16);
  assert.equal(slider("bandwidth").read({ cluster: { topology: { link: "named" } } }), null);
});

test("sliders: a server for each host stays one for each host", () => {
  const servers = (document: Json) => (document as { algorithms: { servers?: number }[] }).algorithms.map((one) => one.servers);
  assert.deepEqual(servers(slider("workers").write(start, start, 4)), [undefined, 4, undefined, undefined]);
  const two = { cluster: { topology: { hosts: 8 } }, algorithms: [{ kind: "async_sgd", servers: 2 }] };
  assert.deepEqual(servers(slider("workers").write(two, two, 4)), [2]);
});

test("sliders: the mini-batch stays of each worker, or of all", () => {
  assert.deepEqual(slider("batch").write({ training: { global_batch: 64 } }, {}, 32), { training: { global_batch: 32 } });
  assert.deepEqual(slider("batch").write({ training: {} }, {}, 32), { training: { batch_per_worker: 32 } });
});

test("sliders: straggling is a standard deviation over the mean, whatever the distribution", () => {
  assert.equal(spreadOf(undefined), 0);
  assert.equal(spreadOf({ distribution: "exponential" }), 1);
  assert.equal(spreadOf({ distribution: "gamma", shape: 4 }), 0.5); // 1 / sqrt(shape)
  assert.equal(spreadOf({ distribution: "uniform", width: 1 })!.toFixed(4), "0.5774"); // 1 / sqrt(3)
  assert.equal(spreadOf({ distribution: "pareto" }), null);
  const half = slider("straggling").write(start, start, 0.5);
  assert.equal(slider("straggling").read(half), 0.5);
  const cluster = (document: Json) => (document as { cluster: Record<string, Json> }).cluster;
  assert.deepEqual(Object.keys(cluster(slider("straggling").write(start, start, 0))), ["topology", "device"]);
});

test("size: 10,000 workers are refused, with the limit and why", () => {
  const words = refusedText(JSON.stringify({ cluster: { topology: { hosts: 10_000 } } }))!;
  assert.match(words, /10 k hosts .* at most 1024\. .*memory/);
  assert.match(refusedRuns([{ label: "a", workers: 5000, servers: 5000, analytic: { messages: 1 } }])!, /10 k ranks/);
  assert.equal(refusedText(JSON.stringify({ cluster: { topology: { hosts: mostRanks } } })), null);
  assert.equal(refusedText("{ not JSON"), null); // the loader will say it
  assert.match(refusedText(" ".repeat(300_000))!, /at most 262 k/);
});

test("size: hosts are counted as they are written", () => {
  assert.equal(leastHosts("dgx_a100 x 1250"), 1250); // machines, of several devices each
  assert.equal(leastHosts({ topology: { dimensions: [16, 16, 16] } }), 4096);
  assert.equal(leastHosts({ topology: { machines: 200, devices: 8 } }), 1600);
  assert.equal(leastHosts({ topology: { k: 32 } }), 8192); // a fat tree of k ports has k^3 / 4
  assert.equal(leastHosts({ topology: { hosts: 5 } }), 5);
  assert.match(refusedText('{"cluster": "dgx_a100 x 1250"}')!, /at most 1024/);
});

test("size: a long run is announced, a short one is not", () => {
  const run = (messages: number) => [{ label: "a", workers: 16, analytic: { messages } }];
  assert.equal(estimated(run(10_000), 8, 4).isLong, false);
  assert.equal(estimated(run(100_000_000), 8, 4).isLong, true);
  assert.match(estimated(run(100_000_000), 8, 4).words, /100 M messages, about/);
});

test("size: what closed forms do not know is left out of the estimate", () => {
  const document = { cluster: { failures: { mtbf: "1 h" }, rank_order: "best", device: "v100_fp32" }, training: { checkpoint: {}, iterations: 2 } };
  assert.deepEqual(costable(document), { cluster: { device: "v100_fp32" }, training: { iterations: 2 } });
});

test("size: only what is small beyond doubt begins without an estimate", () => {
  const small = { model: { layers: 8 }, training: { iterations: 4 }, cluster: { topology: { hosts: 16 } }, algorithms: [{ kind: "gpipe", micro_batches: 64 }] };
  assert.ok(isPlainlySmall(start) && isPlainlySmall(small));
  assert.ok(!isPlainlySmall({ ...small, cluster: "dgx_a100 x 2000" }));
  assert.ok(!isPlainlySmall({ ...small, algorithms: [{ kind: "gpipe", micro_batches: 100_000 }] }));
  assert.ok(!isPlainlySmall({ ...small, algorithms: [{ kind: "sync_sgd", levels: [4, 4096] }] }));
  assert.ok(!isPlainlySmall({ ...small, training: { iterations: 1e6 } }));
  assert.ok(!isPlainlySmall(undefined));
});

test("links: a scenario comes back letter by letter, and a damaged link says so", async () => {
  const link = await linkOf(startText + "é 漢字 😀");
  assert.match(link, /^[A-Za-z0-9_-]+$/);
  assert.deepEqual(await textOfLink(link), { text: startText + "é 漢字 😀" });
  for (const cut of [1, 2, 10, link.length >> 1, link.length - 3]) assert.match(((await textOfLink(link.slice(0, -cut))) as { fault: string }).fault, /damaged/, `${cut} cut`);
  const place = link.length >> 1;
  assert.match(((await textOfLink(`${link.slice(0, place)}${link[place] === "A" ? "B" : "A"}${link.slice(place + 1)}`)) as { fault: string }).fault, /damaged/);
  assert.match(((await textOfLink("%%%")) as { fault: string }).fault, /damaged/);
});

test("links: no more than a scenario's length is unpacked", async () => {
  assert.match(((await textOfLink(await linkOf(" ".repeat(5_000_000)))) as { fault: string }).fault, /more than 256 KiB/);
});

test("live: of requests that come meanwhile only the last is worked on", async () => {
  const begun: number[] = [];
  const done: [number, boolean][] = [];
  let finish: (() => void)[] = [];
  const live = new Live<number, number>(
    (request) => new Promise((resolve) => (begun.push(request), finish.push(() => resolve(request)))),
    () => assert.fail("nobody waited for long"),
    (result, isNewest) => done.push([result, isNewest]),
    () => assert.fail("nothing failed"),
  );
  for (const request of [1, 2, 3, 4]) live.request(request);
  assert.deepEqual(begun, [1]);
  finish[0]();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(begun, [1, 4]);
  finish[1]();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(done, [[1, false], [4, true]]);
});

test("live: what has taken longer than people wait is given up for something newer, and is no failure", async () => {
  let now = 0;
  let reject: ((reason: unknown) => void)[] = [];
  const begun: number[] = [];
  const live = new Live<number, number>(
    (request) => new Promise((_, no) => (begun.push(request), reject.push(no))),
    () => reject.at(-1)!(new Error("abandoned")),
    () => assert.fail("nothing was finished"),
    () => assert.fail("it was given up on purpose"),
    300,
    () => now,
  );
  live.request(1);
  now = 1000;
  live.request(2);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(begun, [1, 2]);
});

test("live: what comes soon after a long run has begun does not wait for its end", async () => {
  const begun: number[] = [];
  let end: ((reason: unknown) => void) | undefined;
  const live = new Live<number, number>(
    (request) => new Promise((resolve, no) => (begun.push(request), request === 2 ? resolve(request) : (end = no))),
    () => end!(new Error("abandoned")),
    () => {},
    () => assert.fail("it was given up on purpose"),
    30,
  );
  live.request(1);
  live.request(2);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(begun, [1, 2]);
});

test("live: a stop ends what runs, and is told", async () => {
  let reject: ((reason: unknown) => void) | undefined;
  const failed: unknown[] = [];
  const live = new Live<number, number>(() => new Promise((_, no) => (reject = no)), () => reject!("stopped"), () => {}, (error) => failed.push(error));
  live.request(1);
  live.request(2);
  live.stop();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(failed, ["stopped"]);
});
