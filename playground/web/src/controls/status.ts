// What the page is doing, what is wrong with the scenario, and the button that stops.

import { h } from "../../../../reports/web/src/dom";
import type { Outcome } from "../run";
import { refusedText } from "../scenario/size";
import type { Session } from "../session";
import { remedyButtons } from "./remedies";

const patience_ms = 250; // what is shorter is not announced

function faultList(outcome: Outcome & { kind: "faults" }, goTo: (at: string) => void): HTMLElement {
  const items = outcome.faults.map(({ at, message }) => h("li", {}, at === "" ? null : h("button", { type: "button", class: "place", click: () => goTo(at) }, at), at === "" ? message : ` ${message}`));
  return h("div", {}, h("p", {}, "The scenario cannot run; what is below is of the last one that could."), h("ul", {}, ...items));
}

export function statusLine(session: Session, goTo: (at: string) => void): HTMLElement {
  const stop = h("button", { type: "button", id: "stop", click: () => session.stop() }, "Stop");
  const busy = h("p", { class: "busy", hidden: true }, h("span", {}, "Simulating… "), stop);
  const words = h("div", { class: "said", role: "status", "aria-live": "polite" });
  const advice = h("div", { "aria-live": "polite" });
  let timer = 0;
  const say = (...children: (Node | string)[]) => {
    words.replaceChildren(...children);
    words.classList.toggle("warning", children.length > 0);
  };
  const again = (label: string, id = "run-anyway") => h("button", { type: "button", id, click: () => session.run(true) }, label);
  session.listen({
    began: () => {
      if (timer === 0) timer = window.setTimeout(() => (busy.hidden = false), patience_ms);
    },
    ended: (outcome) => {
      clearTimeout(timer);
      timer = 0;
      busy.hidden = true;
      document.body.classList.toggle("stale", outcome.kind !== "done");
      if (outcome.kind === "done" && outcome.without !== undefined) say(h("p", {}, outcome.without, ...(refusedText(session.text) === null ? [" ", again("Record them", "record")] : [])));
      else if (outcome.kind === "done") say();
      else if (outcome.kind === "faults") say(faultList(outcome, goTo));
      else if (outcome.kind === "refused") say(h("p", {}, outcome.words));
      else if (outcome.kind === "long") say(h("p", {}, outcome.words, " ", again("Run it")));
      else say(h("p", {}, "Stopped. ", again("Run it again")));
    },
    advised: ({ remedies }) => advice.replaceChildren(...[remedyButtons(session, remedies)].filter((one) => one !== null)),
  });
  return h("div", { class: "status" }, busy, words, advice);
}
