// The playground: a scenario that one changes, and what the simulator in the page says of it.

import { h, type Child } from "../../../reports/web/src/dom";
import { choose, chosen, followSections, goToSection, onFragmentChange } from "../../../reports/web/src/fragment";
import { themeButton } from "../../../reports/web/src/theme";
import { assumptionList } from "./assumptions";
import { AlgorithmChooser } from "./controls/algorithms";
import { Editor } from "./controls/editor";
import { fileButtons } from "./controls/files";
import { keyList } from "./controls/keys";
import { sliderPanel } from "./controls/sliders";
import { statusLine } from "./controls/status";
import { Engine } from "./engine";
import { lessonSection } from "./lessons/section";
import { LossCurves } from "./results/loss_curves";
import type { Algorithm } from "./scenario/algorithms";
import { linkOf, textOfLink } from "./scenario/link";
import { shippedScenarios, startText } from "./scenario/start";
import { Results } from "./sections";
import { Session } from "./session";

function section(id: string, title: string, ...children: Child[]): HTMLElement {
  return h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), ...children);
}

const session = new Session();
const results = new Results();
const chooser = new AlgorithmChooser(session);
const editor = new Editor(session);
const curves = new LossCurves(session);
const took = h("p", { id: "took", class: "help" });
const notice = h("div", { class: "notice", role: "status" });

function beginWith(): HTMLElement {
  const shipped = shippedScenarios();
  const texts = [startText, ...shipped.map(({ text }) => text)];
  const choice = h("select", { id: "begin-with", change: () => {
    notice.replaceChildren();
    session.setText(texts[choice.selectedIndex], "other");
  } }, h("option", {}, "Who waits, and who goes on?"), ...shipped.map(({ title }) => h("option", {}, title)), h("option", { disabled: true }, "one of your own"));
  session.listen({ changed: (text) => (choice.selectedIndex = texts.includes(text) ? texts.indexOf(text) : texts.length) });
  return h("p", { class: "choice" }, h("label", { for: "begin-with" }, "Begin with "), choice);
}

// Of sliders, algorithms, lessons and whole scenarios; the editor has its own keys for it, too.
function undoButton(): HTMLElement {
  const button = h("button", { type: "button", id: "undo", disabled: true, click: () => session.undo() }, "Undo the last change");
  session.listen({ changed: () => (button.disabled = !session.canUndo) });
  return h("p", {}, button);
}

function controls(): HTMLElement {
  return h("section", { id: "controls", "aria-labelledby": "controls-title" }, h("h2", { id: "controls-title" }, "Change it"), beginWith(), undoButton(), chooser.element, sliderPanel(session));
}

function sections(): HTMLElement[] {
  return [
    section("learning", "Learning: loss against simulated time", h("p", { class: "help" }, "Which algorithm learns the fastest is another question than which has the most samples a second: gradients that are old, and models that differ, take more steps."), curves.element),
    section("one", "Closed form and simulation", results.chooser, results.one),
    section("events", "What happens when", h("p", { class: "help" }, "Of the algorithm that is chosen above: play it, or step from event to event. A press on a rank shows its program."), results.events),
    section("figures", "All figures", h("p", { class: "help" }, "A click on a heading orders the rows."), results.table),
    section("scenario", "The scenario as JSON", h("p", { class: "help" }, "All that there is can be changed here; the sliders write into it, too."), keyList(), editor.element, fileButtons(session)),
    section("lessons", "Lessons", lessonSection(session)),
    section("assumptions", "What this assumes", assumptionList()),
  ];
}

function navigation(all: HTMLElement[]): HTMLElement {
  const links = all.map((one) => h("a", { href: `#${one.id}` }, one.querySelector("h2")!.textContent!.split(":")[0]));
  return h("nav", { "aria-label": "sections" }, ...links, themeButton());
}

// The first screen; it carries the name of what it shows, for tests.
const first = h("section", { id: "first", "aria-labelledby": "first-title" }, h("h2", { id: "first-title", class: "spoken" }, "The answer"), results.verdict, results.spoken, results.bars, took);

function layOut(): void {
  const rest = sections();
  const head = h("div", { class: "head" }, h("h1", {}, "Lockstep playground"), h("p", { class: "sentence" }, "What does parallel training cost in time, and what in steps? Drag anything: the simulator runs in this page."), notice, statusLine(session, (at) => editor.goTo(at)));
  document.body.append(navigation([first, ...rest].slice(1)), h("main", {}, head, h("div", { class: "board" }, first, controls(), h("section", { id: "when", "aria-labelledby": "when-title" }, h("h2", { id: "when-title", class: "spoken" }, "What each algorithm does when"), results.timeline.element)), ...rest), h("footer", {}, "Lockstep. This page works offline and asks nothing of any network."));
}

// The link in the address if there is one and it is whole, else what the page begins with.
async function begin(): Promise<void> {
  const link = chosen("s");
  if (link === null) return session.text === "" ? session.setText(startText, "other") : undefined;
  const read = await textOfLink(link);
  if ("text" in read) return session.setText(read.text, "other");
  notice.replaceChildren(h("p", { class: "warning" }, read.fault));
  if (session.text === "") session.setText(startText, "other");
}

let linkTimer = 0;

// The address follows what is shown; the page's first scenario needs no link.
function follow(text: string): void {
  clearTimeout(linkTimer);
  linkTimer = window.setTimeout(async () => {
    const link = text === startText ? null : await linkOf(text);
    if (session.text === text) choose({ s: link });
  }, 400);
}

layOut();
session.listen({
  changed: (text, origin) => {
    if (origin !== "other" || chosen("s") !== null || text !== startText) follow(text);
  },
  ended: (outcome) => {
    if (outcome.kind !== "done") return;
    if (performance.getEntriesByName("first-answer").length === 0) performance.mark("first-answer");
    took.textContent = `Simulated in this page, in ${Math.ceil(outcome.milliseconds)} ms.`;
    void results.show(outcome.page).then(() => (first.dataset.name = outcome.page.report.scenario.name));
  },
});
followSections();
// A link to a lesson leads to it; what stands above may still grow.
function goTo(): void {
  if (chosen("section") === null && chosen("lesson") !== null) document.getElementById("lesson-title")?.scrollIntoView();
  else goToSection();
}

onFragmentChange(() => void begin().then(goTo));
void begin().then(goTo);

// In an engine of its own, which no drag stops.
async function learnAlgorithms(): Promise<void> {
  const lister = new Engine();
  const { exitCode, stdout } = await lister.call(["list"], "");
  lister.stop();
  if (exitCode !== 0) return;
  const known = JSON.parse(stdout) as Algorithm[];
  chooser.know(known);
  curves.know(known);
}

void learnAlgorithms();
