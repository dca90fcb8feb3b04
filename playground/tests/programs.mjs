// The two programs that must say the same: the WebAssembly module and the native one.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { call, freshMemory } from "./wasi.mjs";

const module = new WebAssembly.Module(readFileSync(process.env.LOCKSTEP_MODULE));

// All calls use the same memory, as in the page; what is in it before must not matter.
const memory = freshMemory();
new Uint8Array(memory.buffer).fill(0xa5);

// What the module says; `words` are its command and what follows.
export const inModule = (words, stdin) => call(module, words, stdin, memory);

// What the native program says, in the folder of the file that it is given, if any. Its vectors are
// those of every x86-64 processor: a module has no others.
export function native(words, file) {
  const ended = spawnSync(process.env.LOCKSTEP_PROGRAM, file ? [...words, basename(file)] : words, {
    cwd: file && dirname(file),
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { ...process.env, LOCKSTEP_INSTRUCTION_SET: "x86-64" },
  });
  if (ended.error) throw ended.error;
  return { exitCode: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}
