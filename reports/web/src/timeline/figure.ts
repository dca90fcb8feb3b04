// The figure around a timeline: words, legend, buttons. What it shows can be replaced by other runs,
// which take the place of the old ones on the same canvases.

import type { TimelineData } from "../data";
import { h } from "../dom";
import { legend, type LegendItem } from "../figure";
import { kindColours, messageShades } from "./colours";
import { groupOf, mostAtOnce, type Group } from "./lanes";
import { Timeline, type Place } from "./timeline";
import { unpack } from "./unpack";
import { joinedWords } from "./words";

export interface Chosen {
  label: string;
  data: TimelineData;
}

export interface TimelineFigure {
  element: HTMLElement;
  show: (groups: Group[]) => void; // at the same place
  fail: (error: unknown) => void;
  repaint: () => void; // after a change of theme
}

// Those that take time. The browser may unpack them beside the page.
export function groupsOf(chosen: Chosen[]): Promise<Group[]> {
  return Promise.all(chosen.filter(({ data }) => data.makespan_s > 0).map(async ({ label, data }) => groupOf(label, data, await unpack(data))));
}

function sentence(groups: Group[]): string {
  const has = (kind: string) => groups.some(({ lanes }) => lanes.some((lane) => lane.kind === kind));
  const top = has("path") ? "At the top the iterations and the critical path, then what" : "What";
  const engine = has("engine") ? "what the engine beside it folds and " : "";
  const links = has("link") ? ", and at the end how busy links are" : "";
  return `${top} each rank’s device does, below it ${engine}the messages that reach it${links}. Zoomed out, a column of pixels is filled by the shares of the time in it: half full is half idle.`;
}

function legendItems(groups: Group[]): LegendItem[] {
  const lanes = groups.flatMap((group) => group.lanes);
  const { span_kinds } = groups[0].data;
  // From the spans themselves: the shares of lanes that are not drawn need not be worked out.
  const used = new Set<number>();
  for (const lane of lanes) if (lane.kind === "device" || lane.kind === "engine") for (const kind of lane.columns[0]) used.add(kind);
  const kinds = span_kinds.map((label, i) => ({ label: label.replaceAll("_", " "), colour: `var(${kindColours[i]})` })).filter((_, i) => used.has(i));
  const has = (kind: string) => lanes.some((lane) => lane.kind === kind);
  const shade = (share: number) => `color-mix(in srgb, var(--sky) ${100 * share}%, var(--raised))`;
  const most = Math.max(0, ...lanes.filter((lane) => lane.kind === "messages").map(mostAtOnce));
  const messages = ["message under way", "two at once", "more"].map((label, i) => ({ label, colour: shade(messageShades[i]) })).slice(0, most);
  const links = has("link") ? [{ label: "link little used", colour: "var(--use-1)" }, { label: "link full", colour: "var(--use-5)" }] : [];
  return [...kinds, { label: "idle", colour: "var(--raised)", outlined: true } as LegendItem, ...messages, ...links];
}

function toolbar(timeline: Timeline): HTMLElement {
  const button = (words: string, label: string, act: () => void) => h("button", { type: "button", "aria-label": label, title: label, click: act }, words);
  const arrows = h("input", { type: "checkbox", checked: true, change: () => {
    timeline.arrows = arrows.checked;
    timeline.redraw();
  } });
  const all = h("input", { type: "checkbox", change: () => timeline.showAllRows(all.checked) });
  return h(
    "div",
    { class: "buttons", role: "group", "aria-label": "what is in view" },
    button("+", "zoom in", () => timeline.zoom(2)),
    button("−", "zoom out", () => timeline.zoom(0.5)),
    button("◀", "earlier", () => timeline.pan(-0.4)),
    button("▶", "later", () => timeline.pan(0.4)),
    button("whole run", "the whole run", () => timeline.reset()),
    h("label", { class: "other" }, arrows, " arrows of messages"),
    h("label", { class: "other" }, all, " all rows"),
  );
}

const help =
  "Drag to move, or use the strip below; drag along the axis, or with Shift, to select a range and see its totals. The wheel zooms once the picture has been clicked, or with Ctrl; so do two fingers. Keys: W and S or + and − zoom, A and D or arrows move, F zooms to the selection, Esc clears it, Home shows all.";

// Empty until it is told what to show; of groups there is at least one.
export function timelineFigure(place: Place, moved: (place: Place) => void): TimelineFigure {
  // A chart counts as drawn when it has children.
  const chart = h("div", { class: "chart timeline" });
  const caption = h("p", {}, "Its spans are being unpacked.");
  const joined = h("div");
  const key = h("div");
  let timeline: Timeline | null = null;
  let shownItems = "";
  const show = (groups: Group[]) => {
    const words = sentence(groups);
    if (caption.textContent !== words) caption.textContent = words;
    const joinings = groups.map(joinedWords).filter((words) => words !== "");
    if (joinings.length > 0 || joined.childElementCount > 0) joined.replaceChildren(...joinings.map((words) => h("p", { class: "joined" }, words)));
    const items = legendItems(groups);
    if (JSON.stringify(items) !== shownItems) key.replaceChildren(legend(items));
    shownItems = JSON.stringify(items);
    if (timeline !== null) return timeline.follow(groups);
    timeline = new Timeline(groups, place, moved);
    chart.replaceChildren(key, toolbar(timeline), timeline.element, timeline.overview.canvas, timeline.note, timeline.reading, timeline.selected, h("p", { class: "help", id: "timeline-help" }, help));
  };
  const fail = (error: unknown) => chart.replaceChildren(h("p", { class: "warning" }, `The timeline could not be unpacked: ${String(error)}`));
  const element = h("figure", { "data-figure": "timeline", id: "timeline" }, h("figcaption", {}, h("h3", {}, "Timeline"), caption, joined), chart);
  return { element, show, fail, repaint: () => timeline?.repaint() };
}
