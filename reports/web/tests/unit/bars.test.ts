import assert from "node:assert/strict";
import { test } from "node:test";

import { spread, stretches } from "../../src/charts/bars";
import { cutAt } from "../../src/charts/lines";
import { endThatMatters } from "../../src/charts/loss";
import { wrapped } from "../../src/charts/names";
import type { Loss } from "../../src/data";

const bar = (row: string, value: number) => ({ row, part: "", value, colour: "", tip: "" });

test("bars: parts stand one after the other", () => {
  assert.deepEqual(stretches([bar("a", 1), bar("a", 2), bar("b", 4)]).map(({ from, to }) => [from, to]), [[0, 1], [1, 3], [0, 4]]);
});

test("bars: on a logarithmic axis a bar ends at its sum, and its parts divide its length as they divide the sum", () => {
  // From 1 to 100 the middle is 10.
  const [first, second] = stretches([bar("a", 50), bar("a", 50)], 1);
  assert.equal(first.from, 1);
  assert.ok(Math.abs(first.to - 10) < 1e-9);
  assert.ok(Math.abs(second.to - 100) < 1e-9);
});

test("bars: the spread is of what is above 0", () => {
  assert.equal(spread([0, 2, 10]), 5);
  assert.equal(spread([]), 1);
});

test("lines: a line that is cut goes on to the very end", () => {
  const points = [{ x: 0, y: 0 }, { x: 2, y: 4 }, { x: 4, y: 0 }];
  assert.deepEqual(cutAt(points, 3), [{ x: 0, y: 0 }, { x: 2, y: 4 }, { x: 3, y: 2 }]);
  assert.deepEqual(cutAt(points, 4), points);
  assert.deepEqual(cutAt(points, 9), points);
});

test("loss: time ends at the slowest that reaches the target, or at the run in the middle", () => {
  const loss = (end: number, reached?: number): Loss => ({ time_s: [0, end], samples: [], iterations: [], loss: [], accuracy: [], ...(reached === undefined ? {} : { target: { accuracy: 0.9, reached: true, time_s: reached } }) });
  assert.equal(endThatMatters([loss(1), loss(2), loss(100)]), 2);
  assert.equal(endThatMatters([loss(10, 4), loss(20, 8), loss(100)]), 1.05 * 8);
  assert.equal(endThatMatters([loss(10, 10)]), 10);
});

test("names: a long one takes several lines, and no letter is lost", () => {
  const letters = (text: string) => text.length;
  assert.deepEqual(wrapped("sync, ring over hosts", 11, letters), ["sync, ring", "over hosts"]);
  assert.deepEqual(wrapped("abcdefghij", 4, letters), ["abcd", "efgh", "ij"]);
  assert.deepEqual(wrapped("short", 40, letters), ["short"]);
  assert.equal(wrapped("one two_three-four, five/six", 7, letters).join("").replaceAll(" ", ""), "onetwo_three-four,five/six");
});
