// The parts of the page that follow an answer: which is made anew at once, and which when nothing has
// been dragged for a moment.

import { comparisonTable, flowTable } from "../../../reports/web/src/comparison";
import { flowFigure } from "../../../reports/web/src/charts/flows";
import { staleness } from "../../../reports/web/src/charts/staleness";
import { bestRun, type PageDocument } from "../../../reports/web/src/data";
import { h } from "../../../reports/web/src/dom";
import { playerOf, type Player } from "./player/player";
import { replaceFigure, timeBars, verdictOf } from "./results/answer";
import { closedFormOf } from "./results/closed_form";
import { LiveTimeline } from "./results/timeline";

const pause_ms = 350;

export class Results {
  readonly verdict = h("div", { id: "answer" });
  readonly spoken = h("p", { class: "spoken", role: "status" }); // the answer, once nothing is dragged any more
  readonly bars = h("div", { class: "live-bars" });
  readonly timeline = new LiveTimeline();
  readonly table = h("div", { class: "live-table" });
  readonly one = h("div", { class: "live-one" });
  readonly events = h("div", { class: "live-events" });
  private readonly choice = h("select", { id: "run", change: () => this.choose() });
  readonly chooser = h("p", { class: "choice" }, h("label", { for: "run" }, "algorithm "), this.choice);
  private readonly reasons = { open: matchMedia("(min-width: 62.01rem)").matches }; // a phone's first screen is for the answer and the bars
  private page: PageDocument | null = null;
  private player: Player | null = null;
  private timer = 0;
  private shown = 0;

  // Answer, bars and timeline change in one frame.
  async show(page: PageDocument): Promise<void> {
    clearTimeout(this.timer);
    if (await this.timeline.show(page, () => this.showFirst(page))) this.timer = window.setTimeout(() => this.showRest(page), pause_ms);
  }

  private showFirst(page: PageDocument): void {
    this.page = page;
    this.verdict.replaceChildren(verdictOf(page, this.reasons));
    const flows = page.report.traffic;
    const bars = flows ? (flows.length > 0 ? flowFigure(flows) : null) : timeBars(page);
    if (bars) replaceFigure(this.bars, bars);
    else this.bars.replaceChildren();
  }

  private showRest(page: PageDocument): void {
    const runs = page.report.runs ?? [];
    this.spoken.textContent = page.report.verdict?.text[0] ?? page.sentence;
    this.table.replaceChildren(page.report.traffic ? flowTable(page.report.traffic) : comparisonTable(page));
    this.chooser.hidden = runs.length === 0;
    const before = this.choice.selectedOptions[0]?.textContent;
    this.choice.replaceChildren(...runs.map(({ label }) => h("option", {}, label)));
    const same = runs.findIndex(({ label }) => label === before);
    this.choice.selectedIndex = same >= 0 ? same : bestRun(page);
    this.choose();
  }

  private choose(): void {
    const { page } = this;
    const place = this.choice.selectedIndex;
    if (page === null || place < 0) {
      this.one.replaceChildren();
      this.events.replaceChildren();
      return;
    }
    const run = page.report.runs![place];
    this.one.replaceChildren(closedFormOf(page, place), ...[staleness(run)].filter((one) => one instanceof Node));
    void this.showEvents(page, place);
  }

  // The player goes on at the same share of the run as before, with the same rank and at the same pace.
  private async showEvents(page: PageDocument, place: number): Promise<void> {
    const number = ++this.shown;
    const { timeline, cluster } = page.runs[place];
    if (timeline === undefined || timeline.makespan_s === 0) return this.events.replaceChildren(h("p", {}, "There is nothing to play."));
    const player = await playerOf(timeline, page.clusters[cluster]);
    if (number !== this.shown) return;
    if (this.player !== null) player.follow(this.player);
    this.player = player;
    this.events.replaceChildren(player.element);
  }
}
