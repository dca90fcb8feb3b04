// The answer first: which is the fastest, by how much, and why; in the report's own words.

import { timeSplit } from "../../../../reports/web/src/charts/time_split";
import type { PageDocument } from "../../../../reports/web/src/data";
import { h } from "../../../../reports/web/src/dom";
import { drawLike } from "../../../../reports/web/src/figure";

// `reasons` says whether they are open, and is told when somebody opens or closes them.
export function verdictOf(page: PageDocument, reasons: { open: boolean }): HTMLElement {
  const [first = page.sentence, ...others] = page.report.verdict?.text ?? [];
  const [next, ...more] = others;
  const why = h("details", { open: reasons.open, toggle: () => (reasons.open = why.open) }, h("summary", {}, "Why, and what would make it faster"), ...more.map((one) => h("p", {}, one)));
  return h(
    "div",
    { class: "verdict" },
    h("p", { class: "answer" }, first),
    next === undefined ? null : h("p", {}, next),
    more.length === 0 ? null : why,
  );
}

// The view that was chosen stays chosen when a figure is made anew.
export function replaceFigure(place: Element, figure: Element): void {
  const pressed = [...place.querySelectorAll(".views button")].findIndex((one) => one.getAttribute("aria-pressed") === "true");
  const label = place.querySelectorAll(".views button")[pressed]?.textContent;
  drawLike(figure, place.firstElementChild);
  place.replaceChildren(figure);
  if (pressed > 0) for (const button of figure.querySelectorAll<HTMLButtonElement>(".views button")) if (button.textContent === label) button.click();
}

export function timeBars(page: PageDocument): HTMLElement | null {
  return (page.report.runs ?? []).length > 0 ? timeSplit(page) : null;
}
