// One lesson, step by step: what comes next is shown when the reader has done what comes before.

import { lossFigures } from "../../../../reports/web/src/charts/loss";
import type { PageDocument } from "../../../../reports/web/src/data";
import { h, type Child } from "../../../../reports/web/src/dom";
import { Engine, Stopped } from "../engine";
import { timeBars } from "../results/answer";
import { outcomeFrom, simulated } from "../run";
import type { Session } from "../session";
import { changedText, guessOf, repliedTo, type Change, type Lesson } from "./lesson";
import { markdown } from "./markdown";

// Where a step shows what it has run: figures stand beside the words of that very run, and stay there
// when another step runs something else.
class Shown {
  readonly figures = h("div", { class: "outcome" });
  readonly said = h("p", { class: "help", role: "status" });
  readonly stop: HTMLButtonElement;
  private readonly of = h("p", { class: "help of" });

  constructor(stop: () => void) {
    this.stop = h("button", { type: "button", class: "stop", hidden: true, click: stop }, "Stop");
  }

  // `of` says what was changed, if anything was.
  show(page: PageDocument, of: string): void {
    const [first] = page.report.verdict?.text ?? [];
    this.of.textContent = of;
    this.figures.replaceChildren(...[of === "" ? null : this.of, first === undefined ? null : h("p", { class: "first" }, first), lossFigures(page) ?? timeBars(page)].filter((one) => one !== null));
  }
}

const changesText = (changes: Change[]) => (changes.length === 0 ? "" : `With ${changes.map(({ pointer, value }) => `${pointer}: ${JSON.stringify(value)}`).join(" and ")}:`);

export class LessonSteps {
  readonly element: HTMLElement;
  private round = 0; // of what runs: the newest
  private running: Shown | null = null; // where that will be shown
  private readonly engine = new Engine(); // so that the page's own runs and the lesson's do not stop each other
  private readonly steps: HTMLElement;

  constructor(
    private readonly lesson: Lesson,
    titles: string[], // of the lessons that it needs
    private readonly session: Session,
  ) {
    const needs = titles.length > 0 ? ` It builds on: ${titles.join("; ")}.` : "";
    this.steps = h("div", {}, this.predict());
    this.element = h("article", { class: "lesson", "aria-labelledby": "lesson-title" }, h("h3", { id: "lesson-title", tabindex: -1 }, `${lesson.order}. ${lesson.title}`), h("p", { class: "help" }, `${lesson.minutes} minutes. ${lesson.teaches}${needs}`), this.steps);
  }

  // Ends what runs.
  leave(): void {
    this.engine.stop();
  }

  private step(title: string, ...children: Child[]): HTMLElement {
    return h("section", { class: "step", "aria-label": title }, h("h4", {}, title), ...children);
  }
  private next(step: HTMLElement): void {
    this.steps.append(step);
    step.querySelector<HTMLElement>("h4")!.tabIndex = -1;
    step.querySelector<HTMLElement>("h4")!.focus();
  }

  private predict(): HTMLElement {
    const { predict, rails } = this.lesson;
    const unit = predict.unit ?? "";
    if (!rails || predict.answer === undefined) return this.step("Think first", this.prose(predict.question), this.button("I have written it down", () => this.next(this.run())));
    const input = h("input", { id: "guess", type: "text", inputmode: "decimal", autocomplete: "off", "aria-describedby": "guess-said" });
    const said = h("p", { id: "guess-said", role: "status" });
    const commit = this.button("Commit to it", () => {
      const guess = guessOf(input.value);
      if (guess === null) {
        said.textContent = "A number, please: a wrong one teaches more than none.";
        return;
      }
      input.disabled = commit.disabled = true;
      said.textContent = "";
      this.next(this.run(guess));
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") commit.click();
    });
    return this.step("Predict", this.prose(predict.question), h("p", { class: "choice" }, h("label", { for: "guess" }, "Your number "), input, unit === "" ? null : ` ${unit} `, commit), said);
  }

  private run(guess?: number): HTMLElement {
    const { lesson } = this;
    const shown = this.shown();
    const start = this.button("Run it", async () => {
      start.disabled = true;
      const ran = await this.compute([], shown);
      start.disabled = false;
      if (!ran || this.steps.querySelector(".explained")) return;
      if (guess !== undefined) shown.figures.before(h("p", { class: "replied" }, repliedTo(guess, lesson.predict, lesson.predict.unit ?? "")));
      shown.figures.after(this.prose(lesson.run.text));
      const explained = this.step("Explain", this.prose(lesson.explain.text));
      explained.classList.add("explained");
      this.next(explained);
      this.steps.append(this.change(), this.question());
    });
    return this.step("Run", h("p", { class: "controls" }, start, shown.stop), shown.said, shown.figures);
  }

  // Each row of the table is filled in when its value has been run.
  private change(): HTMLElement {
    const { change } = this.lesson;
    const shown = this.shown();
    const rows = change.values.map((value, i) => {
      const cells = change.measures.map(() => h("td", { class: "number" }, ""));
      const start = this.button(change.shown[i] ?? String(value), async () => {
        const before = cells.map((cell) => cell.textContent);
        if (cells.length > 0) cells[0].textContent = "running…"; // where the reader looks
        const ran = await this.compute([{ pointer: change.pointer, value }], shown);
        cells.forEach((cell, k) => (cell.textContent = ran ? (change.cells[i]?.[k] ?? "") : before[k] === "running…" ? "" : before[k]));
      });
      return h("tr", {}, h("th", { scope: "row" }, start), ...cells);
    });
    const heading = h("tr", {}, h("th", { scope: "col" }, h("code", {}, change.pointer)), ...change.measures.map(({ label }) => h("th", { scope: "col", class: "number" }, label)));
    const table = rows.length > 0 ? h("div", { class: "scroll", tabindex: 0 }, h("table", { class: "trials" }, h("thead", {}, heading), h("tbody", {}, ...rows))) : null;
    return this.step("Change one thing", this.prose(change.text), h("p", { class: "help" }, "A press on a value runs the lesson with it; its results are filled in, and the rest of the page shows that run."), table, shown.stop, shown.said, shown.figures);
  }

  private question(): HTMLElement {
    const { question, surprise } = this.lesson;
    const shown = this.shown();
    const answer = h("div", { hidden: true }, this.prose(question.answer), h("p", {}, h("strong", {}, "The surprise: ")), this.prose(surprise));
    const find = question.changes.length > 0 ? this.button("Run it with this change", () => void this.compute(question.changes, shown)) : null;
    const show = this.button("Show the answer", () => {
      answer.hidden = false;
      show.disabled = true;
    });
    const lines = question.changes.map(({ pointer, value }) => h("li", {}, h("code", {}, `${pointer}: ${JSON.stringify(value)}`)));
    return this.step("A question", this.prose(question.text), lines.length > 0 ? h("ul", {}, ...lines) : null, h("p", { class: "controls" }, find, show, shown.stop), shown.said, shown.figures, answer);
  }

  private prose(text: string): HTMLElement {
    return markdown(text, this.lesson.terms);
  }

  private shown(): Shown {
    return new Shown(() => this.leave());
  }

  private button(words: string, act: () => void): HTMLButtonElement {
    return h("button", { type: "button", click: act }, words);
  }

  // Runs the lesson's scenario with these changes in the lesson's own engine, and shows there what the
  // lesson is about; the page follows.
  private async compute(changes: Change[], shown: Shown): Promise<boolean> {
    this.engine.stop();
    const round = ++this.round;
    const isReplaced = () => round !== this.round && shown === this.running; // by another run of this step, which speaks
    const begin = performance.now();
    const text = changes.length === 0 ? this.lesson.scenario.text : changedText(this.lesson, changes);
    this.running = shown;
    shown.said.textContent = "Running…";
    shown.stop.hidden = false;
    try {
      const { command } = this.lesson.scenario;
      const outcome = command === "run" ? await simulated(this.engine, text) : outcomeFrom(await this.engine.call(["page", command], text), begin);
      shown.said.textContent = outcome.kind === "faults" ? outcome.faults.map(({ at, message }) => `${at} ${message}`.trim()).join("; ") : "";
      if (outcome.kind !== "done") return false;
      shown.show(outcome.page, changesText(changes));
      // The page need not simulate again, in its own engine, what this lesson has simulated.
      this.session.setText(text, "other", command === "run" ? outcome : undefined);
      return true;
    } catch (error) {
      if (isReplaced()) return false;
      shown.said.textContent = error instanceof Stopped ? "Stopped." : String(error);
      return false;
    } finally {
      if (!isReplaced()) shown.stop.hidden = true;
    }
  }
}
