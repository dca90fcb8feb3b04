// node lockstep.mjs COMMAND [NAME]: the module as a program.
import { readFileSync, writeSync } from "node:fs";
import { call } from "./wasi.mjs";

const module = new WebAssembly.Module(readFileSync(process.env.LOCKSTEP_MODULE));
const { exitCode, stdout, stderr } = call(module, process.argv.slice(2), readFileSync(0));
for (let [file, bytes] of [
  [1, Buffer.from(stdout)],
  [2, Buffer.from(stderr)],
])
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(file, bytes));
process.exitCode = exitCode;
