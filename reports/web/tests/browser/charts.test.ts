// Charts that can be read: outliers, legends, names, widths.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";

import { cluster, columnOf, dataOf, folder, launch, Opened, withData, written } from "./pages";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const model = { layers: 4, width: 64 };
const training = { batch_per_worker: 8, iterations: 3 };

// The pixels that each row's bar takes, from the axis to its end.
function barLengths(page: Page, figure: string): Promise<number[]> {
  return page.locator(`[data-figure=${figure}] g[aria-label=bar] rect`).evaluateAll((all) => {
    const rows = new Map<number, number[]>();
    for (const rect of all) {
      const box = rect.getBoundingClientRect();
      rows.set(Math.round(box.top), [...(rows.get(Math.round(box.top)) ?? []), box.left, box.right]);
    }
    return [...rows.values()].map((ends) => Math.max(...ends) - Math.min(...ends));
  });
}

test("charts: one run that takes far longer does not squeeze the others", async () => {
  const opened = await Opened.at(browser, written("outlier", "run", [{ name: "outlier", model, training, cluster: cluster(8), algorithms: ["sgd", "sync_sgd"] }]));
  const times = (await columnOf(opened.page, "#comparison", "time")).map((words) => Number(words.replace(",", "")));
  assert.ok(Math.max(...times) > 30 * Math.min(...times), `${times}`);
  const views = opened.page.locator("[data-figure=time] .views button");
  assert.deepEqual(await views.allTextContents(), ["Times, logarithmic", "Times", "Shares"]);
  const log = await barLengths(opened.page, "time");
  assert.ok(Math.min(...log) > 40, `${log}`);
  await views.nth(1).click();
  const linear = await barLengths(opened.page, "time");
  assert.ok(Math.min(...linear) < 40, `${linear}`);
  assert.equal(await views.nth(1).getAttribute("aria-pressed"), "true");
  await opened.closed();
});

test("charts: where runs take about as long, no logarithmic axis is offered", async () => {
  const opened = await Opened.at(browser, written("alike", "run", [{ name: "alike", model, training, cluster: cluster(4), algorithms: ["sync_sgd", "async_sgd"] }]));
  assert.deepEqual(await opened.page.locator("[data-figure=time] .views button").allTextContents(), ["Times", "Shares"]);
  await opened.closed();
});

test("charts: a legend's item hides what it stands for, by click and by key, in all charts that share it", async () => {
  const opened = await Opened.at(browser, written("learning", "train", ["train.json"], "--set", "/training/iterations=20"));
  const { page } = opened;
  const paths = (figure: string) => page.locator(`[data-figure=${figure}] g[aria-label=line] path`).count();
  const before = await paths("loss-time");
  const item = page.locator("#learning .legend button", { hasText: "asynchronous" });
  await item.click();
  assert.equal(await item.getAttribute("aria-pressed"), "false");
  for (const figure of ["loss-time", "accuracy-time", "loss-samples", "loss-iterations"]) assert.equal(await paths(figure), before - 1, figure);
  await item.press("Enter");
  assert.equal(await item.getAttribute("aria-pressed"), "true");
  assert.equal(await paths("loss-time"), before);
  // Of a bar, its parts.
  const bars = page.locator("[data-figure=time] g[aria-label=bar] rect");
  const parts = await bars.count();
  await page.locator("[data-figure=time] .legend button", { hasText: "compute" }).press("Space");
  assert.ok((await bars.count()) < parts);
  // Once all are hidden, all are shown again.
  for (const one of await page.locator("[data-figure=time] .legend button").filter({ hasNotText: "compute" }).all()) await one.click();
  assert.equal(await bars.count(), parts);
  await opened.closed();
});

test("charts: losses over time end where the slowest that matters ends, or have logarithmic axes", async () => {
  const opened = await Opened.at(browser, `${folder}/learning.html`);
  const views = opened.page.locator("[data-figure=loss-time] .views button");
  assert.match((await views.first().textContent())!, /^The first .*s$/);
  const ticks = () => opened.page.locator('[data-figure=loss-time] g[aria-label="x-axis tick label"] text').allTextContents();
  const cut = await ticks();
  await views.filter({ hasText: "Whole run" }).click();
  const whole = await ticks();
  assert.ok(Number(cut.at(-1)) < Number(whole.at(-1)), `${cut}; ${whole}`);
  await views.filter({ hasText: "Logarithmic" }).click();
  assert.ok(!(await ticks()).includes("0"));
  await opened.closed();
});

test("charts: staleness is drawn only where there is some", async () => {
  const opened = await Opened.at(browser, `${folder}/alike.html`);
  await opened.page.locator("#run").selectOption("sync_sgd");
  assert.equal(await opened.page.locator("[data-figure=staleness]").count(), 0);
  assert.match((await opened.page.locator("#no-staleness").textContent())!, /^No staleness/);
  await opened.page.locator("#run").selectOption("async_sgd");
  assert.equal(await opened.page.locator("[data-figure=staleness]").count(), 1);
  assert.equal(await opened.page.locator("#no-staleness").count(), 0);
  await opened.closed();
});

const long = "an algorithm whose name says at length what it does, how, why, and_with_one_word_that_does_not_end";

test("charts: at a phone's width no name is cut, and nothing scrolls sideways", async () => {
  const file = written("long", "run", [{ name: long, model, training, cluster: cluster(4), algorithms: [{ kind: "sync_sgd", label: long }, { kind: "async_sgd", label: `${long}, again` }] }]);
  const opened = await Opened.at(browser, file, { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true });
  const { page } = opened;
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  const whole = (text: string) => text.replace(/\s+/g, "");
  for (const chart of ["time", "memory", "critical-path"]) {
    const names = await page.locator(`[data-figure=${chart}] .chart g[aria-label=text] text`).evaluateAll((all) => all.map((one) => ({ text: one.textContent!, left: one.getBoundingClientRect().left, right: one.getBoundingClientRect().right })));
    assert.ok(names.some(({ text }) => whole(text) === whole(long)), `${chart}: ${names.map(({ text }) => text)}`);
    for (const { left, right } of names) assert.ok(left >= 0 && right <= 390, `${chart}: from ${left} to ${right}`);
  }
  for (const name of await page.locator("#comparison .name").all()) {
    const { width, inner } = await name.evaluate((one) => ({ width: one.clientWidth, inner: one.scrollWidth }));
    assert.ok(inner <= width, "no name is wider than its cell");
  }
  await opened.closed();
});

test("charts: a link has the colour of its busiest time, and where that is unknown, of its mean", async () => {
  const data = JSON.parse(dataOf(`${folder}/alike.html`));
  const [run] = data[0].runs;
  const { from, to } = run.timeline?.links?.[0] ?? {};
  const described = async (name: string) => {
    const opened = await Opened.at(browser, withData(name, JSON.stringify(data)));
    await opened.page.locator("#run").selectOption("sync_sgd");
    const titles = await opened.page.locator("[data-figure=cluster] line title").allTextContents();
    const words = (await opened.page.locator("[data-figure=cluster] figcaption p").textContent())!;
    await opened.closed();
    return { titles, words };
  };
  const known = await described("busiest");
  assert.match(known.titles.find((words) => words.startsWith(`${from} to ${to}:`))!, /% used at its busiest time, .* % used over the whole run$/);
  assert.match(known.words, /is used at its busiest time, of 300 equal stretches of the run\. The busiest, from .* reaches .* % at its busiest time, and .* % over the whole run/);
  for (const one of data[0].runs) delete one.timeline;
  const unknown = await described("means");
  assert.match(unknown.words, /is used over the whole run\..*Only their means over the whole run are known\./);
});
