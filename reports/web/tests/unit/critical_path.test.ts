import assert from "node:assert/strict";
import { test } from "node:test";

import { partText, pathParts, savingText } from "../../src/critical_path";
import type { Improvement } from "../../src/data";

const improvement: Improvement = { part: "devices", factor: 1.1, predicted_makespan_s: 9, simulated_makespan_s: 9.2 };

test("critical path: a saving is told, and what was foretold where that differs", () => {
  assert.equal(savingText(10, improvement), "8.00 (10.00)");
  assert.equal(savingText(10, { ...improvement, simulated_makespan_s: 9 }), "10.00");
  assert.equal(savingText(10, { ...improvement, simulated_makespan_s: undefined }), "10.00");
  assert.equal(savingText(10, { ...improvement, simulated_makespan_s: 10.0001, predicted_makespan_s: 10 }), "0.00");
});

test("critical path: parts of a cluster are named, classes of links by what they are", () => {
  assert.equal(partText(improvement), "devices");
  assert.equal(partText({ ...improvement, part: "link_class", bandwidth_bytes_per_s: 1.25e9, latency_s: 5e-6 }), "bandwidth of links of 10 Gbit/s and 5 us");
  assert.equal(partText({ ...improvement, part: "link", from: "h0", to: "switch" }), "bandwidth of one link alone");
});

test("critical path: kinds of activities are joined into parts, and none is lost", () => {
  const seconds = { forward: 1, backward_weight: 2, backward_input: 4, reduce: 8, transcode: 16, update: 32, latency: 64, transfer: 128, measured_messages: 256, endpoint: 512, pause: 1024 };
  const all = pathParts({ activities: 1, seconds, links: [], improvements: [] });
  assert.equal(all.reduce((sum, one) => sum + one.seconds, 0), 2047);
  assert.equal(all.find((one) => one.part === "backward")?.seconds, 6);
});
