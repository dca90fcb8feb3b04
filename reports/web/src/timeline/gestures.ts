// What pointers, wheel and keys ask of a timeline: to move, to zoom, to select.

export interface Gestures {
  pan(share: number): void; // of what is in view
  zoom(factor: number, x?: number): void; // what is at x stays there
  scroll(pixels: number): void;
  reset(): void;
  select(from: number, to: number | null): void; // from one x to another; null: nothing yet
  unselect(): void;
  zoomToSelection(): void;
  point(x: number, y: number): void;
  leave(): void;
}

interface Touch {
  x: number;
  y: number;
}

const wheelZoom = 300;

export class GestureReader {
  private readonly down = new Map<number, Touch>();
  private selecting: number | null = null; // where it began

  // Presses above `axis` select; others move, or with Shift select.
  constructor(private readonly canvas: HTMLCanvasElement, private readonly to: Gestures, private readonly axis: number, private readonly width: () => number) {
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", (event) => this.release(event));
    canvas.addEventListener("pointerleave", () => to.leave());
    canvas.addEventListener("dblclick", (event) => (event.offsetY < axis ? to.unselect() : to.zoom(2, event.offsetX)));
    canvas.addEventListener("keydown", (event) => pressKey(event, to));
  }

  // Without focus and without Ctrl, the wheel scrolls the page as everywhere. Two fingers that part
  // on a touchpad come as a wheel with Ctrl.
  private wheel(event: WheelEvent): void {
    if (document.activeElement !== this.canvas && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.to.pan((event.deltaX || event.deltaY) / 800);
    else this.to.zoom(Math.exp(-event.deltaY / (event.ctrlKey ? wheelZoom / 3 : wheelZoom)), event.offsetX);
  }

  private press(event: PointerEvent): void {
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (this.down.size === 1 && (event.offsetY < this.axis || event.shiftKey)) {
      this.selecting = event.offsetX;
      this.to.select(event.offsetX, null);
    } else this.selecting = null;
    this.to.leave();
  }

  private release(event: PointerEvent): void {
    this.down.delete(event.pointerId);
    this.selecting = null;
  }

  private move(event: PointerEvent): void {
    const before = this.down.get(event.pointerId);
    const now = { x: event.offsetX, y: event.offsetY };
    if (before === undefined) return this.to.point(now.x, now.y);
    if (this.selecting !== null) return this.to.select(this.selecting, now.x);
    const others = [...this.down].filter(([id]) => id !== event.pointerId).map(([, touch]) => touch);
    this.down.set(event.pointerId, now);
    if (others.length > 0) return this.pinch(before, now, others[0]);
    this.to.pan((before.x - now.x) / Math.max(1, this.width()));
    this.to.scroll(before.y - now.y);
  }

  // The distance of two fingers zooms, their middle moves.
  private pinch(before: Touch, now: Touch, other: Touch): void {
    const distance = (touch: Touch) => Math.max(24, Math.hypot(touch.x - other.x, touch.y - other.y));
    this.to.pan((before.x - now.x) / 2 / Math.max(1, this.width()));
    this.to.zoom(distance(now) / distance(before), (now.x + other.x) / 2);
  }
}

// As in Perfetto: W and S zoom, A and D move.
export function pressKey(event: KeyboardEvent, to: Gestures): void {
  const acts: Record<string, () => void> = {
    "+": () => to.zoom(2),
    "=": () => to.zoom(2),
    "-": () => to.zoom(0.5),
    w: () => to.zoom(1.5),
    s: () => to.zoom(1 / 1.5),
    a: () => to.pan(-0.2),
    d: () => to.pan(0.2),
    ArrowLeft: () => to.pan(-0.2),
    ArrowRight: () => to.pan(0.2),
    ArrowUp: () => to.scroll(-40),
    ArrowDown: () => to.scroll(40),
    Home: () => to.reset(),
    "0": () => to.reset(),
    f: () => to.zoomToSelection(),
    Escape: () => to.unselect(),
  };
  const act = acts[event.key] ?? acts[event.key.toLowerCase()];
  if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
}
