// Lanes on a canvas. What is out of view is skipped, and of spans narrower than a pixel one a pixel
// is drawn: the work is bounded by the picture, not by the run.

import { ticks } from "d3-array";

import type { TimelineData } from "../data";
import { shorten, timeUnit } from "../format";
import { inView, type Lane } from "./lanes";
import type { View } from "./view";

export interface Geometry {
  width: number;
  height: number;
  gutter: number; // for names
  axis: number; // for times
  top: number; // how far lanes are scrolled
}

export const laneHeight: Record<Lane["kind"], number> = { path: 20, device: 20, engine: 13, messages: 13, link: 13 };

export interface Colours {
  kinds: string[];
  message: string;
  use: string[]; // steps of utilization
  text: string;
  muted: string;
  line: string;
  surface: string;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    kinds: ["--blue", "--orange", "--vermillion", "--green", "--purple", "--yellow", "--green"].map(value),
    message: value("--sky"),
    use: [0, 1, 2, 3, 4, 5].map((level) => value(`--use-${level}`)),
    text: value("--text"),
    muted: value("--muted"),
    line: value("--line"),
    surface: value("--surface"),
  };
}

export function tops(lanes: Lane[]): number[] {
  const result = [0];
  for (const lane of lanes) result.push(result.at(-1)! + laneHeight[lane.kind] + ({ path: 8, device: 3, engine: 2, messages: 2, link: 2 }[lane.kind]));
  return result;
}

function drawAxis(canvas: CanvasRenderingContext2D, view: View, place: Geometry, colours: Colours, x: (time: number) => number): void {
  // Ticks a thousandth of the time apart want more digits, not another unit.
  const unit = timeUnit(view.end);
  const times = ticks(view.begin / unit.size, view.end / unit.size, Math.max(2, (place.width - place.gutter) / 110));
  const digits = Math.max(0, -Math.floor(Math.log10((times[1] ?? 1) - (times[0] ?? 0)) + 1e-9));
  canvas.textAlign = "center";
  for (const time of times) {
    const at = x(time * unit.size);
    canvas.fillStyle = colours.line;
    canvas.fillRect(at, place.axis - 4, 1, place.height);
    canvas.fillStyle = colours.text;
    canvas.fillText(`${time.toFixed(Math.min(digits, 12))} ${unit.name}`, Math.min(Math.max(at, place.gutter + 24), place.width - 28), 12);
  }
}

// Devices' kinds come first, then the ends of messages, then messages.
function pathColour(kind: number, colours: Colours): string {
  return colours.kinds[kind] ?? (kind === colours.kinds.length ? colours.muted : colours.message);
}

function fillOf(lane: Lane, i: number, colours: Colours, step: (share: number) => number): string {
  if (lane.kind === "device" || lane.kind === "engine") return colours.kinds[lane.fields[0][i]] ?? colours.muted;
  if (lane.kind === "messages") return colours.message;
  if (lane.kind === "path") return pathColour(lane.fields[0][i], colours);
  return colours.use[step(lane.fields[0][i] / 100)];
}

// Rectangles of one colour at a time: to change it costs more than to fill.
class Fills {
  private readonly places = new Map<string, number[]>();
  count = 0;

  add(colour: string, left: number, width: number): void {
    const places = this.places.get(colour) ?? [];
    if (places.length === 0) this.places.set(colour, places);
    places.push(left, width);
    ++this.count;
  }
  paint(canvas: CanvasRenderingContext2D, y: number, height: number): void {
    for (const [colour, places] of this.places) {
      canvas.fillStyle = colour;
      for (let i = 0; i < places.length; i += 2) canvas.fillRect(places[i], y, places[i + 1], height);
    }
  }
}

function drawLane(canvas: CanvasRenderingContext2D, lane: Lane, y: number, view: View, place: Geometry, colours: Colours, x: (time: number) => number, step: (share: number) => number, data: TimelineData): number {
  const height = laneHeight[lane.kind];
  const { first, end } = inView(lane, view);
  const fills = new Fills();
  const names: { i: number; left: number; width: number }[] = [];
  let covered = -1;
  for (let i = first; i < end; ++i) {
    const left = Math.max(place.gutter, x(lane.begins[i]));
    const width = Math.min(place.width, x(lane.ends[i])) - left;
    const pixel = Math.floor(left);
    if (width < 1 && pixel === covered) continue;
    covered = pixel;
    const gap = lane.kind !== "link" && width > 4 ? 0.5 : 0;
    fills.add(fillOf(lane, i, colours, step), left, Math.max(1, width - gap));
    if (lane.kind === "device" && width > 46) names.push({ i, left, width });
  }
  canvas.globalAlpha = lane.kind === "messages" ? 0.75 : 1;
  fills.paint(canvas, y, height);
  canvas.globalAlpha = 1;
  for (const { i, left, width } of names) drawName(canvas, data.span_kinds[lane.fields[0][i]], lane.fields[1][i], left, y, width, height);
  return fills.count;
}

// Dark on light colours: all of the palette are light enough, or the theme makes them so.
function drawName(canvas: CanvasRenderingContext2D, kind: string, layer: number, left: number, y: number, width: number, height: number): void {
  const words = (layer >= 0 ? `${kind} ${layer}` : kind).replace("backward_", "");
  const shown = shorten(words, Math.floor((width - 8) / 7));
  canvas.fillStyle = "#000";
  canvas.textAlign = "left";
  canvas.fillText(shown, left + 4, y + height / 2 + 4);
}

// Returns how many spans were drawn.
export function drawLanes(canvas: CanvasRenderingContext2D, lanes: Lane[], data: TimelineData, view: View, place: Geometry, colours: Colours, step: (share: number) => number): number {
  const x = (time: number) => place.gutter + ((time - view.begin) / (view.end - view.begin)) * (place.width - place.gutter);
  canvas.clearRect(0, 0, place.width, place.height);
  canvas.font = "11px system-ui, sans-serif";
  drawAxis(canvas, view, place, colours, x);
  const y = tops(lanes).map((top) => place.axis + top - place.top);
  let drawn = 0;
  canvas.save();
  canvas.beginPath();
  canvas.rect(0, place.axis, place.width, place.height - place.axis);
  canvas.clip();
  lanes.forEach((lane, i) => {
    if (y[i + 1] < place.axis || y[i] > place.height) return;
    drawn += drawLane(canvas, lane, y[i], view, place, colours, x, step, data);
    canvas.fillStyle = lane.kind === "device" || lane.kind === "path" ? colours.text : colours.muted;
    canvas.textAlign = "right";
    canvas.fillText(shorten(lane.name, Math.floor(place.gutter / 6.4)), place.gutter - 6, y[i] + laneHeight[lane.kind] / 2 + 4);
  });
  canvas.restore();
  return drawn;
}
