// One call of the engine: an instance of its own, so that one that aborts leaves nothing behind. Calls may
// use the same memory one after the other, whatever the call before has left there.

import { ConsoleStdout, File, OpenFile, WASI } from "@bjorn3/browser_wasi_shim";

import { withFiles } from "../scenario/named_files";
import type { Question, Reply } from "./messages";

// What a program writes to one of its streams.
class Written {
  private readonly chunks: Uint8Array<ArrayBuffer>[] = [];
  readonly stream = new ConsoleStdout((bytes) => this.chunks.push(bytes.slice()));

  bytes(): Uint8Array<ArrayBuffer> {
    if (this.chunks.length === 1) return this.chunks[0];
    const result = new Uint8Array(this.chunks.reduce((sum, { length }) => sum + length, 0));
    let end = 0;
    for (const chunk of this.chunks) {
      result.set(chunk, end);
      end += chunk.length;
    }
    return result;
  }
}

// The exit code of a program that ended in a trap: what a shell says of one that aborted.
export const aborted = 134;

// As much as the module asks for when it begins, in pages of 64 KiB.
export const freshMemory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 256 });

export function answer(module: WebAssembly.Module, { command, stdin, files = [] }: Question, memory = freshMemory()): Reply["answer"] {
  const [stdout, stderr] = [new Written(), new Written()];
  const input = new OpenFile(new File(withFiles(stdin, files)));
  const wasi = new WASI(["lockstep", ...command], [], [input, stdout.stream, stderr.stream], { debug: false });
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport, env: { memory } });
  let exitCode = aborted;
  let trap = "";
  try {
    exitCode = wasi.start(instance as Parameters<WASI["start"]>[0]);
  } catch (error) {
    trap = `lockstep: the engine stopped: ${error instanceof Error ? error.message : String(error)}\n`;
  }
  return { exitCode, stdout: stdout.bytes(), stderr: new TextDecoder().decode(stderr.bytes()) + trap };
}
