// All algorithms' timelines on one axis, drawn anew with each answer. What is in view stays in view.

import type { PageDocument } from "../../../../reports/web/src/data";
import { h } from "../../../../reports/web/src/dom";
import { onThemeChange } from "../../../../reports/web/src/theme";
import { timelineFigure, type Chosen } from "../../../../reports/web/src/timeline/figure";
import type { Place } from "../../../../reports/web/src/timeline/timeline";

const mostShown = 4;

// The first four that were recorded; of more there would be only a few ranks each.
export function shownTimelines(page: PageDocument): Chosen[] {
  const runs = page.report.runs ?? [];
  return page.runs.flatMap(({ timeline }, i) => (timeline ? [{ label: runs[i].label, data: timeline }] : [])).slice(0, mostShown);
}

export class LiveTimeline {
  readonly element = h("div", { class: "live-timeline" });
  private place: Place = { view: null, range: null };
  private newest = 0;

  // The old picture stays until the new one is ready.
  async show(page: PageDocument): Promise<void> {
    const number = ++this.newest;
    const figure = timelineFigure(shownTimelines(page), this.place, (place) => (this.place = place));
    await figure?.ready;
    if (number !== this.newest) return;
    onThemeChange("timeline", () => figure?.repaint());
    this.element.replaceChildren(...(figure ? [figure.element] : []));
  }
}
