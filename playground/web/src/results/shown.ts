// Which timelines are shown side by side.

import { bestFirst, type PageDocument } from "../../../../reports/web/src/data";
import type { Chosen } from "../../../../reports/web/src/timeline/figure";

const mostShown = 4;

// In the scenario's order; of more than four the best, as there would be only a few ranks of each.
export function shownTimelines(page: PageDocument): Chosen[] {
  const runs = page.report.runs ?? [];
  const recorded = bestFirst(page).filter((i) => page.runs[i].timeline !== undefined);
  const shown = recorded.slice(0, mostShown).sort((a, b) => a - b);
  return shown.map((i) => ({ label: runs[i].label, data: page.runs[i].timeline! }));
}

export function leftOut(page: PageDocument): string {
  const all = page.runs.filter(({ timeline }) => timeline !== undefined).length;
  return all > mostShown ? `The timelines of the best ${mostShown} of ${all} algorithms. Each of them can be played below.` : "";
}
