// The sliders: each shows what the scenario has, as the loader resolved it, and changes it.

import { h } from "../../../../reports/web/src/dom";
import { nearest, sliders, type Slider } from "../scenario/sliders";
import type { Session } from "../session";

interface Row {
  slider: Slider;
  input: HTMLInputElement;
  value: HTMLOutputElement;
}

function show({ slider, input, value }: Row, number: number | null, isSet = true): void {
  input.disabled = number === null;
  value.textContent = number === null ? "in the JSON" : slider.words(number);
  if (number === null) return;
  if (isSet) input.value = String(nearest(slider.values, number));
  input.setAttribute("aria-valuetext", slider.words(number));
}

function row(slider: Slider, session: Session): Row {
  const input = h("input", { type: "range", id: `slider-${slider.id}`, min: 0, max: slider.values.length - 1, step: 1, disabled: true, "aria-describedby": `help-${slider.id}` });
  const value = h("output", { for: `slider-${slider.id}` });
  const made = { slider, input, value };
  input.addEventListener("input", () => {
    const number = slider.values[Number(input.value)];
    show(made, number, false);
    session.change((document, resolved) => slider.write(document, resolved, number));
  });
  return made;
}

export function sliderPanel(session: Session): HTMLElement {
  const rows = sliders.map((slider) => row(slider, session));
  session.listen({
    changed: () => {
      if (session.document === undefined) for (const one of rows) one.input.disabled = true;
    },
    ended: (outcome) => {
      if (outcome.kind === "done") for (const one of rows) show(one, one.slider.read(session.resolved));
    },
  });
  const line = ({ slider, input, value }: Row) => h("div", { class: "slider" }, h("label", { for: input.id }, slider.label), value, input);
  const meaning = ({ slider }: Row) => [h("dt", {}, slider.label), h("dd", { id: `help-${slider.id}` }, slider.help)];
  return h(
    "div",
    { class: "sliders", role: "group", "aria-label": "model and cluster" },
    ...rows.map(line),
    h("details", {}, h("summary", {}, "What the sliders mean"), h("dl", { class: "words" }, ...rows.flatMap(meaning))),
  );
}
