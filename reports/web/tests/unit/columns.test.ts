import assert from "node:assert/strict";
import { test } from "node:test";

import { inOneUnit, unitOf } from "../../src/columns";
import { leaving, spans } from "../../src/table";

const cells = (values: (number | undefined)[], quantity: Parameters<typeof unitOf>[0]) => {
  const column = inOneUnit("x", quantity, values, (value) => value);
  return [column.heading, ...values.map((value) => column.cell(value).text)];
};

test("columns: one unit, that of the figure in the middle, and three true digits", () => {
  assert.deepEqual(cells([0.002, 0.0345, 3.2], "time"), ["x (ms)", "2.00", "34.5", "3,200"]);
  assert.deepEqual(cells([1.5e9, 2e9, 123.4e6], "bytes"), ["x (GB)", "1.50", "2.00", "0.123"]);
  assert.deepEqual(cells([0, 0.5], "share"), ["x (%)", "0", "50.0"]);
});

test("columns: a figure above 999 of its unit is rounded to three digits, and a tiny one keeps them", () => {
  assert.deepEqual(cells([1, 1, 123_456], "time"), ["x (s)", "1.00", "1.00", "123,000"]);
  assert.deepEqual(cells([1, 1, 1.234e-9], "time"), ["x (s)", "1.00", "1.00", "1.23e-9"]);
  assert.deepEqual(cells([1, 1, 0.9996], "time"), ["x (s)", "1.00", "1.00", "1.00"]);
});

test("columns: whole numbers stay whole, and what is missing is a dash", () => {
  assert.deepEqual(cells([16, 1024, undefined], "number"), ["x", "16", "1024", "-"]);
});

test("table: what stands above several columns is said once", () => {
  const columns = ["", "a", "a", "b"].map((of, i) => ({ of, shown: i !== 2 }));
  assert.deepEqual(spans(columns), [{ of: "", first: 0, shown: 1 }, { of: "a", first: 1, shown: 1 }, { of: "b", first: 3, shown: 1 }]);
});

test("table: columns of the highest rank leave first, and of equal ones the last; some never", () => {
  assert.deepEqual(leaving([{}, { rank: 1 }, { rank: 3 }, { rank: 1 }, { rank: 0 }]), [2, 3, 1, 4]);
});
