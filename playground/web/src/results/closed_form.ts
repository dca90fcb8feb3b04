// The closed form with its numbers, beside what the simulation found without it.

import { iterationsOf, type PageDocument, type Run } from "../../../../reports/web/src/data";
import { h } from "../../../../reports/web/src/dom";
import { count, percent, seconds } from "../../../../reports/web/src/format";
import { formulaFigure } from "../../../../reports/web/src/formula";

export function differenceWords(closed: number, simulated: number): string {
  if (closed === simulated) return "equal";
  if (closed === 0) return "-";
  const share = simulated / closed - 1;
  if (Math.abs(share) < 1e-9) return "equal to nine digits";
  return `${share > 0 ? "+" : "−"}${percent(Math.abs(share))}`;
}

export function comparedCounts(run: Run): [string, string, string, string][] {
  const { analytic, simulated } = run;
  if (!simulated) return [];
  const flops = simulated.flops ?? analytic.flops;
  return [
    ["time", seconds(analytic.time_s), seconds(simulated.makespan_s), differenceWords(analytic.time_s, simulated.makespan_s)],
    ["FLOPs", count(analytic.flops.total), count(flops.total), differenceWords(analytic.flops.total, flops.total)],
    ["bytes sent", count(analytic.bytes), count(simulated.bytes), differenceWords(analytic.bytes, simulated.bytes)],
    ["staleness, mean", count(analytic.staleness.mean), count(simulated.staleness.mean), differenceWords(analytic.staleness.mean, simulated.staleness.mean)],
  ];
}

export function closedFormOf(page: PageDocument, place: number): HTMLElement {
  const run = page.report.runs![place];
  const rows = comparedCounts(run).map(([what, ...cells]) => h("tr", {}, h("th", { scope: "row" }, what), ...cells.map((one) => h("td", { class: "number" }, one))));
  const iterations = iterationsOf(page);
  const heading = (words: string) => h("th", { scope: "col", class: "number" }, words);
  return h(
    "div",
    { class: "beside" },
    formulaFigure(run, page.runs[place]),
    h(
      "table",
      { class: "compared" },
      h("caption", {}, `${run.label}, the whole run: ${iterations} iteration${iterations === 1 ? "" : "s"}`),
      h("thead", {}, h("tr", {}, h("td", {}), heading("closed form"), heading("simulated"), heading("difference"))),
      h("tbody", {}, ...rows),
    ),
  );
}
