// Which algorithms are compared: up to four are chosen here, each with its options.

import { h, type Child } from "../../../../reports/web/src/dom";
import { seriesColour } from "../../../../reports/web/src/palette";
import { canAdd, entriesOf, kindOf, labelOf, mostChosen, ofKind, readOption, withEntries, withOption, type Algorithm, type OptionSpec } from "../scenario/algorithms";
import type { Json, JsonObject } from "../scenario/pointer";
import type { Remedies } from "../scenario/remedies";
import type { Session } from "../session";
import { remedyButtons } from "./remedies";

type Change = (entries: JsonObject[]) => JsonObject[];

const typed = (value: Json | undefined) => (Array.isArray(value) ? value.join(", ") : String(value ?? ""));

function optionInput(spec: OptionSpec, entry: JsonObject, id: string, change: (value: Json) => void): HTMLElement {
  const value = entry[spec.name] ?? spec.default;
  if (spec.type === "boolean") return h("input", { id, type: "checkbox", checked: value === true, change: (event) => change((event.target as HTMLInputElement).checked) });
  const changed = (event: Event) => {
    const field = event.target as HTMLInputElement | HTMLSelectElement;
    const own = readOption(spec, field.value);
    if (field.value.trim() === "") field.value = typed(spec.default); // what an emptied field means
    change(own);
  };
  if (spec.type === "choice") return h("select", { id, change: changed }, ...(spec.choices ?? []).map((one) => h("option", { selected: one === value }, one)));
  return h("input", { id, type: "text", value: typed(value), inputmode: spec.type === "text" || spec.type === "bytes" ? "text" : "decimal", change: changed });
}

export class AlgorithmChooser {
  readonly element = h("div", { class: "algorithms" });
  private known: Algorithm[] = [];
  private shown = "";
  private readonly open = new Set<number>(); // whose options are shown

  constructor(private readonly session: Session) {
    session.listen({ changed: () => this.show(), advised: (advice) => this.advise(advice) });
  }

  know(known: Algorithm[]): void {
    this.known = known;
    this.shown = "";
    this.show();
  }

  private change(change: Change): void {
    this.session.change((document) => withEntries(document, change(entriesOf(document))));
  }
  private replace(place: number, entry: JsonObject): void {
    this.change((entries) => entries.map((one, i) => (i === place ? entry : one)));
  }

  // Only when it is about other algorithms than before: what one is at keeps the focus.
  private show(): void {
    if (this.session.document === undefined) return;
    const entries = entriesOf(this.session.document);
    const now = JSON.stringify(entries);
    if (now === this.shown) return;
    this.shown = now;
    const focused = this.element.contains(document.activeElement) ? document.activeElement?.id : undefined;
    this.element.replaceChildren(...entries.map((entry, i) => this.row(entry, i, entries.length)), this.adding(entries));
    if (focused) document.getElementById(focused)?.focus();
  }

  // Beside the algorithms that do not fit the rest of the scenario.
  private advise({ places, remedies }: Remedies): void {
    for (const old of this.element.querySelectorAll(".remedies")) old.remove();
    for (const place of places) {
      const buttons = remedyButtons(this.session, remedies);
      if (buttons) this.element.querySelectorAll(".algorithm")[place]?.append(buttons);
    }
  }

  private row(entry: JsonObject, place: number, count: number): HTMLElement {
    const name = labelOf(entry);
    const algorithm = this.known.find(({ kind }) => kind === kindOf(entry));
    return h(
      "div",
      { class: "algorithm", role: "group", "aria-label": `algorithm ${place + 1}: ${name}` },
      h("span", { class: "swatch", style: `background: ${seriesColour(place)}` }),
      this.kinds(entry, place),
      h("button", { type: "button", id: `remove-${place}`, disabled: count < 2, "aria-label": `remove ${name}`, title: `remove ${name}`, click: () => this.change((entries) => entries.filter((_, i) => i !== place)) }, "×"),
      algorithm ? this.options(algorithm, entry, place) : h("span", { class: "label" }, name),
    );
  }

  private kinds(entry: JsonObject, place: number): HTMLElement {
    const names = this.known.length > 0 ? this.known : [{ kind: kindOf(entry), title: kindOf(entry) }];
    return h(
      "select",
      { id: `algorithm-${place}`, "aria-label": `algorithm ${place + 1}`, change: (event) => this.replace(place, ofKind((event.target as HTMLSelectElement).value)) },
      ...names.map(({ kind, title }) => h("option", { value: kind, selected: kind === kindOf(entry) }, title)),
    );
  }

  private options(algorithm: Algorithm, entry: JsonObject, place: number): HTMLElement {
    const lines = algorithm.options.flatMap((spec): Child[] => {
      const id = `option-${place}-${spec.name}`;
      return [
        h("label", { for: id, class: spec.name in entry ? "set" : "" }, spec.name.replaceAll("_", " ")),
        optionInput(spec, entry, id, (value) => this.replace(place, withOption(entry, spec, value))),
        h("p", { class: "help" }, spec.summary),
      ];
    });
    const element = h("details", { open: this.open.has(place), toggle: () => (element.open ? this.open.add(place) : this.open.delete(place)) }, h("summary", {}, `${labelOf(entry)}: what it does, its options`), h("p", { class: "help" }, algorithm.summary), h("div", { class: "options" }, ...lines));
    return element;
  }

  private adding(entries: JsonObject[]): HTMLElement {
    const room = canAdd(entries);
    const next = () => this.known.find(({ kind }) => !entries.some((entry) => kindOf(entry) === kind))?.kind ?? "sync_sgd";
    return h(
      "p",
      { class: "adding" },
      h("button", { type: "button", id: "add-algorithm", disabled: !room || this.known.length === 0, click: () => this.change((all) => [...all, ofKind(next())]) }, "Add an algorithm"),
      room ? null : h("span", { class: "help" }, entries.length > mostChosen ? ` ${entries.length} are compared: more than ${mostChosen} come from the JSON.` : ` ${mostChosen} at a time; the JSON may hold more.`),
    );
  }
}
