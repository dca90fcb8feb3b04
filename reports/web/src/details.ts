// What is shown of one algorithm at a time, or in the timeline of two.

import { staleness } from "./charts/staleness";
import { clusterFigure } from "./cluster";
import { bestFirst, type PageDocument } from "./data";
import { h } from "./dom";
import { formulaFigure } from "./formula";
import { choose, chosen, chosenNumber } from "./fragment";
import { onThemeChange } from "./theme";
import { groupsOf, timelineFigure } from "./timeline/figure";
import type { Place } from "./timeline/timeline";
import type { View } from "./timeline/view";

function viewOf(from: number | null, to: number | null): View | null {
  return from !== null && to !== null && to > from ? { begin: from, end: to } : null;
}

function linkedPlace(): Place {
  const [from, to] = (chosen("select") ?? "").split("-to-").map(Number.parseFloat);
  return { view: viewOf(chosenNumber("from"), chosenNumber("to")), range: viewOf(Number.isFinite(from) ? from : null, Number.isFinite(to) ? to : null) };
}

// Ten digits: a ten-thousandth of a pixel, zoomed in a hundred thousand times.
const written = (time: number) => String(Number(time.toPrecision(12)));

function link({ view, range }: Place): void {
  choose({ from: view && written(view.begin), to: view && written(view.end), select: range && `${written(range.begin)}-to-${written(range.end)}` });
}

export function details(page: PageDocument, first: number): HTMLElement {
  const runs = page.report.runs ?? [];
  const place = h("div");
  const timelinePlace = h("div");
  const labelled = (label: string | null) => runs.findIndex((run) => run.label === label);
  const chosenRun = () => Number(choice.value);
  const otherRun = () => (other.value !== "" && other.value !== choice.value ? Number(other.value) : null);
  // In the order of the answer, as in the tables.
  const options = () => bestFirst(page).map((index) => h("option", { value: String(index) }, runs[index].label));

  const showTimeline = (at: Place) => {
    const both = [chosenRun(), otherRun()].flatMap((index) => {
      const data = index === null ? undefined : page.runs[index].timeline;
      return data === undefined || index === null ? [] : [{ label: runs[index].label, data }];
    });
    if (!both.some(({ data }) => data.makespan_s > 0)) return timelinePlace.replaceChildren();
    const timeline = timelineFigure(at, link);
    onThemeChange("timeline", timeline.repaint);
    timelinePlace.replaceChildren(timeline.element);
    groupsOf(both).then(timeline.show).catch(timeline.fail);
  };
  const showRest = () => {
    const index = chosenRun();
    place.replaceChildren(...[clusterFigure(page, index), staleness(runs[index]), formulaFigure(runs[index], page.runs[index])].filter((one) => one instanceof Node));
  };
  const changed = () => {
    choose({ algorithm: runs[chosenRun()].label, compare: other.value !== "" ? runs[Number(other.value)].label : null, from: null, to: null, select: null });
    showTimeline({ view: null, range: null });
    showRest();
  };
  const choice = h("select", { id: "run", change: changed }, ...options());
  const other = h("select", { id: "compare", change: changed }, h("option", { value: "" }, "no other"), ...options());
  const linked = labelled(chosen("algorithm"));
  choice.value = String(linked >= 0 ? linked : first);
  const compared = labelled(chosen("compare"));
  other.value = compared >= 0 ? String(compared) : "";
  showTimeline(linkedPlace());
  showRest();
  const comparable = page.runs.filter((run) => run.timeline !== undefined).length > 1;
  return h(
    "div",
    {},
    h("p", { class: "choice" }, h("label", { for: "run" }, "algorithm "), choice, ...(comparable ? [" ", h("label", { for: "compare" }, "compare its timeline with "), other] : [])),
    timelinePlace,
    place,
  );
}
