// The list of every key that a scenario may have, made when somebody opens it.

import { h } from "../../../../reports/web/src/dom";
import { Engine } from "../engine";
import { keysOf, type Key } from "../scenario/keys";
import type { Json } from "../scenario/pointer";

function rowOf({ pointer, words, values }: Key): HTMLElement {
  return h("tr", {}, h("th", { scope: "row" }, h("code", {}, pointer)), h("td", {}, words), h("td", {}, values));
}

async function tableOfKeys(): Promise<HTMLElement> {
  const engine = new Engine();
  const { exitCode, stdout, stderr } = await engine.call(["schema"], "");
  engine.stop();
  if (exitCode !== 0) return h("p", {}, stderr);
  const heading = (words: string) => h("th", { scope: "col" }, words);
  return h("div", { class: "scroll", tabindex: 0 }, h("table", { class: "keys" }, h("thead", {}, h("tr", {}, heading("key"), heading("what it is"), heading("values"))), h("tbody", {}, ...keysOf(JSON.parse(stdout) as Json).map(rowOf))));
}

export function keyList(): HTMLElement {
  const place = h("div", {});
  let asked = false;
  return h("details", { id: "keys", toggle: () => {
    if (asked) return;
    asked = true;
    void tableOfKeys().then((table) => place.replaceChildren(table));
  } }, h("summary", {}, "Every key of a scenario"), h("p", { class: "help" }, "0 stands for any place in a list. The options of algorithms stand where they are chosen, and the command line takes sweeps and plans besides."), place);
}
