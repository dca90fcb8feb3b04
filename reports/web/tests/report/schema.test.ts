// Reports of the built program are as `lockstep schema --report` says, and hold nothing else.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import Ajv2020, { type AnySchemaObject } from "ajv/dist/2020.js";

const repository = resolve("../..");
const program = process.env.LOCKSTEP ?? join(repository, "build/release/lockstep");
const run = (...words: string[]) => JSON.parse(execFileSync(program, words, { cwd: repository, encoding: "utf8", maxBuffer: 1e9 }));

// The published schema is open to new fields; those that the program writes today are all in it.
function closed(schema: AnySchemaObject): AnySchemaObject {
  if (schema.items) return { ...schema, items: closed(schema.items) };
  if (!schema.properties) return schema;
  const properties = Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, closed(field as AnySchemaObject)]));
  return { ...schema, properties, additionalProperties: false };
}

const valid = new Ajv2020({ allowUnionTypes: true }).compile(closed(run("schema", "--report")));

function check(...words: string[]): void {
  const report = run(...words, "--quiet", "-o", "-");
  assert.ok(valid(report), `${words.join(" ")}: ${JSON.stringify(valid.errors, null, 2)}`);
}

// `lockstep run` does not run a sweep (for `lockstep check`) or a plan (for `lockstep plan`).
function runs(name: string): boolean {
  const scenario = JSON.parse(readFileSync(join(repository, "scenarios", name), "utf8"));
  return !("sweep" in scenario || "plan" in scenario);
}
for (const name of readdirSync(join(repository, "scenarios")).filter((file) => file.endsWith(".json") && runs(file))) {
  test(`report: run scenarios/${name}`, () => check("run", `scenarios/${name}`));
}
test("report: cost", () => check("cost", "scenarios/synchronous.json"));
test("report: train", () => check("train", "scenarios/train.json", "--set", "/training/iterations=20"));
test("report: execute", () => check("execute", "scenarios/train.json", "--set", "/training/iterations=5"));
test("report: what is not as the schema says is found", () => {
  const report = run("cost", "scenarios/synchronous.json", "-o", "-");
  assert.ok(!valid({ ...report, schema: 2 }));
  assert.ok(!valid({ ...report, unknown: 1 }));
  report.runs[0].analytic.bytes = "many";
  assert.ok(!valid(report));
});
