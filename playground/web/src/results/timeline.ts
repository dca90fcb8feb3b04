// All algorithms' timelines on one axis, drawn anew with each answer. What is in view stays in view,
// and what is drawn on stays what it is.

import type { PageDocument } from "../../../../reports/web/src/data";
import { h } from "../../../../reports/web/src/dom";
import { onThemeChange } from "../../../../reports/web/src/theme";
import { groupsOf, timelineFigure, type TimelineFigure } from "../../../../reports/web/src/timeline/figure";
import { leftOut, shownTimelines } from "./shown";

export class LiveTimeline {
  private readonly words = h("p", { class: "help", hidden: true });
  readonly element = h("div", { class: "live-timeline" }, this.words);
  private figure: TimelineFigure | null = null; // while there is something to show
  private newest = 0;

  // The old picture stays until the new one is ready; `place` then puts beside it what belongs to it.
  // False if a newer one was asked for meanwhile.
  async show(page: PageDocument, place: () => void): Promise<boolean> {
    const number = ++this.newest;
    const groups = await groupsOf(shownTimelines(page));
    if (number !== this.newest) return false;
    // Drawn before the rest of the page changes, which would have to be laid out for it.
    if (groups.length === 0) this.remove();
    else (this.figure ?? this.begun()).show(groups);
    place();
    this.words.textContent = leftOut(page);
    this.words.hidden = this.words.textContent === "";
    return true;
  }

  private begun(): TimelineFigure {
    const figure = timelineFigure({ view: null, range: null }, () => {});
    onThemeChange("timeline", figure.repaint);
    this.element.prepend(figure.element);
    this.figure = figure;
    return figure;
  }
  private remove(): void {
    this.figure?.element.remove();
    this.figure = null;
  }
}
