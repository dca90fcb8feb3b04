// The timeline: a canvas that zooms and pans by mouse, touch and keyboard.

import { step } from "../cluster";
import type { RunPicture, TimelineData } from "../data";
import { h } from "../dom";
import { legend, type LegendItem } from "../figure";
import { bytes, count, seconds } from "../format";
import { coloursOf, drawLanes, laneHeight, tops, type Geometry } from "./draw";
import { lanesOf, spanAt, type Lane } from "./lanes";
import { clamped, panned, zoomed, type View } from "./view";

const mostHeight = 560;
const kindColours = ["var(--blue)", "var(--orange)", "var(--vermillion)", "var(--green)", "var(--purple)", "var(--yellow)", "var(--green)"];

// After the kinds of spans: work at a message's end, a message, bytes from or to shared memory.
function activity([kind, rank, to, layer]: number[], data: TimelineData): string {
  const who = data.ranks[rank];
  if (kind < data.span_kinds.length) return `${who}: ${data.span_kinds[kind].replaceAll("_", " ")}${layer >= 0 ? `, layer ${layer}` : ""}`;
  const others = [`${who}: work on a message`, `message from ${who} to ${data.ranks[to]}`, `${who} and the shared memory`];
  return others[kind - data.span_kinds.length];
}

export function describe(lane: Lane, i: number, data: TimelineData): string {
  const times = `${seconds(lane.ends[i] - lane.begins[i])} from ${seconds(lane.begins[i])}`;
  if (lane.kind === "link") return `${lane.name}: ${lane.fields[0][i]} % used, ${times}`;
  if (lane.kind === "messages") {
    const [from, buffer, messages] = lane.fields.map((field) => field[i]);
    const sender = from === -1 ? "several ranks" : from === -2 ? "the shared memory" : data.ranks[from];
    const many = messages > 1 ? `${count(messages)} messages, ` : "";
    return `${sender} ${lane.name}: ${many}${data.buffers[buffer].replaceAll("_", " ")}, ${bytes(lane.bytes[i])}, ${times}`;
  }
  if (lane.kind === "path") return `${lane.name}: ${activity(lane.fields.map((field) => field[i]), data)}, ${times}`;
  const [kind, layer, microBatch, operations] = lane.fields.map((field) => field[i]);
  const where = `${layer >= 0 ? `, layer ${layer}` : ""}${microBatch > 0 ? `, micro-batch ${microBatch}` : ""}`;
  const many = operations > 1 ? ` (${count(operations)} operations joined)` : "";
  return `${lane.name}: ${data.span_kinds[kind].replaceAll("_", " ")}${where}, ${times}${many}`;
}

function sentence(data: TimelineData): string {
  const joined = [
    data.device_resolution_s > 0 ? `of ${count(data.operations)} operations those closer than ${seconds(data.device_resolution_s)}` : "",
    data.message_resolution_s > 0 ? `of ${count(data.messages)} messages those closer than ${seconds(data.message_resolution_s)}` : "",
  ].filter((words) => words !== "");
  const sampled = joined.length > 0 ? ` Down-sampled: ${joined.join(", and ")} are joined, kind by kind.` : "";
  const path = data.path_row ? "At the top the critical path, then what" : "What";
  const engine = data.engine_rows.some((row) => row.length > 0) ? "what the engine beside it folds and " : "";
  return `${path} each worker's device does, below it ${engine}the messages that reach it, and at the end how busy links are.${sampled}`;
}

class Timeline {
  readonly canvas = h("canvas", { tabindex: 0, role: "img", "aria-describedby": "timeline-help" });
  readonly reading = h("p", { class: "reading", "aria-live": "polite" });
  private readonly lanes: Lane[];
  private readonly tops: number[];
  private view: View;
  private place: Geometry = { width: 0, height: 0, gutter: 0, axis: 20, top: 0 };
  private drag: { x: number; y: number; view: View; top: number } | null = null;
  private waiting = false;

  constructor(private readonly data: TimelineData) {
    this.lanes = lanesOf(data);
    this.tops = tops(this.lanes);
    this.view = { begin: 0, end: data.makespan_s };
    this.canvas.setAttribute("aria-label", `timeline of ${data.ranks.length} ranks over ${seconds(data.makespan_s)}`);
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", () => (this.drag = null));
    this.canvas.addEventListener("pointercancel", () => (this.drag = null));
    this.canvas.addEventListener("dblclick", (event) => this.zoom(2, this.timeAt(event.offsetX)));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.resize()).observe(this.canvas);
  }

  isTall(): boolean {
    return this.tops.at(-1)! > mostHeight;
  }
  zoom(factor: number, at = (this.view.begin + this.view.end) / 2): void {
    this.show(zoomed(this.view, factor, at, this.data.makespan_s));
  }
  pan(share: number): void {
    this.show(panned(this.view, share, this.data.makespan_s));
  }
  reset(): void {
    this.place.top = 0;
    this.show({ begin: 0, end: this.data.makespan_s });
  }
  redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  private show(view: View): void {
    this.view = clamped(view, this.data.makespan_s);
    this.say(`in view: ${seconds(this.view.begin)} to ${seconds(this.view.end)}`);
    this.redraw();
  }
  private say(words: string): void {
    if (this.reading.textContent !== words) this.reading.textContent = words;
  }

  private resize(): void {
    const width = this.canvas.clientWidth;
    const height = Math.min(mostHeight, this.place.axis + this.tops.at(-1)! + 6);
    if (width === this.place.width && height === this.place.height) return;
    this.place = { ...this.place, width, height, gutter: width < 500 ? 74 : 120 };
    const sharp = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * sharp);
    this.canvas.height = Math.round(height * sharp);
    this.canvas.style.height = `${height}px`;
    this.draw();
  }

  private draw(): void {
    const canvas = this.canvas.getContext("2d");
    if (canvas === null || this.place.width === 0) return;
    const begin = performance.now();
    const sharp = window.devicePixelRatio || 1;
    canvas.setTransform(sharp, 0, 0, sharp, 0, 0);
    const drawn = drawLanes(canvas, this.lanes, this.data, this.view, this.place, coloursOf(this.canvas), step);
    Object.assign(this.canvas.dataset, {
      begin: String(this.view.begin),
      end: String(this.view.end),
      drawn: String(drawn),
      milliseconds: (performance.now() - begin).toFixed(2),
    });
  }

  private timeAt(x: number): number {
    const share = (x - this.place.gutter) / Math.max(1, this.place.width - this.place.gutter);
    return this.view.begin + Math.min(1, Math.max(0, share)) * (this.view.end - this.view.begin);
  }
  private scroll(top: number): void {
    this.place.top = Math.max(0, Math.min(top, this.tops.at(-1)! + 6 - (this.place.height - this.place.axis)));
    this.redraw();
  }

  // Without focus and without Ctrl, the wheel scrolls the page as everywhere.
  private wheel(event: WheelEvent): void {
    const focused = document.activeElement === this.canvas;
    if (!focused && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.pan((event.deltaX || event.deltaY) / 800);
    else this.zoom(Math.exp(-event.deltaY / 300), this.timeAt(event.offsetX));
  }
  private press(event: PointerEvent): void {
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = { x: event.clientX, y: event.clientY, view: this.view, top: this.place.top };
  }
  private move(event: PointerEvent): void {
    if (this.drag === null) return this.read(event.offsetX, event.offsetY);
    const share = (this.drag.x - event.clientX) / Math.max(1, this.place.width - this.place.gutter);
    this.scroll(this.drag.top + this.drag.y - event.clientY);
    this.show(panned(this.drag.view, share, this.data.makespan_s));
  }
  private key(event: KeyboardEvent): void {
    const acts: Record<string, () => void> = {
      "+": () => this.zoom(2),
      "=": () => this.zoom(2),
      "-": () => this.zoom(0.5),
      ArrowLeft: () => this.pan(-0.2),
      ArrowRight: () => this.pan(0.2),
      ArrowUp: () => this.scroll(this.place.top - 40),
      ArrowDown: () => this.scroll(this.place.top + 40),
      Home: () => this.reset(),
      "0": () => this.reset(),
    };
    const act = acts[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  private read(x: number, y: number): void {
    const under = y - this.place.axis + this.place.top;
    const lane = this.lanes.findIndex((one, i) => under >= this.tops[i] && under < this.tops[i] + laneHeight[one.kind]);
    if (lane < 0 || x < this.place.gutter) return;
    const span = spanAt(this.lanes[lane], this.timeAt(x));
    this.say(span === null ? `${this.lanes[lane].name}: nothing, at ${seconds(this.timeAt(x))}` : describe(this.lanes[lane], span, this.data));
  }
}

function legendItems(data: TimelineData): LegendItem[] {
  const used = new Set([...data.device_rows, ...data.engine_rows].flatMap((row) => row.filter((_, i) => i % 6 === 2)));
  const kinds = data.span_kinds.map((label, i) => ({ label: label.replaceAll("_", " "), colour: kindColours[i] })).filter((_, i) => used.has(i));
  const messages = data.messages > 0 ? [{ label: "message under way", colour: "var(--sky)" }] : [];
  const links = data.links.length > 0 ? [{ label: "link little used", colour: "var(--use-1)" }, { label: "link full", colour: "var(--use-5)" }] : [];
  return [...kinds, ...messages, ...links];
}

export interface TimelineFigure {
  element: HTMLElement;
  redraw: () => void;
}

export function timelineFigure(picture: RunPicture): TimelineFigure | null {
  if (!picture.timeline || picture.timeline.makespan_s === 0) return null;
  const timeline = new Timeline(picture.timeline);
  const button = (words: string, label: string, act: () => void) => h("button", { type: "button", "aria-label": label, title: label, click: act }, words);
  const element = h(
    "figure",
    { "data-figure": "timeline" },
    h("figcaption", {}, h("h3", {}, "Timeline"), h("p", {}, sentence(picture.timeline))),
    legend(legendItems(picture.timeline)),
    h(
      "div",
      { class: "buttons", role: "group", "aria-label": "what is in view" },
      button("+", "zoom in", () => timeline.zoom(2)),
      button("−", "zoom out", () => timeline.zoom(0.5)),
      button("◀", "earlier", () => timeline.pan(-0.4)),
      button("▶", "later", () => timeline.pan(0.4)),
      button("all", "the whole run", () => timeline.reset()),
    ),
    timeline.canvas,
    timeline.reading,
    h("p", { class: "help", id: "timeline-help" }, `Time from left to right, with its unit above. Drag to move; the wheel zooms once the picture has been clicked, or with Ctrl; keys: + and −, arrows, Home.${timeline.isTall() ? " There are more rows than fit: drag up, or press the down arrow." : ""}`),
  );
  return { element, redraw: () => timeline.redraw() };
}
