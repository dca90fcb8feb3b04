// The examples of docs/report.md draw from the report alone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
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

// Texts of a picture, by where they stand: those that begin, end or have their middle at one place.
const texts = (picture: string) =>
  [...picture.matchAll(/<text x="([-0-9.]+)" y="([-0-9.]+)" [^>]*text-anchor="(\w+)">([^<]*)</g)].map(([, x, y, anchor, words]) => ({
    x: Number(x),
    y: Number(y),
    anchor,
    words: words!,
  }));
const apart = (places: number[]) => {
  const sorted = [...places].sort((a, b) => a - b);
  return Math.min(...sorted.slice(1).map((place, i) => place - sorted[i]!));
};
const isRound = (words: string) => /^[125]0*$/.test(Number(words).toExponential().replace(/e.*/, "").replace(".", ""));

test("plots: Python's picture of the survey has its labels apart, and outliers on an axis with round ticks", () => {
  const survey = report("survey", "run", "scenarios/survey.json");
  const draw = (file: string) => execFileSync("python3", [join(repository, "reports/plot.py"), file], { encoding: "utf8" });
  const bars = draw(survey);
  const labels = texts(bars).filter((each) => each.anchor === "end");
  assert.equal(labels.length, 40);
  assert.ok(apart(labels.map((each) => each.y)) >= 14);
  assert.match(bars, /time per iteration \(s\), logarithmic/);
  const ticks = texts(bars).filter((each) => each.anchor === "middle" && !Number.isNaN(Number(each.words)));
  assert.ok(ticks.length >= 3 && ticks.length <= 10);
  for (const tick of ticks) assert.ok(isRound(tick.words), tick.words);
  assert.ok(apart(ticks.map((each) => each.x)) >= 40);
  // Every bar can be seen, and none leaves the picture.
  const widths = [...bars.matchAll(/<rect x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)"[^>]*fill="#0072b2"/g)].map((found) => [Number(found[1]), Number(found[2])]);
  for (const [x, width] of widths) assert.ok(width! > 10 && x! + width! < 800);

  // With losses, as many lines.
  const json = JSON.parse(readFileSync(survey, "utf8"));
  for (const run of json.runs) run.loss = { time_s: [0, run.simulated.makespan_s], loss: [2, 1] };
  const trained = join(folder, "trained.json");
  writeFileSync(trained, JSON.stringify(json));
  const lines = draw(trained);
  assert.equal(count(lines, /<polyline/g), 40);
  const names = texts(lines).filter((each) => each.anchor === "start" && each.words !== "loss (held-out samples)");
  assert.equal(names.length, 40);
  assert.ok(apart(names.map((each) => each.y)) >= 14);
  assert.match(lines, /simulated time \(s\), logarithmic/);
});

test("plots: what is near together is drawn on plain axes from 0", () => {
  const near = join(folder, "near.json");
  const run = (label: string, makespan_s: number) => ({ label, analytic: { time_s: 1 }, simulated: { makespan_s } });
  writeFileSync(near, JSON.stringify({ scenario: { training: { iterations: 1 } }, runs: [run("a", 3.1), run("b", 4.2)] }));
  const bars = execFileSync("python3", [join(repository, "reports/plot.py"), near], { encoding: "utf8" });
  assert.doesNotMatch(bars, /logarithmic/);
  assert.deepEqual(texts(bars).filter((each) => each.anchor === "middle").map((each) => each.words), ["0", "1", "2", "3", "4", "5", "time per iteration (s)"]);
});

test("plots: gnuplot draws three parts of each run", () => {
  const picture = join(folder, "run.svg");
  execFileSync("gnuplot", ["-e", `report='${report("gnuplot", "run", "scenarios/quickstart.json")}'; picture='${picture}'`, join(repository, "reports/plot.gp")]);
  const drawn = readFileSync(picture, "utf8");
  assert.match(drawn, /exposed communication/);
  assert.match(drawn, /async, 1 server/);
  assert.match(drawn, /Time per iteration \(s\)/);
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
