// An algorithm's idea and its closed form, with the scenario's numbers filled in.

import type { Run, RunPicture } from "./data";
import { h } from "./dom";
import { seconds } from "./format";

export function formulaFigure(run: Run, picture: RunPicture): HTMLElement {
  const term = (symbol: string, value: string, words: string) => [h("dt", {}, h("code", {}, symbol)), h("dd", {}, `${value}: ${words}`)];
  const leftOut = run.analytic.leaves_out ? ` It leaves out: ${run.analytic.leaves_out}.` : "";
  const rough = run.analytic.rough ? ` It is rough: ${run.analytic.rough}.` : "";
  return h(
    "figure",
    { "data-figure": "formula" },
    h("figcaption", {}, h("h3", {}, `Formula: ${picture.title}`), h("p", {}, picture.summary)),
    h("p", { class: "formula" }, h("code", {}, `time = ${picture.formula}`)),
    h("p", {}, `= ${seconds(run.analytic.time_s)} for the whole run (${picture.claim}).${leftOut}${rough}`),
    h("dl", { class: "where" }, ...picture.where.flatMap((one) => term(...one))),
    h("dl", { class: "words" }, ...[
      ["What differs from sequential SGD", run.analytic.approximation],
      ["When to use it", picture.when_to_use],
      ["Source", picture.source],
    ].flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
  );
}
