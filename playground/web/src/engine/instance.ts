// One call of the engine: an instance of its own, so that one that aborts leaves nothing behind.

import { ConsoleStdout, File, OpenFile, WASI } from "@bjorn3/browser_wasi_shim";

import { withFiles } from "../scenario/named_files";
import type { Answer, Question } from "./messages";

// What a program writes to one of its streams.
class Written {
  private readonly chunks: Uint8Array[] = [];
  readonly stream = new ConsoleStdout((bytes) => this.chunks.push(bytes.slice()));

  text(): string {
    const decoder = new TextDecoder();
    return this.chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
  }
}

// The exit code of a program that ended in a trap: what a shell says of one that aborted.
export const aborted = 134;

export async function answer(module: WebAssembly.Module, { command, stdin, files = [] }: Question): Promise<Answer> {
  const [stdout, stderr] = [new Written(), new Written()];
  const input = new OpenFile(new File(withFiles(stdin, files)));
  const wasi = new WASI(["lockstep", ...command], [], [input, stdout.stream, stderr.stream], { debug: false });
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
  let exitCode = aborted;
  let trap = "";
  try {
    exitCode = wasi.start(instance as Parameters<WASI["start"]>[0]);
  } catch (error) {
    trap = `lockstep: the engine stopped: ${error instanceof Error ? error.message : String(error)}\n`;
  }
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() + trap };
}
