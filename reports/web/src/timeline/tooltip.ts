// A box beside the pointer that says what is there.

import { h } from "../dom";
import type { Words } from "./words";

export class Tooltip {
  readonly element = h("div", { class: "tooltip", role: "tooltip", hidden: true });
  private shown = "";

  // At a place in the element that holds it, inside of which it stays.
  show({ title, facts }: Words, x: number, y: number, width: number, height: number): void {
    const key = JSON.stringify([title, facts]);
    if (key !== this.shown) this.element.replaceChildren(h("strong", {}, title), h("dl", {}, ...facts.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])));
    this.shown = key;
    this.element.hidden = false;
    const box = this.element.getBoundingClientRect();
    const left = x + 16 + box.width <= width ? x + 16 : Math.max(0, x - 16 - box.width);
    const top = Math.max(0, Math.min(y + 14, height - box.height));
    this.element.style.left = `${left}px`;
    this.element.style.top = `${top}px`;
  }
  hide(): void {
    this.element.hidden = true;
  }
}
