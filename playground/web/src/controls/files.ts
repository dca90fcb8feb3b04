// What one takes along: the scenario, the report, and a link that holds the scenario.

import { h } from "../../../../reports/web/src/dom";
import { linkOf } from "../scenario/link";
import { knowFile } from "../scenario/named_files";
import type { Session } from "../session";

function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// The link stands in a field, to be copied by hand where the browser does not let the page do it.
async function copied(session: Session, field: HTMLInputElement, said: HTMLElement): Promise<void> {
  field.value = `${location.href.split("#")[0]}#s=${await linkOf(session.text)}`;
  field.hidden = false;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = "The link is copied. It holds the whole scenario: nothing is stored anywhere.";
  } catch {
    said.textContent = "Copy the link from the field. It holds the whole scenario: nothing is stored anywhere.";
  }
}

export function fileButtons(session: Session): HTMLElement {
  const field = h("input", { id: "link", type: "text", readonly: true, hidden: true, "aria-label": "link to this scenario" });
  const said = h("p", { class: "help", role: "status" });
  const button = (id: string, words: string, act: () => void) => h("button", { type: "button", id, click: act }, words);
  const report = async () => {
    const { exitCode, stdout, stderr } = await session.engine.call(["run"], session.text);
    if (exitCode === 0) save(stdout, "report.json");
    else said.textContent = stderr;
  };
  const chosen = h("input", { id: "named-files", type: "file", multiple: true, change: async () => {
    const files = [...(chosen.files ?? [])];
    for (const file of files) knowFile(file.name, new Uint8Array(await file.arrayBuffer()));
    said.textContent = `The page has ${files.map(({ name }) => name).join(", ")}, as long as it is open.`;
    session.run(false);
  } });
  return h(
    "div",
    { class: "files" },
    h("p", { class: "choice" }, h("label", { for: "named-files" }, "Files that the scenario names (a graph, data, a trace, a machine): "), chosen),
    h(
      "p",
      { class: "controls" },
      button("save-scenario", "Download scenario.json", () => save(session.text, "scenario.json")),
      button("save-report", "Download report.json", () => void report().catch(() => (said.textContent = "The report was stopped."))),
      button("copy-link", "Copy a link to this scenario", () => void copied(session, field, said)),
    ),
    field,
    said,
    h("p", { class: "help" }, "On the command line, ", h("code", {}, "lockstep run scenario.json -o report.json"), " writes the same report, byte for byte."),
  );
}
