// The examples of docs/report.md draw from the report alone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

const repository = resolve("../..");
const program = process.env.LOCKSTEP ?? join(repository, "build/release/lockstep");
const folder = mkdtempSync(join(tmpdir(), "lockstep-plots-"));
const report = (name: string, ...words: string[]) => {
  const file = join(folder, `${name}.json`);
  execFileSync(program, [...words, "--quiet", "-o", file], { cwd: repository, stdio: "ignore" });
  return file;
};
const count = (text: string, pattern: RegExp) => (text.match(pattern) ?? []).length;

test("plots: Python draws a bar a run, or a line a trained run", () => {
  const bars = execFileSync("python3", [join(repository, "reports/plot.py"), report("run", "run", "scenarios/quickstart.json")], { encoding: "utf8" });
  assert.equal(count(bars, /<rect [^>]*fill="#0072b2"/g), 13);
  const lines = execFileSync("python3", [join(repository, "reports/plot.py"), report("train", "train", "scenarios/train.json", "--set", "/training/iterations=10")], { encoding: "utf8" });
  assert.equal(count(lines, /<polyline/g), 8);
});

test("plots: gnuplot draws three parts of each run", () => {
  const picture = join(folder, "run.svg");
  execFileSync("gnuplot", ["-e", `report='${report("gnuplot", "run", "scenarios/quickstart.json")}'; picture='${picture}'`, join(repository, "reports/plot.gp")]);
  const drawn = readFileSync(picture, "utf8");
  assert.match(drawn, /exposed communication/);
  assert.match(drawn, /async, 1 server/);
});

test("plots: a figure over an axis of a sweep, by Python and by gnuplot", () => {
  const lines = join(folder, "sweep.jsonl");
  execFileSync(program, ["sweep", "scenarios/sweeps/strong_scaling.json", "--quiet", "-o", lines], { cwd: repository, stdio: "ignore" });
  const drawn = execFileSync("python3", [join(repository, "reports/plot.py"), lines, "/cluster/topology/hosts", "speedup"], { encoding: "utf8" });
  assert.equal(count(drawn, /<polyline/g), 3);
  assert.match(drawn, />128</);
  const picture = join(folder, "sweep.svg");
  execFileSync("gnuplot", ["-e", `lines='${lines}'; figure='speedup'; picture='${picture}'`, join(repository, "reports/plot.gp")]);
  assert.match(readFileSync(picture, "utf8"), /halving and doubling/);
});
