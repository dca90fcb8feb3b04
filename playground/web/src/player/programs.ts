// What the ranks do, in words: the program of one rank with what it is at lit, and all ranks now.

import type { TimelineData } from "../../../../reports/web/src/data";
import { h } from "../../../../reports/web/src/dom";
import type { Unpacked } from "../../../../reports/web/src/timeline/unpack";
import { instant } from "../../../../reports/web/src/timeline/axis";
import { focusStep, litSteps, nowWords, programOf, type Message, type Step } from "./moments";
import { colourOfKind } from "./stage";

const around = 7; // steps before and after the one that the eye is at
const mostRanks = 64;

export class Programs {
  private rank = 0;
  private steps: Step[] = [];
  private first = -1;
  private readonly choice: HTMLSelectElement;
  private readonly list = h("ol", { class: "program" });
  private readonly all = h("ul", { class: "now" });
  readonly element: HTMLElement; // of one rank
  readonly everybody: HTMLElement;

  constructor(
    private readonly data: TimelineData,
    private readonly unpacked: Unpacked,
    private readonly changed: () => void,
  ) {
    this.choice = h("select", { id: "rank", change: () => this.choose(this.choice.selectedIndex) }, ...data.ranks.map((name) => h("option", {}, name)));
    const few = data.ranks.slice(0, mostRanks);
    this.all.append(...few.map((name) => h("li", {}, h("strong", {}, name), " ", h("span", {}))));
    const rest = data.ranks.length - few.length;
    this.element = h("div", { class: "programs" }, h("p", {}, h("label", { for: "rank" }, "The program of "), this.choice), this.list);
    this.everybody = h("details", { open: data.ranks.length <= 20 }, h("summary", {}, "All ranks now"), this.all, rest > 0 ? h("p", { class: "help" }, `${rest} more are left out.`) : null);
    this.read();
  }

  get chosen(): number {
    return this.rank;
  }

  choose(rank: number): void {
    this.rank = rank;
    this.choice.selectedIndex = rank;
    this.read();
    this.changed();
  }

  show(now: number, messages: Message[]): void {
    const lit = litSteps(this.steps, now);
    const focus = focusStep(this.steps, lit, now);
    this.turnTo(focus);
    [...this.list.children].forEach((line, i) => {
      const isLit = lit.has(this.first + i);
      line.classList.toggle("lit", isLit);
      line.classList.toggle("past", this.steps[this.first + i].end <= now);
      if (isLit) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    });
    [...this.all.children].forEach((line, rank) => {
      const words = nowWords(rank, this.unpacked, this.data, messages, now);
      const place = line.lastElementChild!;
      if (place.textContent !== words) place.textContent = words;
    });
  }

  private read(): void {
    this.steps = programOf(this.rank, this.unpacked, this.data);
    this.first = -1;
  }

  // Only the steps around it are in the page, of the thousands that there may be.
  private turnTo(focus: number): void {
    const last = Math.max(0, this.steps.length - 2 * around - 1);
    const wanted = Math.min(Math.max(0, focus - around), last);
    const isInside = this.first >= 0 && focus >= this.first + 2 && focus <= this.first + 2 * around - 2;
    if (wanted === this.first || (isInside && this.first <= last)) return;
    this.first = wanted;
    const digits = this.data.makespan_s / 1000;
    const line = (step: Step) => h("li", {}, h("span", { class: "swatch", style: `background: ${step.kind < 0 ? "var(--sky)" : colourOfKind(step.kind)}` }), h("span", { class: "when" }, instant(step.begin, digits)), h("span", {}, step.words));
    this.list.replaceChildren(...this.steps.slice(wanted, wanted + 2 * around + 1).map(line));
    this.list.setAttribute("start", String(wanted + 1));
  }
}
