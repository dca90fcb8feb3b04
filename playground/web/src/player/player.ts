// Play, pause, and step through the events of a run.

import type { Cluster, TimelineData } from "../../../../reports/web/src/data";
import { h } from "../../../../reports/web/src/dom";
import { legend } from "../../../../reports/web/src/figure";
import { seconds } from "../../../../reports/web/src/format";
import { unpack, type Unpacked } from "../../../../reports/web/src/timeline/unpack";
import { instantsOf, kindsNow, messagesOf, momentWords, neighbour, underWay, type Message } from "./moments";
import { Programs } from "./programs";
import { colourOfKind, mostDrawn, Stage } from "./stage";

const positions = 1000; // of the slider
const paces = [10, 30, 120, 600]; // seconds in which the whole run passes

export class Player {
  readonly element: HTMLElement;
  private readonly instants: Float64Array;
  private readonly messages: Message[];
  private readonly longest: number;
  private readonly stage: Stage;
  private readonly programs: Programs;
  private readonly slider = h("input", { id: "moment", type: "range", min: 0, max: positions, step: 1, value: 0, "aria-label": "moment of the run" });
  private readonly reading = h("p", { class: "reading", "aria-live": "polite" });
  private readonly play = h("button", { type: "button", id: "play", click: () => (this.playing ? this.pause() : this.start()) }, "Play");
  private readonly pace = h("select", { id: "pace" }, ...paces.map((pace) => h("option", { value: pace, selected: pace === 30 }, `the run in ${seconds(pace)}`)));
  private now = 0;
  private playing = false;
  private last = 0;

  constructor(private readonly data: TimelineData, private readonly unpacked: Unpacked, cluster: Cluster) {
    this.instants = instantsOf(unpacked);
    this.messages = messagesOf(unpacked);
    this.longest = this.messages.reduce((most, { begin, end }) => Math.max(most, end - begin), 0);
    const mostBytes = this.messages.reduce((most, { bytes }) => Math.max(most, bytes), 0);
    this.programs = new Programs(data, unpacked, () => this.show());
    this.stage = new Stage(cluster, data, mostBytes, (rank) => this.programs.choose(rank));
    this.slider.addEventListener("input", () => {
      this.pause();
      this.goTo((Number(this.slider.value) / positions) * data.makespan_s);
    });
    this.element = h("div", { class: "player" }, this.controls(), this.reading, this.kinds(), h("div", { class: "scene" }, h("div", {}, this.stage.element, this.programs.everybody), this.programs.element));
    this.show();
  }

  // Of the run, how much has passed.
  get share(): number {
    return this.now / this.data.makespan_s;
  }

  goTo(time: number): void {
    this.now = Math.min(Math.max(0, time), this.data.makespan_s);
    this.show();
  }

  // Goes on as the one before it did, which was of another scenario or algorithm.
  follow(before: Player): void {
    const { playing, share } = before;
    before.pause();
    this.pace.value = before.pace.value;
    if (before.programs.chosen < this.data.ranks.length) this.programs.choose(before.programs.chosen);
    this.goTo(share * this.data.makespan_s);
    if (playing) this.start();
  }

  step(forward: boolean): void {
    this.pause();
    this.goTo(neighbour(this.instants, this.now, forward));
  }

  pause(): void {
    this.playing = false;
    this.play.textContent = "Play";
    this.reading.setAttribute("aria-live", "polite");
  }

  private start(): void {
    if (this.now >= this.data.makespan_s) this.now = 0;
    this.playing = true;
    this.play.textContent = "Pause";
    this.reading.setAttribute("aria-live", "off"); // a reader would never come to an end
    this.last = performance.now();
    requestAnimationFrame((time) => this.frame(time));
  }

  // Ends by itself when the player has left the page.
  private frame(time: number): void {
    if (!this.playing || !this.element.isConnected) return;
    const passed = Math.max(0, time - this.last) / 1000;
    this.last = time;
    this.goTo(this.now + (passed / Number(this.pace.value)) * this.data.makespan_s);
    if (this.now >= this.data.makespan_s) this.pause();
    else requestAnimationFrame((next) => this.frame(next));
  }

  private show(): void {
    const messages = underWay(this.messages, this.longest, this.now, 4 * mostDrawn);
    this.stage.show(this.now, kindsNow(this.unpacked, this.now), messages, this.programs.chosen);
    this.programs.show(this.now, messages);
    this.slider.value = String(Math.round((this.now / this.data.makespan_s) * positions));
    this.slider.setAttribute("aria-valuetext", seconds(this.now));
    this.element.dataset.now = String(this.now);
    this.reading.textContent = momentWords(this.unpacked, messages, this.now);
  }

  private controls(): HTMLElement {
    const button = (id: string, words: string, label: string, act: () => void) => h("button", { type: "button", id, "aria-label": label, title: label, click: act }, words);
    return h(
      "div",
      { class: "buttons", role: "group", "aria-label": "time" },
      button("to-begin", "⏮", "to the beginning", () => (this.pause(), this.goTo(0))),
      button("step-back", "◀", "to the event before", () => this.step(false)),
      this.play,
      button("step-on", "▶", "to the next event", () => this.step(true)),
      this.slider,
      h("span", { class: "other" }, h("label", { for: "pace" }, "pace "), this.pace),
    );
  }

  private kinds(): HTMLElement {
    const used = new Set(this.unpacked.devices.flatMap((spans) => [...new Set(spans.columns[0])]));
    const kinds = this.data.span_kinds.map((label, i) => ({ label: label.replaceAll("_", " "), colour: colourOfKind(i) })).filter((_, i) => used.has(i));
    return legend([...kinds, { label: "idle", colour: "var(--surface)", outlined: true }, { label: "message", colour: "var(--sky)", marker: "circle" }]);
  }
}

export async function playerOf(data: TimelineData, cluster: Cluster): Promise<Player> {
  return new Player(data, await unpack(data), cluster);
}
