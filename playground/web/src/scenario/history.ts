// The scenarios before this one, for "Undo". Changes of one origin that follow each other quickly, such
// as those of a drag or of typing, are one step.

const pause_ms = 1000;
const most = 100;

export class History<Origin> {
  private readonly texts: string[] = [];
  private last: { origin: Origin; at: number } | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {}

  get length(): number {
    return this.texts.length;
  }

  // `text` is what there was before a change.
  add(text: string, origin: Origin): void {
    const at = this.now();
    const goesOn = this.last !== null && this.last.origin === origin && origin !== "other" && at - this.last.at < pause_ms;
    this.last = { origin, at };
    if (goesOn) return;
    this.texts.push(text);
    if (this.texts.length > most) this.texts.shift();
  }

  back(): string | undefined {
    this.last = null;
    return this.texts.pop();
  }
}
