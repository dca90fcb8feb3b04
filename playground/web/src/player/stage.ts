// The cluster, drawn: what each device does is its colour, and messages move over the links.

import type { Cluster, TimelineData } from "../../../../reports/web/src/data";
import { svg } from "../../../../reports/web/src/dom";
import { layout, type Place } from "../../../../reports/web/src/layout";
import { kindColours } from "../../../../reports/web/src/timeline/colours";
import type { Message } from "./moments";
import { alongWay, nodesOfRanks, Routes } from "./routes";

const [width, height] = [600, 440];
const margin = 34;
export const mostDrawn = 400; // messages at once

export const colourOfKind = (kind: number) => (kind < 0 ? "var(--surface)" : `var(${kindColours[kind]})`);

// Of a message: larger ones are drawn larger, by the cube root of their bytes over those of the largest.
export const radiusOf = (bytes: number, most: number) => 2.5 + 4 * Math.cbrt(most > 0 ? bytes / most : 0);

// So far from a place, away from the middle.
function outwards({ x, y }: Place, by: number): { x: number; y: number } {
  const [dx, dy] = [x - width / 2, y - height / 2];
  const length = Math.hypot(dx, dy) || 1;
  return { x: x + (by * dx) / length, y: y + (by * dy) / length };
}

export class Stage {
  readonly element: SVGElement;
  private readonly places: Place[];
  private readonly routes: Routes;
  private readonly nodes: number[]; // by rank
  private readonly marks: SVGElement[]; // by rank
  private readonly moving = svg("g", { class: "moving" });
  private readonly dots: SVGElement[] = [];

  constructor(
    private readonly cluster: Cluster,
    data: TimelineData,
    private readonly mostBytes: number,
    choose: (rank: number) => void,
  ) {
    this.places = layout(cluster).map(({ x, y }) => ({ x: margin + x * (width - 2 * margin), y: margin + y * (height - 2 * margin) }));
    this.routes = new Routes(cluster);
    this.nodes = nodesOfRanks(cluster, data.ranks.length, data.nodes);
    this.marks = data.ranks.map((name, rank) => this.mark(name, rank, choose));
    this.element = svg("svg", { class: "stage", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${cluster.kind} of ${cluster.nodes.length} nodes, with what each rank does` }, this.links(), this.switches(), ...this.marks, this.moving);
  }

  show(now: number, kinds: number[], messages: Message[], chosen: number): void {
    kinds.forEach((kind, rank) => {
      const shape = this.marks[rank].firstElementChild!;
      shape.setAttribute("fill", colourOfKind(kind));
      shape.classList.toggle("chosen", rank === chosen);
    });
    messages.slice(0, mostDrawn).forEach((message, i) => this.dot(i, message, now));
    for (let i = messages.length; i < this.dots.length; ++i) this.dots[i].setAttribute("visibility", "hidden");
  }

  private links(): SVGElement {
    const line = ({ from, to }: { from: number; to: number }) => svg("line", { x1: this.places[from].x, y1: this.places[from].y, x2: this.places[to].x, y2: this.places[to].y });
    return svg("g", { class: "links", opacity: Math.max(0.15, Math.min(1, 60 / this.cluster.links.length)) }, ...this.cluster.links.map(line));
  }
  private switches(): SVGElement {
    const square = (i: number) => svg("rect", { x: this.places[i].x - 7, y: this.places[i].y - 7, width: 14, height: 14 }, svg("title", {}, this.cluster.nodes[i].name));
    return svg("g", { class: "switches" }, ...this.cluster.nodes.flatMap(({ host }, i) => (host ? [] : [square(i)])));
  }

  // A server that shares its host with a worker stands a little inwards.
  private at(rank: number): Place {
    const place = this.places[this.nodes[rank]];
    if (this.nodes.indexOf(this.nodes[rank]) === rank) return place;
    return { x: place.x + 0.12 * (width / 2 - place.x), y: place.y + 0.12 * (height / 2 - place.y) };
  }
  private mark(name: string, rank: number, choose: (rank: number) => void): SVGElement {
    const { x, y } = this.at(rank);
    const size = this.nodes.length > 64 ? 4 : this.nodes.length > 24 ? 8 : 12;
    const isServer = name.startsWith("server");
    const shape = isServer ? svg("rect", { x: x - size * 0.8, y: y - size * 0.8, width: 1.6 * size, height: 1.6 * size }) : svg("circle", { cx: x, cy: y, r: size });
    const number = this.nodes.length > 24 ? null : svg("text", { ...outwards({ x, y }, size + 12), "text-anchor": "middle", "dominant-baseline": "central" }, (isServer ? "s" : "") + name.replace(/^\D+/, ""));
    return svg("g", { class: "rank", click: () => choose(rank) }, shape, number, svg("title", {}, name));
  }

  private dot(i: number, { from, to, begin, end, bytes }: Message, now: number): void {
    this.dots[i] ??= this.moving.appendChild(svg("circle", {}));
    const dot = this.dots[i];
    if (from < 0) return dot.setAttribute("visibility", "hidden"); // of several messages, joined, there is no one way
    const way = this.routes.between(this.nodes[from], this.nodes[to]).map((node) => this.places[node]);
    const { x, y } = alongWay(way, end > begin ? (now - begin) / (end - begin) : 1);
    dot.setAttribute("cx", x.toFixed(1));
    dot.setAttribute("cy", y.toFixed(1));
    dot.setAttribute("r", radiusOf(bytes, this.mostBytes).toFixed(1));
    dot.setAttribute("visibility", "visible");
  }
}
