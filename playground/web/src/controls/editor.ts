// The scenario as JSON. What the loader finds wrong stands below it, and is marked at its line.

import { h } from "../../../../reports/web/src/dom";
import { placeOfFault, type Fault } from "../scenario/faults";
import { lineOf } from "../scenario/places";
import type { Session } from "../session";

const pause_ms = 200; // after the last key
const offScreenPause_ms = 150; // after the last change that nobody can see here

export class Editor {
  private readonly area = h("textarea", { id: "json", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", rows: 28, "aria-describedby": "faults" });
  private readonly lines = h("div", { class: "lines", "aria-hidden": "true" });
  private readonly list = h("ul", { id: "faults", class: "faults", "aria-live": "polite" });
  readonly element = h("div", { class: "editor" }, h("label", { for: "json" }, "Scenario"), h("div", { class: "text" }, this.lines, this.area), this.list);
  private faults: Fault[] = [];
  private numbered = ""; // what the lines show
  private timer = 0;
  private lateTimer = 0; // while the scenario was changed elsewhere, and not yet here
  private visible = false;

  constructor(private readonly session: Session) {
    new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      if (this.visible) this.catchUp();
    }).observe(this.area);
    this.area.addEventListener("input", () => {
      this.number();
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => session.setText(this.area.value, "editor"), pause_ms);
    });
    this.area.addEventListener("focus", () => this.catchUp());
    this.area.addEventListener("scroll", () => (this.lines.scrollTop = this.area.scrollTop));
    session.listen({
      changed: (_, origin) => {
        if (origin === "editor") this.number();
        else this.follow();
      },
      ended: (outcome, text) => {
        if (text !== this.session.text) return;
        const warnings = outcome.kind === "done" ? (outcome.page.report.warnings ?? []).map(({ pointer, message }) => ({ at: pointer, message, isWarning: true })) : [];
        this.show(outcome.kind === "faults" ? outcome.faults : warnings);
      },
    });
  }

  // To lay out a text that nobody sees takes as long as a frame: while one drags it waits.
  private follow(): void {
    clearTimeout(this.lateTimer);
    this.lateTimer = window.setTimeout(() => this.catchUp(), offScreenPause_ms);
    if (this.visible) this.catchUp();
  }
  // What somebody has typed a moment ago is not late, but early.
  private catchUp(): void {
    if (this.lateTimer === 0) return;
    clearTimeout(this.lateTimer);
    this.lateTimer = 0;
    this.area.value = this.session.text;
    this.number();
  }

  // Selects the place that a fault is about.
  goTo(at: string): void {
    this.catchUp();
    const place = placeOfFault({ at }, this.area.value);
    this.area.focus();
    if (place === null) return;
    this.area.setSelectionRange(place.from, place.to);
    const height = this.area.scrollHeight / Math.max(1, this.area.value.split("\n").length);
    this.area.scrollTop = Math.max(0, (lineOf(this.area.value, place.from) - 5) * height);
    this.area.scrollIntoView({ block: "center" });
  }

  private show(faults: Fault[]): void {
    this.faults = faults;
    const item = ({ at, message, isWarning }: Fault) =>
      h("li", { class: isWarning ? "note" : "fault" }, isWarning ? "Warning: " : null, at === "" ? null : h("button", { type: "button", class: "place", click: () => this.goTo(at) }, at), ` ${message}`);
    if (faults.length > 0 || this.list.childElementCount > 0) this.list.replaceChildren(...faults.map(item));
    this.area.setAttribute("aria-invalid", String(faults.some((one) => !one.isWarning)));
    this.number();
  }

  private number(): void {
    const text = this.area.value;
    const marks = new Map<number, string>();
    for (const fault of this.faults) {
      const place = placeOfFault(fault, text);
      if (place !== null) marks.set(lineOf(text, place.from), fault.isWarning ? "note" : "fault");
    }
    const count = Math.min(5000, text.split("\n").length);
    const numbered = `${count} ${[...marks].join(" ")}`;
    if (numbered === this.numbered) return; // asking where the text is scrolled to would lay the page out
    this.numbered = numbered;
    this.lines.replaceChildren(...Array.from({ length: count }, (_, i) => h("span", { class: marks.get(i + 1) ?? "" }, String(i + 1))));
    this.lines.scrollTop = this.area.scrollTop;
  }
}
