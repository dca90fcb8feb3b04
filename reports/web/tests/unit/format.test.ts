import assert from "node:assert/strict";
import { test } from "node:test";

import { bitRate, bytes, bytesOf, count, percent, percentBeside, seconds, shorten, significant, timeUnit } from "../../src/format";

test("format: three significant digits and a prefix", () => {
  assert.equal(seconds(0.00123), "1.23 ms");
  assert.equal(seconds(57.5), "57.5 s");
  assert.equal(seconds(77.4), "1.29 min");
  assert.equal(seconds(155_520), "1.80 days");
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

test("format: what is below a limit is not rounded to it", () => {
  assert.equal(percentBeside(0.94996, 0.95), "94.996 %");
  assert.equal(percentBeside(0.9496, 0.95), "94.96 %");
  assert.equal(percentBeside(0.9, 0.95), "90 %");
  assert.equal(percentBeside(0.95, 0.95), "95 %");
  assert.equal(percentBeside(0.95004, 0.95), "95.004 %");
  assert.equal(percent(0.99996), "99.996 %");
  assert.equal(percent(1), "100 %");
  assert.equal(bytesOf(16.004e9, 16e9), "16.004 of 16.000 GB");
  assert.equal(bytesOf(20e9, 16e9), "20.0 of 16.0 GB");
  assert.equal(bytesOf(17.18e9, 17.179e9), "17.180 of 17.179 GB");
});
