// The page: reads the data that stands in it and lays the sections out.

import { executedFigure } from "./charts/executed";
import { flowFigure } from "./charts/flows";
import { lossFigures } from "./charts/loss";
import { memory } from "./charts/memory";
import { scaling } from "./charts/scaling";
import { timeSplit } from "./charts/time_split";
import { checkSections, checkSentence } from "./check";
import { clusterFigure } from "./cluster";
import { comparisonTable, flowTable } from "./comparison";
import { criticalPath } from "./critical_path";
import { bestRun, type CheckDocument, type PageDocument, type SweepDocument } from "./data";
import { details } from "./details";
import { h, type Child } from "./dom";
import { downloadSection } from "./download";
import { choose, chosenNumber, followSections, goToSection, onFragmentChange } from "./fragment";
import { sweepSections, sweepSentence } from "./sweep/sweep";
import { themeButton } from "./theme";

function section(id: string, title: string, ...children: Child[]): HTMLElement {
  return h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), ...children);
}

// The answer first: one sentence large, what it rests on below.
function verdict(document: PageDocument): HTMLElement | null {
  const [first, ...others] = document.report.verdict?.text ?? [];
  if (first === undefined) return null;
  return h("div", { class: "verdict" }, h("p", { class: "answer" }, first), ...others.map((one) => h("p", {}, one)));
}

function head(document: PageDocument): HTMLElement {
  const { scenario, warnings, interrupted } = document.report;
  return h(
    "div",
    { class: "head" },
    h("h1", {}, scenario.name ?? "Lockstep report"),
    verdict(document),
    h("p", { class: "sentence" }, document.sentence),
    scenario.description ? h("p", { class: "description" }, scenario.description) : null,
    interrupted ? h("p", { class: "warning" }, "Interrupted: later runs are missing.") : null,
    warnings && warnings.length > 0
      ? h("ul", { class: "warning", "aria-label": "warnings" }, ...warnings.map((one) => h("li", {}, h("code", {}, one.pointer), `: ${one.message}`)))
      : null,
  );
}

function sectionsOf(page: PageDocument, all: PageDocument[]): HTMLElement[] {
  const runs = page.report.runs ?? [];
  if (page.report.traffic)
    return [
      section("comparison", "Flows", flowTable(page.report.traffic), page.report.traffic.length > 0 ? flowFigure(page.report.traffic) : null),
      section("one", "Cluster", clusterFigure(page, null)),
    ];
  if (runs.length === 0) return [section("comparison", "Comparison", h("p", {}, "No run was finished: there is nothing to compare."))];
  const losses = lossFigures(page) ?? executedFigure(page);
  const curves = scaling(all);
  const path = criticalPath(page);
  return [
    section("comparison", "Comparison", h("p", { class: "help" }, "A click on a heading orders the rows. FLOPs and bytes of servers are shared out among the workers."), comparisonTable(page), timeSplit(page), memory(page)),
    ...(path ? [section("path", "Where the time goes", path)] : []),
    ...(curves ? [section("scaling", "Scaling", curves)] : []),
    ...(losses ? [section("learning", "Learning", losses)] : []),
    section("one", "One algorithm in detail", details(page, bestRun(page))),
  ];
}

function navigation(sections: HTMLElement[]): HTMLElement {
  const links = sections.map((one) => h("a", { href: `#${one.id}` }, one.querySelector("h2")?.textContent ?? one.id));
  return h("nav", { "aria-label": "sections" }, ...links, themeButton());
}

// In an address scenarios count from 1.
function linkedScenario(all: PageDocument[]): number {
  return Math.min(Math.max(1, chosenNumber("scenario") ?? 1), all.length) - 1;
}

function scenarioChoice(all: PageDocument[], show: (index: number) => void): HTMLElement | null {
  if (all.length < 2) return null;
  const choice = h("select", { id: "scenario", change: (event) => show((event.target as HTMLSelectElement).selectedIndex) }, ...all.map((one) => h("option", {}, one.report.scenario.name ?? "scenario")));
  choice.selectedIndex = linkedScenario(all);
  return h("p", { class: "choice" }, h("label", { for: "scenario" }, "scenario "), choice);
}

function showCheck(one: CheckDocument): void {
  const sections = checkSections(one).map(({ id, title, children }) => section(id, title, ...children));
  sections.push(section("data-section", "Data", downloadSection([one.check])));
  const top = h("div", { class: "head" }, h("h1", {}, "Predictions, checked"), h("p", { class: "sentence" }, checkSentence(one)));
  document.title = "Check · Lockstep";
  document.body.append(h("div", {}, navigation(sections), h("main", {}, top, ...sections), h("footer", {}, `Made by Lockstep ${one.version}.`)));
}

function showSweep(one: SweepDocument): void {
  const sections = sweepSections(one).map(({ id, title, children }) => section(id, title, ...children));
  const { name, description } = one.scenario;
  const top = h("div", { class: "head" }, h("h1", {}, name ?? "Sweep"), h("p", { class: "sentence" }, sweepSentence(one)), description ? h("p", { class: "description" }, description) : null);
  document.title = `${name ?? "Sweep"} · Lockstep`;
  document.body.append(h("div", {}, navigation(sections), h("main", {}, top, ...sections), h("footer", {}, `Made by Lockstep ${one.version}.`)));
}

function start(): void {
  const documents = JSON.parse(document.getElementById("data")?.textContent || "[]") as (PageDocument | CheckDocument | SweepDocument)[];
  const [first] = documents;
  if (first !== undefined && "sweep" in first) return showSweep(first);
  if (first !== undefined && "check" in first) return showCheck(first);
  const all = documents as PageDocument[];
  const page = h("div");
  const show = (index: number) => {
    const one = all[index];
    const sections = [...sectionsOf(one, all), section("data-section", "Data", downloadSection(all.map((each) => each.report)))];
    page.replaceChildren(navigation(sections), h("main", {}, head(one), ...sections), h("footer", {}, `Made by Lockstep ${one.report.version}.`));
    document.title = `${one.report.scenario.name ?? "Report"} · Lockstep`;
  };
  if (all.length === 0) page.append(h("main", {}, h("h1", {}, "Lockstep report"), h("p", {}, "Nothing was finished.")));
  else show(linkedScenario(all));
  const change = (index: number) => {
    choose({ scenario: String(index + 1), algorithm: null, compare: null, from: null, to: null, select: null });
    show(index);
  };
  document.body.append(...[scenarioChoice(all, change), page].filter((one) => one !== null));
  followSections();
  goToSection();
  onFragmentChange(() => {
    const choice = document.getElementById("scenario") as HTMLSelectElement | null;
    if (choice !== null) choice.selectedIndex = linkedScenario(all);
    if (all.length > 0) show(linkedScenario(all));
    goToSection();
  });
}

start();
