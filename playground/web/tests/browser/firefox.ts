// Firefox as it is installed, driven by WebDriver BiDi: no more of it than a smoke test needs.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";

const candidates = [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"];
export const firefoxProgram = candidates.find((one) => one !== undefined && existsSync(one));

interface Reply {
  id?: number;
  method?: string;
  params?: { level?: string; text?: string };
  result?: Record<string, unknown>;
  error?: string;
  message?: string;
}

// Where it listens, it says on stderr.
function addressOf(firefox: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    firefox.stderr!.on("data", (text: Buffer) => {
      said += String(text);
      const [, address] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    firefox.once("exit", (code) => reject(new Error(`Firefox ended with ${code}: ${said}`)));
  });
}

export class Firefox {
  readonly complaints: string[] = []; // what the page wrote to its console
  private calls = 0;
  private readonly waiting = new Map<number, { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }>();
  private context = "";

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.on("message", (text) => this.take(JSON.parse(String(text)) as Reply));
  }

  static async start(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), "lockstep-firefox-"));
    const process = spawn(firefoxProgram!, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0", "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
    const socket = new WebSocket(`${await addressOf(process)}/session`);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const firefox = new Firefox(process, profile, socket);
    await firefox.send("session.new", { capabilities: {} });
    await firefox.send("session.subscribe", { events: ["log.entryAdded"] });
    const { contexts } = (await firefox.send("browsingContext.getTree", {})) as { contexts: { context: string }[] };
    firefox.context = contexts[0].context;
    await firefox.send("browsingContext.setViewport", { context: firefox.context, viewport: { width: 1400, height: 900 } });
    return firefox;
  }

  private take({ id, method, params, result, error, message }: Reply): void {
    if (method === "log.entryAdded") this.complaints.push(`${params?.level}: ${params?.text}`);
    const one = id === undefined ? undefined : this.waiting.get(id);
    if (one === undefined) return;
    this.waiting.delete(id!);
    if (error === undefined) one.resolve(result ?? {});
    else one.reject(new Error(`${error}: ${message}`));
  }

  private send(method: string, params: object): Promise<Record<string, unknown>> {
    const id = ++this.calls;
    const answer = new Promise<Record<string, unknown>>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }

  async open(url: string): Promise<void> {
    await this.send("browsingContext.navigate", { context: this.context, url, wait: "complete" });
  }

  // The value of an expression, in the page, as JSON.
  async value<T>(expression: string): Promise<T> {
    const { type, result, exceptionDetails } = (await this.send("script.evaluate", { expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`, awaitPromise: true, target: { context: this.context } })) as { type: string; result?: { value: string }; exceptionDetails?: { text: string } };
    if (type !== "success") throw new Error(exceptionDetails?.text);
    return JSON.parse(result!.value) as T;
  }

  // Until an expression is true.
  async until(expression: string, patience_ms = 60_000): Promise<void> {
    for (const begin = Date.now(); Date.now() - begin < patience_ms; await new Promise((resolve) => setTimeout(resolve, 100))) if (await this.value<boolean>(`Boolean(${expression})`)) return;
    throw new Error(`in vain: ${expression}`);
  }

  async end(): Promise<void> {
    this.socket.close();
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill();
    await ended;
    rmSync(this.profile, { recursive: true, force: true });
  }
}
