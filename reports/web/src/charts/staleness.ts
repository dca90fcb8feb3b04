// How old the gradients of one run's updates were.

import * as Plot from "@observablehq/plot";

import type { Run } from "../data";
import { h } from "../dom";
import { figure } from "../figure";
import { count, percent, significant } from "../format";

function wholeTicks(max: number, most: number): number[] {
  const every = Math.ceil((max + 1) / most);
  return Array.from({ length: Math.floor(max / every) + 1 }, (_, i) => i * every);
}

// A picture only where there is some staleness; a sentence where there is none.
export function staleness(run: Run): HTMLElement | null {
  const histogram = run.simulated?.staleness.histogram ?? [];
  const updates = histogram.reduce((sum, some) => sum + some, 0);
  if (!run.simulated || updates === 0) return null;
  const bins = histogram.map((some, age) => ({ age, share: (100 * some) / updates, tip: `${age} updates old\n${count(some)} updates, ${percent(some / updates)}` }));
  const { mean, max } = run.simulated.staleness;
  if (max === 0) return h("p", { id: "no-staleness" }, `No staleness: every one of the ${count(updates)} updates had a gradient of the newest parameters.`);
  return figure({
    id: "staleness",
    title: "Staleness",
    sentence: `How many updates others made between reading the parameters and applying the gradient: ${significant(mean)} in the mean, ${max} at most.`,
    legend: [{ label: "updates", colour: "var(--blue)" }],
    draw: (width) =>
      Plot.plot({
        width,
        height: 240,
        marginLeft: 52,
        marginRight: 16,
        marginTop: 26,
        marginBottom: 44,
        style: { fontSize: "12px", background: "none" },
        x: { label: "staleness (updates by others)", labelAnchor: "center", labelArrow: "none", domain: [-0.5, max + 0.5], tickFormat: "d", ticks: wholeTicks(max, Math.floor(width / 50)) },
        y: { label: "share of updates (%)", labelArrow: "none", grid: true, domain: [0, Math.max(...bins.map((bin) => bin.share))], nice: true },
        marks: [
          Plot.rectY(bins, { x1: (bin) => bin.age - 0.42, x2: (bin) => bin.age + 0.42, y: "share", fill: "var(--blue)", title: "tip", tip: { fill: "var(--surface)", stroke: "var(--line)" } }),
          Plot.ruleY([0], { stroke: "var(--text)" }),
        ],
      }),
  });
}
