// All algorithms' timelines on one axis, drawn anew with each answer. What is in view stays in view.

import type { PageDocument } from "../../../../reports/web/src/data";
import { h } from "../../../../reports/web/src/dom";
import { onThemeChange } from "../../../../reports/web/src/theme";
import { timelineFigure } from "../../../../reports/web/src/timeline/figure";
import type { Place } from "../../../../reports/web/src/timeline/timeline";
import { leftOut, shownTimelines } from "./shown";

export class LiveTimeline {
  readonly element = h("div", { class: "live-timeline" });
  private place: Place = { view: null, range: null };
  private newest = 0;

  // The old picture stays until the new one is ready; `place` then puts it there. False if a newer one
  // was asked for meanwhile.
  async show(page: PageDocument, place: () => void): Promise<boolean> {
    const number = ++this.newest;
    const figure = timelineFigure(shownTimelines(page), this.place, (place) => (this.place = place));
    await figure?.ready;
    if (number !== this.newest) return false;
    place();
    onThemeChange("timeline", () => figure?.repaint());
    const words = leftOut(page);
    this.element.replaceChildren(...(figure ? [figure.element] : []), ...(words === "" ? [] : [h("p", { class: "help" }, words)]));
    return true;
  }
}
