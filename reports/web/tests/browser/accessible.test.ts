// axe-core finds nothing to complain about: on pages of every kind, light and dark.

import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { after, before, test } from "node:test";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";

import { cluster, folder, launch, Opened, withData, written } from "./pages";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

const checked = { label: "ring", closed_form_s: 1, simulated_s: 1.1, measured_s: 1, all_measured_s: [1, 1.2], speed: 1, time_error: 0.1, counts: "equal", parameters: "equal", flops: 1, bytes: 1, messages: 1, reason: "4 ranks on 2 cores" };
const check = { schema: 1, median_time_error: 0.1, worst_time_error: 0.17, rank_correlation: 1, pairs_apart: 1, pairs_swapped: 0, runs: [checked, { ...checked, label: "star", simulated_s: 2, measured_s: 2.4, time_error: -0.17 }] };
const scenario = { name: "one of each", model: { layers: 4, width: 128 }, training: { batch_per_worker: 8, iterations: 3 }, cluster: cluster(4), algorithms: ["sgd", "sync_sgd", "async_sgd", "gpipe"] };

const pages: Record<string, () => string> = {
  run: () => written("run", "run", [scenario]),
  cost: () => written("cost", "cost", [scenario]),
  train: () => written("train", "train", ["train.json"], "--set", "/training/iterations=20"),
  traffic: () => written("traffic", "run", ["traffic.json"]),
  check: () => withData("check", JSON.stringify([{ check, tolerance: 0.3, version: "0.1.0" }])),
  sweep: () => written("sweep", "sweep", ["sweeps/who_wins.json"]),
};

for (const [name, page] of Object.entries(pages)) {
  test(`accessible: a page of ${name}`, async () => {
    const file = page();
    for (const colorScheme of ["light", "dark"] as const) {
      // The page's own policy would not let axe run; what it checks is not touched by it.
      const opened = await Opened.at(browser, file, { colorScheme, bypassCSP: true });
      for (const button of await opened.page.locator(".more").filter({ visible: true }).all()) await button.click();
      await opened.page.addScriptTag({ content: axe });
      const { violations } = (await opened.page.evaluate("axe.run()")) as AxeResults;
      const told = violations.map((one) => `${one.id}: ${one.help}; ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join(" | ")}`);
      assert.deepEqual(told, [], colorScheme);
      await opened.closed();
    }
  });
}
