// The figure around a timeline: words, legend, buttons. It is there at once; the timeline follows
// when its spans are unpacked.

import type { TimelineData } from "../data";
import { h } from "../dom";
import { legend, type LegendItem } from "../figure";
import { kindColours, messageShades } from "./colours";
import { groupOf, type Group } from "./lanes";
import { Timeline, type Place } from "./timeline";
import { unpack } from "./unpack";
import { joinedWords } from "./words";

export interface Chosen {
  label: string;
  data: TimelineData;
}

export interface TimelineFigure {
  element: HTMLElement;
  repaint: () => void;
  ready: Promise<void>; // once its spans are unpacked, or it says why they cannot be
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
  const levels = new Set(lanes.filter((lane) => lane.kind === "messages").flatMap((lane) => lane.shares.kinds));
  const messages = ["message under way", "two at once", "more"].map((label, i) => ({ label, colour: shade(messageShades[i]) })).filter((_, i) => levels.has(i));
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

export function timelineFigure(chosen: Chosen[], place: Place, moved: (place: Place) => void): TimelineFigure | null {
  const shown = chosen.filter(({ data }) => data.makespan_s > 0);
  if (shown.length === 0) return null;
  // A chart counts as drawn when it has children.
  const chart = h("div", { class: "chart timeline" });
  const caption = h("p", {}, "Its spans are being unpacked.");
  let timeline: Timeline | null = null;
  const element = h("figure", { "data-figure": "timeline", id: "timeline" }, h("figcaption", {}, h("h3", {}, "Timeline"), caption), chart);
  const ready = Promise.all(shown.map(async ({ label, data }) => groupOf(label, data, await unpack(data))))
    .then((groups) => {
      timeline = new Timeline(groups, place, moved);
      const joined = groups.map(joinedWords).filter((words) => words !== "");
      caption.textContent = sentence(groups);
      caption.after(...joined.map((words) => h("p", { class: "joined" }, words)));
      chart.replaceChildren(legend(legendItems(groups)), toolbar(timeline), timeline.element, timeline.overview.canvas, timeline.note, timeline.reading, timeline.selected, h("p", { class: "help", id: "timeline-help" }, help));
    })
    .catch((error: unknown) => chart.replaceChildren(h("p", { class: "warning" }, `The timeline could not be unpacked: ${String(error)}`)));
  return { element, repaint: () => timeline?.repaint(), ready };
}
