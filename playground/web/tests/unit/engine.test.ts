// A call of the engine, with modules that are small enough to be written by hand.

import assert from "node:assert/strict";
import { test } from "node:test";

import { aborted, answer } from "../../src/engine/instance";

const letters = (text: string) => [text.length, ...Buffer.from(text)];
const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const memory = [5, 3, 1, 0, 1];
const exports = (start: number) => [7, 19, 2, ...letters("memory"), 2, 0, ...letters("_start"), 0, start];

// (module (memory (export "memory") 1) (func (export "_start") unreachable))
const trapping = [...head, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, ...memory, ...exports(0), 10, 5, 1, 3, 0, 0, 0x0b];

// (module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
//   (memory (export "memory") 1) (func (export "_start") i32.const 2 call 0))
const exiting = [...head, 1, 8, 2, 0x60, 1, 0x7f, 0, 0x60, 0, 0, 2, 36, 1, ...letters("wasi_snapshot_preview1"), ...letters("proc_exit"), 0, 0, 3, 2, 1, 1, ...memory, ...exports(1), 10, 8, 1, 6, 0, 0x41, 2, 0x10, 0, 0x0b];

const answered = async (bytes: number[]) => answer(await WebAssembly.compile(Uint8Array.from(bytes)), { number: 1, command: ["run"], stdin: "{}" });

test("engine: a program's exit code is its own", async () => {
  assert.deepEqual(await answered(exiting), { exitCode: 2, stdout: new Uint8Array(), stderr: "" });
});

test("engine: an instance that aborts gives a message, and the next one is not touched by it", async () => {
  const { exitCode, stderr } = await answered(trapping);
  assert.equal(exitCode, aborted);
  assert.match(stderr, /^lockstep: the engine stopped: unreachable/);
  assert.equal((await answered(exiting)).exitCode, 2);
});
