// A figure: title, one sentence of what it shows, legend, and a chart that follows its width.

import { h } from "./dom";

export interface LegendItem {
  label: string;
  colour: string;
  dash?: string; // a line's; none: a filled square
  line?: boolean;
  outlined?: boolean;
}

type Draw = (width: number) => Element;

export interface FigureParts {
  id: string;
  title: string;
  sentence: string;
  legend: LegendItem[];
  draw: Draw;
  other?: { label: string; chosen: boolean; draw: Draw }; // another way to draw it, by a checkbox
}

function swatch(item: LegendItem): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("width", "26");
  picture.setAttribute("height", "12");
  picture.setAttribute("aria-hidden", "true");
  const mark = document.createElementNS(space, item.line ? "line" : "rect");
  const place = item.line
    ? { x1: 0, y1: 6, x2: 26, y2: 6, stroke: item.colour, "stroke-width": 2.5, "stroke-dasharray": item.dash ?? "" }
    : { x: 7, y: 0, width: 12, height: 12, fill: item.colour, stroke: item.outlined ? "var(--muted)" : "none" };
  for (const [name, value] of Object.entries(place)) mark.setAttribute(name, String(value));
  picture.append(mark);
  return picture;
}

export function legend(items: LegendItem[]): HTMLElement {
  return h("ul", { class: "legend", "aria-label": "legend" }, ...items.map((item) => h("li", {}, swatch(item), item.label)));
}

// Draws now and whenever the width changes.
function responsive(draw: () => Draw): { place: HTMLElement; redraw: () => void } {
  const place = h("div", { class: "chart" });
  let drawn = 0;
  const redraw = () => place.replaceChildren(draw()(drawn));
  new ResizeObserver(() => {
    const width = Math.floor(place.clientWidth);
    if (width === 0 || width === drawn) return;
    drawn = width;
    redraw();
  }).observe(place);
  return { place, redraw };
}

export function figure(parts: FigureParts): HTMLElement {
  const caption = h("figcaption", {}, h("h3", {}, parts.title), h("p", {}, parts.sentence));
  const items = parts.legend.length > 0 ? legend(parts.legend) : null;
  const { other } = parts;
  const box = h("input", { type: "checkbox", checked: other?.chosen ?? false, change: () => chart.redraw() });
  const chart = responsive(() => (other && box.checked ? other.draw : parts.draw));
  return h("figure", { "data-figure": parts.id }, caption, items, other ? h("label", { class: "other" }, box, ` ${other.label}`) : null, chart.place);
}
