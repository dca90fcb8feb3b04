// Changes that would make the scenario run, as buttons.

import { h } from "../../../../reports/web/src/dom";
import { pretty } from "../scenario/pretty";
import type { Remedy } from "../scenario/remedies";
import type { Session } from "../session";

export function remedyButtons(session: Session, remedies: Remedy[]): HTMLElement | null {
  if (remedies.length === 0) return null;
  const button = ({ words, document }: Remedy) => h("button", { type: "button", click: () => session.setText(pretty(document), "other") }, words);
  return h("p", { class: "remedies" }, h("span", {}, "It runs with a change: "), ...remedies.map(button));
}
