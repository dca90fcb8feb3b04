// Runs in a Web Worker: gets the module once, then questions. Its calls use the same memory, since the first
// use of fresh memory may take as long as simulating; not after an instance that aborted, nor if it is much.

import { aborted, answer, freshMemory } from "./instance";
import type { Question, Reply } from "./messages";

const mostKept_bytes = 2 ** 27;

let module: WebAssembly.Module;
let memory = freshMemory();

function replyTo(question: Question): Reply {
  const { number } = question;
  try {
    const reply = { number, answer: answer(module, question, memory) };
    if (reply.answer.exitCode === aborted || memory.buffer.byteLength > mostKept_bytes) memory = freshMemory();
    return reply;
  } catch (error) {
    memory = freshMemory();
    return { number, answer: { exitCode: aborted, stdout: new Uint8Array(), stderr: `lockstep: the engine did not start: ${String(error)}\n` } };
  }
}

self.onmessage = ({ data }: MessageEvent<WebAssembly.Module | Question>) => {
  if (data instanceof WebAssembly.Module) {
    module = data;
    return;
  }
  const reply = replyTo(data);
  self.postMessage(reply, { transfer: [reply.answer.stdout.buffer] });
};
