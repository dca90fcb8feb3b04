// Work of which only the newest request matters: while one is at work, of those that come meanwhile
// the last waits. One that has been at work for longer than people wait is given up for it.

export class Live<Request, Result> {
  private working = false;
  private begun = 0;
  private pending: { request: Request } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined = undefined;

  constructor(
    private readonly work: (request: Request) => Promise<Result>,
    private readonly abandon: () => void, // makes `work` end soon, by an error
    private readonly done: (result: Result, isNewest: boolean) => void,
    private readonly failed: (error: unknown) => void,
    private readonly patience_ms = 1000,
    private readonly now: () => number = () => performance.now(),
  ) {}

  request(request: Request): void {
    this.pending = { request };
    if (!this.working) void this.next();
    else if (this.now() - this.begun > this.patience_ms) this.abandon();
    else this.timer ??= setTimeout(() => this.abandonForNewer(), this.patience_ms - (this.now() - this.begun));
  }

  // Also what waits.
  stop(): void {
    this.pending = null;
    if (this.working) this.abandon();
  }

  private abandonForNewer(): void {
    this.timer = undefined;
    if (this.working && this.pending !== null) this.abandon();
  }

  private async next(): Promise<void> {
    while (this.pending !== null) {
      const { request } = this.pending;
      this.pending = null;
      this.working = true;
      this.begun = this.now();
      try {
        const result = await this.work(request);
        this.done(result, this.pending === null);
      } catch (error) {
        if (this.pending === null) this.failed(error);
      } finally {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.working = false;
      }
    }
  }
}
