// The page of `lockstep sweep`: any axis against any figure, and who wins over two axes.

import type { SweepAxis, SweepDocument, SweepLine } from "../data";
import { h, type Child } from "../dom";
import { lineLegend, lookOf } from "../charts/lines";
import { figure, nothingToHide } from "../figure";
import { count, significant } from "../format";
import { seriesColour, seriesLetter } from "../palette";
import { number, table, text } from "../table";
import { heatMap } from "./heat_map";
import { curveChart, type Curve } from "./curves";
import { figureTitle, figureWords } from "./figure_words";
import { scenarioPlace } from "./scenario_place";
import { axisName, bordersOf, chosen, figureAt, figuresOf, isNumeric, labelsOf, numberAt, unitOf, valuesOf, winnerAt, wordsAt } from "./points";

const byAlgorithm = "algorithm";

function choice(id: string, label: string, options: string[], change: () => void): { element: HTMLElement; select: HTMLSelectElement } {
  const select = h("select", { id, change }, ...options.map((option) => h("option", {}, option)));
  return { element: h("label", { for: id }, `${label} `, select), select };
}

function checkbox(label: string, checked: boolean, change: () => void): { element: HTMLElement; box: HTMLInputElement } {
  const box = h("input", { type: "checkbox", checked, change });
  return { element: h("label", {}, box, ` ${label}`), box };
}

const titleOf = (axis: SweepAxis, lines: SweepLine[]) => {
  const unit = unitOf(axis, lines);
  return unit === "" ? axisName(axis) : `${axisName(axis)} (${unit})`;
};

// Values of the axes that a picture does not show, one choice each.
class Fixed {
  readonly element = h("span");
  private selects = new Map<SweepAxis, HTMLSelectElement>();

  constructor(
    private readonly page: SweepDocument,
    private readonly id: string,
    private readonly change: () => void,
  ) {}

  show(shown: (SweepAxis | undefined)[]): Map<SweepAxis, string> {
    const rest = this.page.axes.filter((axis) => !shown.includes(axis));
    if (rest.length !== this.selects.size || rest.some((axis) => !this.selects.has(axis))) {
      const made = rest.map((axis, i) => ({ axis, ...choice(`${this.id}-fixed-${i}`, axisName(axis), valuesOf(axis, this.page.lines), this.change) }));
      this.selects = new Map(made.map((one) => [one.axis, one.select]));
      this.element.replaceChildren(...made.map((one) => one.element));
    }
    return new Map([...this.selects].map(([axis, select]) => [axis, select.value]));
  }
}

// One line for each algorithm, or for each value of an axis.
function curvesOf(lines: SweepLine[], x: SweepAxis, by: SweepAxis | undefined, name: string, label: string): Curve[] {
  const names = by ? valuesOf(by, lines) : labelsOf(lines);
  return names.map((one, i) => {
    const points = lines.flatMap((line) => {
      const run = line.runs?.find((each) => each.label === (by ? label : one));
      const y = run && figureAt(run, name);
      return y === undefined || (by && wordsAt(by, line) !== one) ? [] : [{ x: numberAt(x, line)!, y, line }];
    });
    points.sort((a, b) => a.x - b.x);
    return { name: one, ...lookOf(i), points };
  });
}

// Whether an axis says how many hosts there are: then a speed-up has an ideal.
function countsHosts(axis: SweepAxis, all: SweepLine[]): boolean {
  return all.every((line) => (line.runs ?? []).every((run) => run.hosts === undefined || run.hosts === numberAt(axis, line)));
}

// The values themselves, unless they are too many to stand side by side.
function ticksOf(values: number[]): number[] | undefined {
  const each = [...new Set(values)];
  return each.length <= 8 ? each : undefined;
}

function lines(page: SweepDocument): HTMLElement | null {
  const numeric = page.axes.filter((axis) => isNumeric(axis, page.lines));
  if (numeric.length === 0) return null;
  const place = h("div");
  const scenario = scenarioPlace(page, "lines");
  const names = figuresOf(page.lines);
  const labels = labelsOf(page.lines);
  const draw = () => {
    const axis = numeric[x.select.selectedIndex];
    const other = page.axes[by.select.selectedIndex - 1];
    const split = other === axis ? undefined : other;
    const fixed = rest.show([axis, split]);
    which.element.hidden = split === undefined;
    key.textContent = y.select.value;
    const found = curvesOf(chosen(page.lines, fixed), axis, split, y.select.value, which.select.value);
    const ends = found.flatMap((one) => one.points.map((point) => point.x));
    const ideal: Curve[] = y.select.value === "speedup" && ends.length > 0 && countsHosts(axis, page.lines) ? [{ name: "ideal", colour: "var(--text)", dash: "3 4", points: [Math.min(...ends), Math.max(...ends)].map((one) => ({ x: one, y: one })) }] : [];
    const all = [...ideal, ...found].filter((one) => one.points.length > 0);
    place.replaceChildren(
      figure({
        id: "sweep-lines",
        title: `${figureWords(y.select.value)}, by ${axisName(axis)}`,
        sentence: "Each point shows its scenario below when it is pointed at or reached with Tab and the arrow keys; a click keeps it.",
        legend: lineLegend(all.map((one) => ({ ...one, dots: one.name !== ideal[0]?.name })), true),
        draw: (width, hidden) => curveChart(width, hidden, all, { x: titleOf(axis, page.lines), y: figureTitle(y.select.value), logX: logX.box.checked, logY: logY.box.checked, ticks: ticksOf(ends) }, scenario),
      }),
    );
  };
  const x = choice("sweep-x", "over", numeric.map(axisName), draw);
  x.select.selectedIndex = Math.max(0, numeric.findIndex((axis) => countsHosts(axis, page.lines)));
  const y = choice("sweep-y", "figure", names, draw);
  for (const option of y.select.options) {
    option.value = option.title = option.text;
    option.text = figureTitle(option.value);
  }
  const key = h("code", { title: "its key in the lines of JSON and in CSV" });
  y.select.value = names.includes("speedup") ? "speedup" : names[0];
  const by = choice("sweep-by", "a line for each", [byAlgorithm, ...page.axes.map(axisName)], draw);
  const which = choice("sweep-label", "of", labels, draw);
  const [logX, logY] = ["logarithmic x", "logarithmic y"].map((one) => checkbox(one, true, draw));
  const rest = new Fixed(page, "lines", draw);
  draw();
  return h("div", {}, h("p", { class: "choice" }, ...[x.element, y.element, key, by.element, which.element, logX.element, logY.element].flatMap((one) => [one, " "]), rest.element), place, scenario.element);
}

function winners(page: SweepDocument): HTMLElement | null {
  if (page.axes.length < 2 || labelsOf(page.lines).length < 2) return null;
  const place = h("div");
  const scenario = scenarioPlace(page, "winners");
  const labels = labelsOf(page.lines);
  const look = (label: string) => ({ colour: seriesColour(labels.indexOf(label)), letter: seriesLetter(labels.indexOf(label)) });
  const draw = () => {
    const across = page.axes[x.select.selectedIndex];
    const up = page.axes[y.select.selectedIndex];
    if (across === up) return place.replaceChildren(h("p", {}, "Choose two different axes."));
    const shown = chosen(page.lines, rest.show([across, up]));
    const won = labels.filter((label) => shown.some((line) => winnerAt(line)?.label === label));
    const borders = isNumeric(across, page.lines) ? bordersOf(across, up, shown) : [];
    place.replaceChildren(
      figure({
        id: "sweep-winners",
        title: "Who is fastest where",
        sentence: "The algorithm with the most samples a second at each point; where another takes over, a line. Each field shows its scenario below when it is pointed at or reached with Tab and the arrow keys; a click keeps it.",
        legend: won.map((label) => ({ label, ...look(label) })),
        choice: nothingToHide,
        draw: (width) => heatMap(width, shown, { x: across, y: up, xTitle: titleOf(across, page.lines), yTitle: titleOf(up, page.lines) }, look, scenario),
      }),
      ...(borders.length === 0
        ? []
        : [
            table("where another algorithm takes over", borders, [
              { heading: axisName(up), numeric: false, cell: (one) => text(one.row) },
              { heading: "from", numeric: false, cell: (one) => text(one.from) },
              { heading: "to", numeric: false, cell: (one) => text(one.to) },
              { heading: `at about ${titleOf(across, page.lines)}`, numeric: true, cell: (one) => number(one.at, significant) },
            ]),
          ]),
    );
  };
  const x = choice("winners-x", "across", page.axes.map(axisName), () => draw());
  const y = choice("winners-y", "up", page.axes.map(axisName), () => draw());
  y.select.selectedIndex = 1;
  const rest = new Fixed(page, "winners", () => draw());
  draw();
  return h("div", {}, h("p", { class: "choice" }, x.element, " ", y.element, " ", rest.element), place, scenario.element);
}

export function sweepSentence(page: SweepDocument): string {
  const failed = page.lines.filter((line) => line.error !== undefined || line.runs?.some((run) => run.error !== undefined)).length;
  const axes = page.axes.map((axis) => `${axisName(axis)} (${valuesOf(axis, page.lines).length} values)`).join(" and ");
  const left = page.points - page.lines.length;
  return `${count(page.lines.length)} points over ${axes}${left > 0 ? `; ${count(left)} are missing` : ""}${failed > 0 ? `; ${count(failed)} failed` : ""}.`;
}

export function sweepSections(page: SweepDocument): { id: string; title: string; children: Child[] }[] {
  const curves = lines(page);
  const map = winners(page);
  return [
    ...(curves ? [{ id: "lines", title: "Figures", children: [curves] }] : []),
    ...(map ? [{ id: "winners", title: "Winners", children: [map] }] : []),
  ];
}
