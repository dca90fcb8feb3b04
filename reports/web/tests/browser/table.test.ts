// The table: columns that have room, one footing, one unit a column.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";

import { cluster, columnOf, dataOf, folder, launch, Opened, written } from "./pages";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const shown = (page: Page) => page.locator("#comparison thead tr:last-child th").filter({ visible: true }).allTextContents();
const scrolls = (page: Page) => page.locator("#comparison .scroll").evaluate((one) => one.scrollWidth > one.clientWidth);

test("table: at any width it shows the columns that have room, and the others after a click", async () => {
  const file = written("many-columns", "train", ["train.json"], "--set", "/training/iterations=20");
  const numbers: number[] = [];
  for (const width of [1400, 1000, 390]) {
    const opened = await Opened.at(browser, file, { viewport: { width, height: 800 } });
    assert.equal(await scrolls(opened.page), false, `at ${width} pixels the table scrolls`);
    const few = await shown(opened.page);
    numbers.push(few.length);
    assert.deepEqual(few.slice(0, 1), ["algorithm"]);
    const more = opened.page.locator("#comparison .more");
    assert.match((await more.textContent())!, /^More columns \(\d+\)$/);
    await more.click();
    assert.ok((await shown(opened.page)).length > few.length);
    assert.equal(await more.textContent(), "Fewer columns");
    await more.press("Enter");
    assert.deepEqual(await shown(opened.page), few);
    await opened.closed();
  }
  assert.ok(numbers[0] > numbers[1] && numbers[1] > numbers[2] && numbers[2] >= 3, `${numbers} columns`);
});

test("table: columns come back when the page grows wider", async () => {
  const opened = await Opened.at(browser, `${folder}/many-columns.html`, { viewport: { width: 600, height: 800 } });
  const few = (await shown(opened.page)).length;
  await opened.page.setViewportSize({ width: 1300, height: 800 });
  await opened.page.waitForFunction((before) => document.querySelectorAll("#comparison thead tr:last-child th:not([hidden])").length > before, few);
  assert.equal(await scrolls(opened.page), false);
  await opened.closed();
});

test("table: what figures are of stands above them once, and is what they are", async () => {
  const iterations = 3;
  const file = written("footing", "run", [{ name: "footing", model: { layers: 4, width: 512 }, training: { batch_per_worker: 64, iterations }, cluster: cluster(4), algorithms: [{ kind: "sync_sgd" }, { kind: "async_sgd" }] }]);
  const opened = await Opened.at(browser, file, { viewport: { width: 1400, height: 800 } });
  const { page } = opened;
  if (await page.locator("#comparison .more").isVisible()) await page.locator("#comparison .more").click();
  const groups = await page.locator("#comparison .of th").allTextContents();
  assert.deepEqual(groups, ["of one iteration", "throughput of all workers", "of one worker", "of a gradient"]);
  const [{ report }] = JSON.parse(dataOf(file));
  const value = async (heading: string) => (await columnOf(page, "#comparison", heading)).map((words) => Number(words.replace(",", "")));
  const units: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, B: 1, kB: 1e3, MB: 1e6, GB: 1e9, MFLOP: 1e6, GFLOP: 1e9, TFLOP: 1e12 };
  const headings = await page.locator("#comparison thead tr:last-child th").allTextContents();
  const unit = (heading: string) => units[/\((.*)\)/.exec(headings.find((words) => words.startsWith(heading))!)![1]];
  const near = (a: number, b: number) => assert.ok(Math.abs(a / b - 1) < 0.006, `${a} is not ${b}`);
  for (const [i, run] of report.runs.entries()) {
    near((await value("time"))[i] * unit("time"), run.simulated.makespan_s / iterations);
    near((await value("closed form"))[i] * unit("closed form"), run.analytic.time_s / iterations);
    near((await value("FLOPs in an iteration"))[i] * unit("FLOPs"), run.simulated.flops.total / iterations / run.workers);
    near((await value("sent in an iteration"))[i] * unit("sent"), run.simulated.bytes / iterations / run.workers);
    near((await value("memory"))[i] * unit("memory"), run.analytic.memory_bytes_per_worker.total);
  }
  await opened.closed();
});

test("table: what is of the whole run says so", async () => {
  const scenario = { name: "seeds", model: { layers: 4, width: 64 }, training: { batch_per_worker: 8, iterations: 4 }, cluster: { ...(cluster(3) as object), slowdown: { distribution: "exponential", mean: 2 } }, algorithms: ["sync_sgd", "async_sgd"] };
  const opened = await Opened.at(browser, written("seeds", "run", [scenario], "--replicates", "3"), { viewport: { width: 1400, height: 800 } });
  const group = opened.page.locator("#comparison .of th", { hasText: "of the whole run" });
  assert.equal(await group.count(), 1);
  const headings = await opened.page.locator("#comparison thead tr:last-child th").allTextContents();
  assert.ok(headings.some((words) => /^mean of seeds \(.*s\)$/.test(words)), `${headings}`);
  await opened.closed();
});
