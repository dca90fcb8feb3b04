// Runs in a Web Worker: gets the module once, then questions.

import { aborted, answer } from "./instance";
import type { Question } from "./messages";

let module: WebAssembly.Module;

self.onmessage = async ({ data }: MessageEvent<WebAssembly.Module | Question>) => {
  if (data instanceof WebAssembly.Module) {
    module = data;
    return;
  }
  const { number } = data;
  try {
    self.postMessage({ number, answer: await answer(module, data) });
  } catch (error) {
    self.postMessage({ number, answer: { exitCode: aborted, stdout: "", stderr: `lockstep: the engine did not start: ${String(error)}\n` } });
  }
};
