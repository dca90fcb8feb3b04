import assert from "node:assert/strict";
import { test } from "node:test";

import { bitRate, bytes, count, percent, seconds, shorten, significant, timeUnit } from "../../src/format";

test("format: three significant digits and a prefix", () => {
  assert.equal(seconds(0.00123), "1.23 ms");
  assert.equal(seconds(57.5), "57.5 s");
  assert.equal(seconds(0), "0 s");
  assert.equal(bytes(2_147_483_648), "2.15 GB");
  assert.equal(bytes(10), "10 B");
  assert.equal(bitRate(1.25e9), "10 Gbit/s");
  assert.equal(percent(0.5), "50 %");
  assert.equal(count(9999), "9999");
  assert.equal(count(1_234_567), "1.23 M");
});

test("format: zeros that say nothing are left out, digits that say something are not", () => {
  assert.equal(significant(100), "100");
  assert.equal(significant(1.5), "1.50");
  assert.equal(significant(2), "2");
  assert.equal(significant(-0.0123), "-0.0123");
  assert.equal(significant(1e-30), "1.00e-30");
});

test("format: an axis has the unit of its largest value", () => {
  assert.deepEqual(timeUnit(0.02), { name: "ms", size: 1e-3 });
  assert.deepEqual(timeUnit(0), { name: "s", size: 1 });
});

test("format: labels are shortened in the middle, by characters and not by code units", () => {
  assert.equal(shorten("abcdef", 6), "abcdef");
  assert.equal(shorten("abcdefgh", 5), "ab…gh");
  assert.equal(shorten("😀😀😀😀😀", 3), "😀…😀");
});
