// Loss against simulated time, computed in a worker of its own while the page goes on. Short runs come
// first, so that there is a curve at once, and it grows.

import { lossFigures } from "../../../../reports/web/src/charts/loss";
import type { PageDocument } from "../../../../reports/web/src/data";
import { h } from "../../../../reports/web/src/dom";
import { Engine, Stopped } from "../engine";
import type { Algorithm } from "../scenario/algorithms";
import { faultsOf } from "../scenario/faults";
import { decades, nearest } from "../scenario/sliders";
import { at } from "../scenario/pointer";
import type { Session } from "../session";
import { stages, trainedWords, trainingText } from "./learning";

const pause_ms = 700; // after the last change
const rates = decades(1e-4, 10);
const usualRate = 0.1;

export class LossCurves {
  readonly element: HTMLElement;
  private readonly engine = new Engine();
  private readonly place = h("div", { class: "curves" });
  private readonly said = h("p", { class: "help", role: "status" });
  private readonly stop = h("button", { type: "button", id: "stop-training", hidden: true, click: () => this.halt("Stopped.") }, "Stop");
  private readonly again = h("button", { type: "button", id: "train", click: () => this.begin() }, "Train");
  private readonly rate = h("input", { id: "learning-rate", type: "range", min: 0, max: rates.length - 1, step: 1, value: rates.indexOf(usualRate) });
  private readonly rateWords = h("output", { for: "learning-rate" });
  private known: Algorithm[] = [];
  private visible = false;
  private due = false; // the scenario has changed since the curves were computed
  private timer = 0;
  private round = 0;

  constructor(private readonly session: Session) {
    this.rate.addEventListener("input", () => {
      this.showRate();
      this.later();
    });
    this.showRate();
    session.listen({
      changed: () => this.halt(""),
      ended: (outcome) => {
        if (outcome.kind !== "done" || (outcome.page.report.runs ?? []).length === 0) return;
        const own = at(session.document, "/training/learning_rate");
        if (typeof own === "number") this.rate.value = String(nearest(rates, own));
        this.showRate();
        this.later();
      },
    });
    this.element = h("div", {}, h("div", { class: "slider short" }, h("label", { for: "learning-rate" }, "Learning rate"), this.rateWords, this.rate), h("p", { class: "controls" }, this.again, this.stop), this.said, this.place);
    new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      if (this.visible && this.due) this.later();
    }).observe(this.element);
  }

  know(known: Algorithm[]): void {
    this.known = known;
  }

  private showRate(): void {
    this.rateWords.textContent = String(rates[Number(this.rate.value)]);
    this.rate.setAttribute("aria-valuetext", this.rateWords.textContent);
  }

  // It begins by itself only where somebody sees it.
  private later(): void {
    this.due = true;
    clearTimeout(this.timer);
    if (this.visible) this.timer = window.setTimeout(() => this.begin(), pause_ms);
  }

  private halt(words: string): void {
    ++this.round;
    clearTimeout(this.timer);
    this.engine.stop();
    this.stop.hidden = true;
    this.said.textContent = words;
  }

  private begin(): void {
    this.halt("");
    const { document: scenario } = this.session;
    if (scenario === undefined) return this.halt("The scenario is not JSON: nothing can be trained.");
    if (at(scenario, "/traffic") !== undefined) return this.halt("Flows alone train nothing: the scenario has no algorithm.");
    this.due = false;
    this.stop.hidden = false;
    void this.train(this.round);
  }

  private async train(round: number): Promise<void> {
    try {
      for (const iterations of stages) {
        this.said.textContent = `Training: ${iterations} iterations…`;
        const text = trainingText(this.session.document!, this.session.resolved, this.known, iterations, rates[Number(this.rate.value)]);
        const { exitCode, stdout, stderr } = await this.engine.call(["page", "train"], text);
        if (round !== this.round) return;
        if (exitCode !== 0) {
          this.said.textContent = `It cannot be trained: ${faultsOf(stderr).map(({ at, message }) => `${at} ${message}`.trim()).join("; ")}`;
          break;
        }
        this.show((JSON.parse(stdout) as PageDocument[])[0]);
      }
    } catch (error) {
      if (!(error instanceof Stopped)) this.said.textContent = String(error);
    }
    if (round === this.round) this.stop.hidden = true;
  }

  private show(page: PageDocument): void {
    this.place.replaceChildren(lossFigures(page) ?? h("p", {}, "No loss was computed."));
    this.place.dataset.iterations = String(page.report.scenario.training?.iterations);
    this.said.textContent = trainedWords(page);
  }
}
