// A figure: title, one sentence of what it shows, legend, and a chart that follows its width. Where
// there are several views of the same, one is chosen; what a legend's item stands for can be hidden.

import { h, svg } from "./dom";
import type { Marker } from "./palette";

export interface LegendItem {
  label: string;
  colour: string;
  dash?: string; // a line's; none: a filled square
  line?: boolean;
  marker?: Marker; // on the line, or alone
  letter?: string; // beside the square
  outlined?: boolean; // as light as the ground
}

export type Hidden = ReadonlySet<string>; // labels of the legend
export type Draw = (width: number, hidden: Hidden) => Element;

export interface View {
  label: string;
  draw: Draw;
}

export interface FigureParts {
  id: string;
  title: string;
  sentence: string;
  legend: LegendItem[];
  draw: Draw | View[];
  chosen?: number; // of the views
  choice?: Choice; // what is hidden, where the legend is shared or has nothing to hide
}

// What is hidden of the things that a legend lists. Once nothing would be left, all is shown again.
export class Choice {
  readonly hidden = new Set<string>();
  private readonly listeners: (() => void)[] = [];

  constructor(
    readonly labels: string[],
    readonly offered = true,
  ) {}

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }
  toggle(label: string): void {
    if (!this.hidden.delete(label)) this.hidden.add(label);
    if (this.labels.every((one) => this.hidden.has(one))) this.hidden.clear();
    for (const listener of this.listeners) listener();
  }
}

// For legends that explain a scale: hiding a part of it would say nothing.
export const nothingToHide = new Choice([], false);

const shapes: Record<Marker, string> = {
  circle: "M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0",
  square: "M-4,-4h8v8h-8z",
  triangle: "M0,-5l5,8.5h-10z",
  diamond: "M0,-5.5l4,5.5l-4,5.5l-4,-5.5z",
  star: "M0,-5.5l1.3,3.7l4,0.1l-3.2,2.4l1.1,3.8l-3.2,-2.3l-3.2,2.3l1.1,-3.8l-3.2,-2.4l4,-0.1z",
  wye: "M-1.5,-0.9l-3.4,-2l1.5,-2.6l3.4,2l3.4,-2l1.5,2.6l-3.4,2v4.4h-3z",
};

function swatch(item: LegendItem): SVGElement {
  const line = svg("line", { x1: 0, y1: 6, x2: 26, y2: 6, stroke: item.colour, "stroke-width": 2.5, "stroke-dasharray": item.dash ?? "" });
  const marker = svg("path", { d: shapes[item.marker ?? "circle"], transform: "translate(13,6)", fill: item.colour });
  const square = svg("rect", { x: 0, y: 0, width: 12, height: 12, fill: item.colour, stroke: item.outlined ? "var(--muted)" : "none" });
  const marks = item.line || item.marker ? [item.line ? line : null, item.marker ? marker : null] : [square];
  const [from, width] = item.line ? [0, 26] : item.marker ? [7, 12] : [0, 12];
  return svg("svg", { width, height: 12, viewBox: `${from} 0 ${width} 12`, "aria-hidden": "true" }, ...marks);
}

const named = (item: LegendItem) => (item.letter ? `${item.letter}: ${item.label}` : item.label);

export function legend(items: LegendItem[], choice: Choice = nothingToHide): HTMLElement {
  if (!choice.offered || items.length < 2) return h("ul", { class: "legend", "aria-label": "legend" }, ...items.map((item) => h("li", {}, swatch(item), named(item))));
  const buttons = items.map((item) => h("button", { type: "button", title: "hide or show", click: () => choice.toggle(item.label) }, swatch(item), named(item)));
  const mark = () => buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(!choice.hidden.has(items[i].label))));
  choice.onChange(mark);
  mark();
  return h("ul", { class: "legend", "aria-label": "legend: press an item to hide or show it" }, ...buttons.map((button) => h("li", {}, button)));
}

// Plot gives its groups names, and ARIA allows a name only where there is a role.
function withRoles(chart: Element, title: string): Element {
  for (const group of chart.querySelectorAll("g[aria-label]:not([role])")) group.setAttribute("role", "group");
  if (!chart.hasAttribute("role")) {
    chart.setAttribute("role", "group");
    chart.setAttribute("aria-label", title);
  }
  return chart;
}

interface Chart {
  place: HTMLElement;
  redraw: () => void;
  drawAt: (width: number) => void;
  width: () => number; // 0 until it has been drawn
}

// Draws as soon as it has a place, and whenever the width changes.
function responsive(draw: (width: number) => Element): Chart {
  const place = h("div", { class: "chart" });
  let drawn = 0;
  const redraw = () => {
    if (drawn > 0) place.replaceChildren(draw(drawn));
  };
  const drawAt = (width: number) => {
    if (width === 0 || width === drawn) return;
    drawn = width;
    redraw();
  };
  new ResizeObserver(() => drawAt(Math.floor(place.clientWidth))).observe(place);
  return { place, redraw, drawAt, width: () => drawn };
}

const charts = new WeakMap<Element, Chart>(); // of figures

// Draws a figure that takes another's place as wide as that is, before the browser lays it out: who waits
// for its place has the whole page laid out twice.
export function drawLike(figure: Element, before: Element | null): void {
  const width = before === null ? 0 : (charts.get(before)?.width() ?? 0);
  charts.get(figure)?.drawAt(width);
}

// One of several views, by buttons of which one is pressed.
function viewButtons(views: View[], chosen: number, choose: (i: number) => void): HTMLElement {
  const buttons = views.map((view, i) => h("button", { type: "button", click: () => press(i) }, view.label));
  const mark = (chosen: number) => buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === chosen)));
  const press = (i: number) => {
    mark(i);
    choose(i);
  };
  mark(chosen);
  return h("div", { class: "views", role: "group", "aria-label": "shown as" }, ...buttons);
}

export function figure(parts: FigureParts): HTMLElement {
  const caption = h("figcaption", {}, h("h3", {}, parts.title), h("p", {}, parts.sentence));
  const choice = parts.choice ?? new Choice(parts.legend.map((item) => item.label));
  const views = typeof parts.draw === "function" ? [{ label: "", draw: parts.draw }] : parts.draw;
  let chosen = Math.min(parts.chosen ?? 0, views.length - 1);
  const chart = responsive((width) => withRoles(views[chosen].draw(width, choice.hidden), parts.title));
  choice.onChange(chart.redraw);
  const buttons = views.length > 1 ? viewButtons(views, chosen, (i) => ((chosen = i), chart.redraw())) : null;
  const whole = h("figure", { "data-figure": parts.id }, caption, parts.legend.length > 0 ? legend(parts.legend, choice) : null, buttons, chart.place);
  charts.set(whole, chart);
  return whole;
}
