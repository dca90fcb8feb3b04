// The simulator itself, compiled to WebAssembly, in a Web Worker: a command and its standard input
// in, its exit code, output and messages out. `stop` ends whatever runs, at once.

import { asText, type Answer, type Question, type Reply } from "./engine/messages";
import { engineModule } from "./engine/module";
import { filesNamedIn } from "./scenario/named_files";
import workerSource from "worker-source";

export type { Answer } from "./engine/messages";

// What a call is rejected with when it was stopped.
export class Stopped extends Error {
  constructor() {
    super("stopped");
  }
}

interface Waiting {
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

export class Engine {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;

  // Calls are answered in their order.
  async call(command: string[], stdin: string): Promise<Answer> {
    const number = ++this.calls;
    const answer = new Promise<Answer>((resolve, reject) => this.waiting.set(number, { resolve, reject }));
    try {
      const module = await engineModule();
      if (!this.waiting.has(number)) return await answer; // stopped before it began
      this.worker ??= this.started(module);
      this.worker.postMessage({ number, command, stdin, files: filesNamedIn(stdin) } satisfies Question);
    } catch (error) {
      this.waiting.get(number)?.reject(error);
      this.waiting.delete(number);
    }
    return answer;
  }

  stop(): void {
    this.end(new Stopped());
  }

  private end(reason: Error): void {
    this.worker?.terminate();
    this.worker = null;
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of all) reject(reason);
  }

  private started(module: WebAssembly.Module): Worker {
    const address = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      this.waiting.get(data.number)?.resolve(asText(data.answer));
      this.waiting.delete(data.number);
    };
    worker.onerror = (event) => this.end(new Error(`the engine's worker failed: ${event.message}`));
    worker.postMessage(module);
    return worker;
  }
}

const engine = new Engine();

export const call = (command: string[], stdin: string): Promise<Answer> => engine.call(command, stdin);
export const stop = (): void => engine.stop();
