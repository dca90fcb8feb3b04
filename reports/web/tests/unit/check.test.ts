import assert from "node:assert/strict";
import { test } from "node:test";

import { checkSentence } from "../../src/check";
import type { CheckDocument, CheckedRun } from "../../src/data";

const run: CheckedRun = {
  label: "ring",
  closed_form_s: 1,
  simulated_s: 1,
  measured_s: 1,
  all_measured_s: [1],
  speed: 1,
  time_error: 0.1,
  counts: "equal",
  parameters: "-",
  flops: 1,
  bytes: 1,
  messages: 1,
};
const document = (runs: CheckedRun[]): CheckDocument => ({
  version: "1",
  tolerance: 0.3,
  check: { median_time_error: 0.1, worst_time_error: 0.4, rank_correlation: 1, pairs_apart: 3, pairs_swapped: 1, runs },
});

test("check: the sentence says what holds", () => {
  const words = checkSentence(document([run, { ...run, counts: "within bound", parameters: "equal" }]));
  assert.match(words, /^2 real runs beside their predictions: FLOPs, bytes, messages and parameters are as predicted in all\./);
  assert.match(words, /off by 10\.0 % in the median and 40\.0 % at worst; none by more than the tolerance of 30\.0 %/);
  assert.match(words, /Of 3 pairs .* 2 are in the predicted order/);
});

test("check: an error just over the tolerance is not rounded to it", () => {
  const just = document([run, { ...run, time_error: 0.30004 }]);
  just.check.worst_time_error = 0.30004;
  assert.match(checkSentence(just), /30\.004 % at worst; 1 by more than the tolerance of 30\.0 %/);
});

test("check: the sentence says what does not hold", () => {
  const words = checkSentence(document([run, { ...run, time_error: -0.4, counts: "differ" }, { ...run, parameters: "differ" }]));
  assert.match(words, /counts or parameters differ in 2/);
  assert.match(words, /; 1 by more than the tolerance/);
});
