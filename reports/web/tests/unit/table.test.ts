import assert from "node:assert/strict";
import { test } from "node:test";

import { number, sorted, text, type Column } from "../../src/table";

interface Row {
  name: string;
  size?: number;
}
const size: Column<Row> = { heading: "size", numeric: true, cell: (row) => number(row.size, String) };
const rows: Row[] = [{ name: "b", size: 10 }, { name: "none" }, { name: "a", size: 9 }];
const names = (all: Row[]) => all.map((row) => row.name);

test("table: numbers are ordered as numbers, and missing ones come last either way", () => {
  assert.deepEqual(names(sorted(rows, size, false)), ["a", "b", "none"]);
  assert.deepEqual(names(sorted(rows, size, true)), ["b", "a", "none"]);
});

test("table: texts are ordered as texts", () => {
  const name: Column<Row> = { heading: "name", numeric: false, cell: (row) => text(row.name) };
  assert.deepEqual(names(sorted(rows, name, false)), ["a", "b", "none"]);
});

test("table: a missing number is a dash", () => {
  assert.equal(number(undefined, String).text, "-");
  assert.equal(number(null, String).text, "-");
});
