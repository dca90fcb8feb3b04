// The two programs that must say the same: the WebAssembly module and the native one.
import { spawnSync } from "node:child_process";
import { basename, dirname, join } from "node:path";

function ended(program, words, options) {
  const child = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1 << 30, ...options });
  if (child.error) throw child.error;
  return { exitCode: child.status, stdout: child.stdout, stderr: child.stderr };
}

// What the module says; `words` are its command and what follows.
export function inModule(words, stdin) {
  const script = join(import.meta.dirname, "lockstep.mjs");
  return ended(process.execPath, ["--no-warnings", script, ...words], { input: stdin });
}

// What the native program says, in the folder of the file that it is given. Its vectors are those of
// every x86-64 processor: a module has no others.
export function native(words, file) {
  return ended(process.env.LOCKSTEP_PROGRAM, [...words, basename(file)], {
    cwd: dirname(file),
    env: { ...process.env, LOCKSTEP_INSTRUCTION_SET: "x86-64" },
  });
}
