import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import type { SweepAxis, SweepDocument, SweepLine } from "../../src/data";
import { edgesOf, fieldsOf } from "../../src/sweep/heat_map";
import { figureTitle, isKnown } from "../../src/sweep/figure_words";
import { bordersOf, figuresOf, numberAt, scenarioAt, unitOf, valuesOf, winnerAt, wordsAt } from "../../src/sweep/points";

const hosts: SweepAxis = { name: "/hosts", pointers: ["/hosts"] };
const link: SweepAxis = { name: "/link/bandwidth", pointers: ["/link/bandwidth"] };
const zipped: SweepAxis = { name: "parts", pointers: ["/a", "/b"] };

// Two algorithms over bandwidth: `slow` always at 10, `steep` at the bandwidth itself.
const lines: SweepLine[] = [4, 8].flatMap((workers, row) =>
  [1, 100].map((bandwidth, column) => ({
    point: 2 * row + column,
    at: { "/hosts": workers, "/link/bandwidth": `${bandwidth} Gbit/s` },
    runs: [
      { label: "slow", samples_per_s: 10 },
      { label: "steep", samples_per_s: bandwidth * (row + 1), fits_in_memory: true },
    ],
  })),
);

test("sweep: values are numbers, with or without a unit, or words", () => {
  assert.equal(numberAt(hosts, lines[0]), 4);
  assert.equal(numberAt(link, lines[1]), 100);
  assert.equal(unitOf(link, lines), "Gbit/s");
  assert.deepEqual(valuesOf(link, [...lines].reverse()), ["1 Gbit/s", "100 Gbit/s"]);
  assert.equal(wordsAt(zipped, { point: 0, at: { "/a": 4, "/b": 4 } }), "4");
  assert.equal(wordsAt(zipped, { point: 0, at: { "/a": 4, "/b": { kind: "ring" } } }), "4/ring");
  assert.equal(numberAt(zipped, { point: 0, at: { "/a": "ring", "/b": 1 } }), undefined);
  assert.deepEqual(figuresOf(lines), ["samples_per_s"]);
});

test("sweep: a border is where two algorithms tie, on logarithmic axes", () => {
  assert.equal(winnerAt(lines[0])?.label, "slow");
  assert.equal(winnerAt(lines[1])?.label, "steep");
  const borders = bordersOf(link, hosts, lines);
  assert.deepEqual(borders.map(({ from, to, row }) => [from, to, row]), [["slow", "steep", "4"], ["slow", "steep", "8"]]);
  // `steep` is the bandwidth, or twice as much: it ties with 10 at 10, and at 5.
  assert.ok(Math.abs(borders[0].at - 10) < 1e-9);
  assert.ok(Math.abs(borders[1].at - 5) < 1e-9);
});

test("sweep: what does not fit in memory wins nowhere", () => {
  const line = { ...lines[0], runs: lines[0].runs!.map((run) => ({ ...run, fits_in_memory: run.label !== "slow" })) };
  assert.equal(winnerAt(line)?.label, "steep");
  assert.equal(winnerAt({ ...line, runs: line.runs.slice(0, 1) }), undefined);
});

test("sweep: a heat map has an edge between neighbours with different winners", () => {
  const fields = fieldsOf(lines, link, hosts);
  assert.deepEqual(fields.map(({ column, row, winner }) => [column, row, winner]), [[0, 0, "slow"], [1, 0, "steep"], [0, 1, "slow"], [1, 1, "steep"]]);
  assert.deepEqual(edgesOf(fields), [
    { x1: 1, x2: 1, y1: 0, y2: 1 },
    { x1: 1, x2: 1, y1: 1, y2: 2 },
  ]);
});

test("sweep: the scenario of a point has its values", () => {
  const page = { scenario: { name: "a", algorithms: [{ kind: "zero" }], "x/y": 1 } } as unknown as SweepDocument;
  const line = { point: 0, at: { "/algorithms/0/stage": 3, "/x~1y": 2, "/new/key": true } };
  assert.deepEqual(scenarioAt(page, line), { name: "a", algorithms: [{ kind: "zero", stage: 3 }], "x/y": 2, new: { key: true } });
  assert.deepEqual(page.scenario, { name: "a", algorithms: [{ kind: "zero" }], "x/y": 1 });
});

test("sweep: every figure that docs/sweep.md lists has words and, but for counts and ratios, a unit", () => {
  const page = readFileSync("../../docs/sweep.md", "utf8");
  const keys = [...page.matchAll(/^\| `runs\[\]\.(\w+)` /gm)].map(([, key]) => key);
  const texts = ["label", "error", "algorithm", "time_is", "fits_in_memory"]; // no numbers
  const figures = keys.filter((key) => !texts.includes(key));
  assert.ok(figures.length > 20);
  for (const key of figures) {
    assert.ok(isKnown(key), key);
    assert.doesNotMatch(figureTitle(key), /_/);
    if (key.endsWith("_s")) assert.match(figureTitle(key), /\((samples\/)?s\)$/);
  }
  assert.equal(figureTitle("time_per_iteration_s"), "time per iteration (s)");
  assert.equal(figureTitle("new_key"), "new_key");
});
