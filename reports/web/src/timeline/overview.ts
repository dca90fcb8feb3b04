// The whole run in a strip below the lanes: how its devices are used, and which part is in view. It
// is the timeline's scrollbar: the part in view is dragged, or either of its ends.

import { h } from "../dom";
import type { Colours } from "./colours";
import { pressKey, type Gestures } from "./gestures";
import type { Group } from "./lanes";
import { Pixels } from "./pixels";
import type { View } from "./view";

const stripe = 22;
const grip = 7;

type Grip = "begin" | "end" | "whole";

// What a span of a kind, from one place to another in columns, takes of each column, times `weight`.
// Of every column all kinds stand together.
function addTo(sums: Float32Array, kinds: number, kind: number, begin: number, end: number, weight: number): void {
  const last = Math.min(sums.length / kinds - 1, Math.ceil(end) - 1);
  for (let column = Math.floor(begin); column <= last; ++column) sums[column * kinds + kind] += weight * (Math.min(end, column + 1) - Math.max(begin, column));
}

export class Overview {
  readonly canvas = h("canvas", { class: "overview", tabindex: 0, role: "scrollbar", "aria-orientation": "horizontal", "aria-label": "part of the run in view", "aria-valuemin": 0, "aria-valuemax": 100 });
  private pixels = new Pixels(1, 1);
  private view: View = { begin: 0, end: 0 };
  private range: View | null = null;
  private drag: { grip: Grip; x: number; view: View } | null = null;

  private groups: Group[] = [];
  private whole = 0;
  private across = 0; // how wide the canvas is; to ask it while the page changes has all of it laid out

  constructor(private readonly gutter: () => number, private readonly colours: () => Colours, private readonly show: (view: View) => void, keys: Gestures) {
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", () => (this.drag = null));
    this.canvas.addEventListener("pointercancel", () => (this.drag = null));
    this.canvas.addEventListener("keydown", (event) => pressKey(event, keys));
    new ResizeObserver(() => {
      this.across = this.canvas.clientWidth;
      this.paint();
    }).observe(this.canvas);
  }

  // Other runs, to be painted soon.
  take(groups: Group[], whole: number): void {
    if (groups.length !== this.groups.length) this.canvas.style.height = `${stripe * groups.length}px`;
    this.groups = groups;
    this.whole = whole;
  }

  private width(): number {
    return Math.max(1, this.across - this.gutter());
  }
  private x(time: number): number {
    return this.gutter() + (time / this.whole) * this.width();
  }

  // Paints what does not change with the view.
  paint(): void {
    if (this.across <= this.gutter()) return; // on paper it is not shown
    const sharp = window.devicePixelRatio || 1;
    const colours = this.colours();
    const left = Math.round(this.gutter() * sharp);
    const height = Math.round(stripe * sharp);
    this.pixels = this.pixels.ofSize(Math.round(this.across * sharp), height * this.groups.length, this.canvas);
    this.pixels.clear(colours.nothing);
    const columns = this.pixels.width - left;
    const column_s = this.whole / columns;
    this.groups.forEach(({ lanes }, number) => {
      const devices = lanes.filter((lane) => lane.kind === "device");
      const kinds = colours.path.length;
      const sums = new Float32Array(columns * kinds);
      for (const { begins, ends, columns: kindOf } of devices)
        for (let i = 0; i < begins.length; ++i) addTo(sums, kinds, kindOf[0][i], begins[i] / column_s, ends[i] / column_s, 1 / devices.length);
      this.pixels.fill(left, number * height, columns, height - 1, colours.ground);
      for (let column = 0; column < columns; ++column) {
        let sum = 0;
        let drawn = 0;
        for (let kind = 0; kind < kinds; ++kind) {
          sum += sums[column * kinds + kind];
          const to = Math.round(Math.min(1, sum) * (height - 1));
          this.pixels.column(left + column, number * height + height - 1 - to, to - drawn, colours.path[kind]);
          drawn = to;
        }
      }
    });
    this.draw(this.view, this.range);
  }

  draw(view: View, range: View | null): void {
    this.view = view;
    this.range = range;
    const canvas = this.canvas.getContext("2d");
    if (canvas === null || this.pixels.width <= 1) return;
    const sharp = window.devicePixelRatio || 1;
    const { names } = this.colours();
    const height = stripe * this.groups.length;
    canvas.setTransform(1, 0, 0, 1, 0, 0);
    this.pixels.show(canvas);
    canvas.setTransform(sharp, 0, 0, sharp, 0, 0);
    canvas.font = "11px system-ui, sans-serif";
    canvas.textAlign = "right";
    canvas.fillStyle = names.muted;
    canvas.fillText("whole run", this.gutter() - 6, height / 2 + 4);
    const [left, right] = [this.x(view.begin), Math.max(this.x(view.end), this.x(view.begin) + 2)];
    canvas.fillStyle = names.surface;
    canvas.globalAlpha = 0.65;
    canvas.fillRect(this.gutter(), 0, left - this.gutter(), height);
    canvas.fillRect(right, 0, this.across - right, height);
    canvas.globalAlpha = 1;
    canvas.strokeStyle = canvas.fillStyle = names.text;
    canvas.lineWidth = 1;
    canvas.strokeRect(left + 0.5, 0.5, Math.max(1, right - left - 1), height - 1);
    for (const at of [left, right]) canvas.fillRect(at - 1.5, height / 2 - 6, 3, 12);
    if (range !== null) {
      canvas.fillStyle = names.accent;
      canvas.globalAlpha = 0.35;
      canvas.fillRect(this.x(range.begin), 0, Math.max(1, this.x(range.end) - this.x(range.begin)), height);
      canvas.globalAlpha = 1;
    }
    const rest = this.whole - (view.end - view.begin);
    this.canvas.setAttribute("aria-valuenow", String(rest > 0 ? Math.round((100 * view.begin) / rest) : 0));
  }

  private gripAt(x: number): Grip | null {
    const [left, right] = [this.x(this.view.begin), this.x(this.view.end)];
    if (Math.abs(x - left) < grip && x < (left + right) / 2) return "begin";
    if (Math.abs(x - right) < grip) return "end";
    return x > left && x < right ? "whole" : null;
  }
  private press(event: PointerEvent): void {
    this.canvas.setPointerCapture(event.pointerId);
    let at = this.gripAt(event.offsetX);
    if (at === null) {
      const time = ((event.offsetX - this.gutter()) / this.width()) * this.whole;
      const length = this.view.end - this.view.begin;
      this.show({ begin: time - length / 2, end: time + length / 2 });
      at = "whole";
    }
    this.drag = { grip: at, x: event.offsetX, view: this.view };
  }
  private move(event: PointerEvent): void {
    if (this.drag === null) {
      const at = this.gripAt(event.offsetX);
      this.canvas.style.cursor = at === "whole" ? "grab" : at === null ? "pointer" : "ew-resize";
      return;
    }
    const by = ((event.offsetX - this.drag.x) / this.width()) * this.whole;
    const { begin, end } = this.drag.view;
    const least = this.whole / 1e4;
    if (this.drag.grip === "whole") {
      const kept = Math.max(-begin, Math.min(by, this.whole - end));
      this.show({ begin: begin + kept, end: end + kept });
    } else if (this.drag.grip === "begin") this.show({ begin: Math.max(0, Math.min(begin + by, end - least)), end });
    else this.show({ begin, end: Math.min(this.whole, Math.max(end + by, begin + least)) });
  }
}
