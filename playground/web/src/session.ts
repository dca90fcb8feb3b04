// What the page is about: one scenario as text, what came out of it, and who wants to know. Sliders,
// the editor, lessons and links all change the text; only the newest is computed.

import type { PageDocument } from "../../../reports/web/src/data";
import { Engine, Stopped } from "./engine";
import { Live } from "./live";
import { outcomeOf, parsed, type Known, type Outcome, type Request } from "./run";
import { History } from "./scenario/history";
import { pretty } from "./scenario/pretty";
import { remediesOf, type Remedies } from "./scenario/remedies";
import type { Json } from "./scenario/pointer";

export type Origin = "editor" | "controls" | "other";

export interface Listener {
  changed?: (text: string, origin: Origin) => void; // at once
  began?: () => void;
  ended?: (outcome: Outcome | { kind: "stopped" }, text: string) => void; // of what was the newest then
  advised?: (advice: Remedies) => void; // what would make a scenario with faults run; nothing, once it is changed
}

const noAdvice: Remedies = { places: [], remedies: [] };

export class Session {
  readonly engine = new Engine();
  text = "";
  document: Json | undefined = undefined; // of the text, if it is JSON
  page: PageDocument | null = null; // of the last scenario that ran
  private isOpen = true; // what is shown is not of this text
  private readonly history = new History<Origin>();
  private readonly listeners: Listener[] = [];
  private readonly advisor = new Engine(); // which no drag stops
  private readonly live = new Live<Request, { outcome: Outcome; text: string }>(
    async (request) => ({ outcome: await outcomeOf(this.engine, request), text: request.text }),
    () => this.engine.stop(),
    ({ outcome, text }) => this.finish(outcome, text),
    (error) => this.fail(error),
  );

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  // What `run` says of it need not be computed again where it is known.
  setText(text: string, origin: Origin, known?: Known): void {
    if (text === this.text && (known === undefined || !this.isOpen)) return;
    if (this.text !== "" && text !== this.text) this.history.add(this.text, origin);
    this.become(text, origin, known);
  }

  get canUndo(): boolean {
    return this.history.length > 0;
  }

  undo(): void {
    const before = this.history.back();
    if (before !== undefined) this.become(before, "other");
  }

  private become(text: string, origin: Origin, known?: Known): void {
    this.text = text;
    this.document = parsed(text);
    for (const { changed, advised } of this.listeners) {
      changed?.(text, origin);
      advised?.(noAdvice);
    }
    this.advisor.stop();
    this.run(false, known);
  }

  // Of a text that is no JSON there is nothing to change.
  change(edit: (document: Json, resolved: Json) => Json): void {
    if (this.document !== undefined) this.setText(pretty(edit(this.document, this.resolved)), "controls");
  }

  // As the loader read the last scenario that ran: with defaults, in SI units.
  get resolved(): Json {
    return (this.page?.report.scenario ?? {}) as Json;
  }

  run(evenLong: boolean, known?: Known): void {
    this.isOpen = true;
    for (const { began } of this.listeners) began?.();
    this.live.request({ text: this.text, evenLong, known });
  }

  stop(): void {
    this.live.stop();
  }

  private finish(outcome: Outcome, text: string): void {
    if (outcome.kind === "done") this.page = outcome.page;
    this.isOpen = outcome.kind !== "done";
    for (const { ended } of this.listeners) ended?.(outcome, text);
    if (outcome.kind === "faults" && text === this.text && this.document !== undefined) void this.advise(this.document);
  }

  private async advise(document: Json): Promise<void> {
    try {
      const advice = await remediesOf(document, this.resolved, (one) => this.advisor.call(["validate"], JSON.stringify(one)));
      if (document === this.document) for (const { advised } of this.listeners) advised?.(advice);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }

  private fail(error: unknown): void {
    const outcome: Outcome | { kind: "stopped" } =
      error instanceof Stopped ? { kind: "stopped" } : { kind: "faults", faults: [{ at: "", message: error instanceof Error ? error.message : String(error), isWarning: false }] };
    for (const { ended } of this.listeners) ended?.(outcome, this.text);
  }
}
