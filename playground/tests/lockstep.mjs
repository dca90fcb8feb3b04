// node lockstep.mjs COMMAND [NAME]: the module as a program. Node 20 may crash when one process runs
// several instances under its WASI, so each has a process of its own.
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const module = await WebAssembly.compile(readFileSync(process.env.LOCKSTEP_MODULE));
const args = ["lockstep", ...process.argv.slice(2)];
const wasi = new WASI({ version: "preview1", args, returnOnExit: true });
process.exitCode = wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
