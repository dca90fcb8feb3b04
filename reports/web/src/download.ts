// The report itself, for scripts.

import { h } from "./dom";

export function reportText(reports: object[]): string {
  return `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`;
}

export function downloadSection(reports: object[]): HTMLElement {
  const save = () => {
    const address = URL.createObjectURL(new Blob([reportText(reports)], { type: "application/json" }));
    h("a", { href: address, download: "report.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };
  return h(
    "div",
    {},
    h("p", {}, "All figures of this page, as the JSON that `lockstep ... -o report.json` writes. "),
    h("p", {}, h("button", { type: "button", id: "download", click: save }, "Download report.json")),
  );
}
