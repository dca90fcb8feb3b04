// Beside a picture of a sweep: the scenario of a point, to read and to copy.

import type { SweepDocument, SweepLine } from "../data";
import { h } from "../dom";
import type { Choose } from "./curves";
import { axisName, scenarioAt, wordsAt } from "./points";

const nothingYet = "No point is shown yet: point at one, or go to one with Tab and the arrow keys.";

async function copyText(area: HTMLTextAreaElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(area.value);
  } catch {
    area.select();
    document.execCommand("copy");
  }
}

export function scenarioPlace(page: SweepDocument, id: string): Choose & { element: HTMLElement } {
  const area = h("textarea", { readonly: true, rows: 8, id: `${id}-scenario`, "aria-label": "scenario of the point" });
  const words = h("p", { class: "point", "aria-live": "polite" }, nothingYet);
  const done = h("span", { class: "help", role: "status" });
  const copy = h("button", { type: "button", disabled: true, click: () => void copyText(area).then(() => (done.textContent = " Copied.")) }, "Copy the scenario");
  const element = h("div", { class: "scenario" }, words, area, h("p", {}, copy, done));
  let kept = ""; // the words of it
  const fill = (line: SweepLine, of: string) => {
    const at = page.axes.map((axis) => `${axisName(axis)} = ${wordsAt(axis, line)}`).join(", ");
    words.textContent = `${of} (${at})${kept !== "" ? "; kept until it is pressed again" : ""}`;
    area.value = `${JSON.stringify(scenarioAt(page, line), null, 2)}\n`;
    copy.disabled = false;
    done.textContent = "";
  };
  const show = (line: SweepLine, of: string) => {
    if (kept === "") fill(line, of);
  };
  const press = (line: SweepLine, of: string) => {
    kept = kept === of ? "" : of;
    fill(line, of);
  };
  return { element, show, press };
}
