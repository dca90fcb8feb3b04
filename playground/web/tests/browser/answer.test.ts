// The first screen answers, soon, and follows what is dragged.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { launch, Opened } from "./opened";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("answer: the bars name their parts as the answer does", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  assert.match((await opened.page.textContent("#answer"))!, /are idle for/);
  assert.match((await opened.page.textContent(".live-bars .legend"))!, /idle \(bubble\)/);
  await opened.closed();
});

test("answer: which is the fastest, by how much and why, with bars and timelines of all four", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  assert.match((await page.textContent(".answer"))!, /is the fastest of 4: .* samples\/s/);
  assert.match((await page.textContent(".verdict details"))!, /critical path: products/);
  assert.equal(await page.locator(".live-bars .chart g[aria-label='bar'] rect").count(), 12); // four rows of three parts
  const rows = (await page.locator("canvas.lanes").getAttribute("data-rows"))!.split("\n");
  assert.equal(rows.filter((row) => row === "worker 0").length, 4);
  assert.equal(await page.locator(".algorithm").count(), 4);
  await opened.closed();
});

test("answer: a slider changes scenario, answer and timeline", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  const before = await page.textContent(".answer");
  await opened.setSlider("workers", 2); // the third position: 4 hosts
  await page.waitForFunction((old) => document.querySelector(".answer")!.textContent !== old, before);
  await opened.answered();
  assert.equal(JSON.parse(await opened.scenarioText()).cluster.topology.hosts, 4);
  assert.equal(await page.textContent("output[for=slider-workers]"), "4 hosts");
  await page.waitForFunction(() => !document.querySelector<HTMLElement>("canvas.lanes")!.dataset.rows!.includes("worker 4"));
  await opened.closed();
});

test("answer: while one drags, stale answers are dropped and the last one is shown", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  const shown = await page.evaluate(async () => {
    const input = document.getElementById("slider-bandwidth") as HTMLInputElement;
    let answers = 0;
    new MutationObserver(() => ++answers).observe(document.getElementById("answer")!, { childList: true });
    for (let position = 0; position < Number(input.max); ++position) {
      input.value = String(position);
      input.dispatchEvent(new Event("input"));
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    return { positions: Number(input.max), answers };
  });
  assert.ok(shown.answers < shown.positions, `${shown.answers} answers to ${shown.positions} positions`);
  await page.waitForFunction(() => JSON.parse((document.getElementById("json") as HTMLTextAreaElement).value).cluster.topology.link.bandwidth === "800 Gbit/s" || document.querySelector("output[for=slider-bandwidth]")!.textContent!.startsWith("6"));
  await opened.settled();
  await opened.closed();
});

test("answer: what is in view, and what is chosen beside it, stays while one drags", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  const timeline = page.locator("#timeline");
  const state = () =>
    timeline.evaluate((figure) => ({
      canvas: [...figure.querySelectorAll("canvas")].map(({ width, height }) => `${width}x${height}`),
      view: ["begin", "end"].map((key) => figure.querySelector<HTMLElement>("canvas.lanes")!.dataset[key]),
      boxes: [...figure.querySelectorAll<HTMLInputElement>("input[type=checkbox]")].map(({ checked }) => checked),
    }));
  await timeline.getByLabel("arrows of messages").uncheck();
  await timeline.getByLabel("all rows").check();
  for (let i = 0; i < 3; ++i) await timeline.getByRole("button", { name: "zoom in" }).click();
  await page.waitForFunction(() => Number(document.querySelector<HTMLElement>("canvas.lanes")!.dataset.begin) > 0);
  const before = await state();
  const label = () => page.locator("canvas.lanes").getAttribute("aria-label");
  const said = await label();
  await opened.setSlider("bandwidth", 3); // less, so that all runs are longer
  await page.waitForFunction((old) => document.querySelector("canvas.lanes")!.getAttribute("aria-label") !== old, said);
  assert.deepEqual(await state(), before);
  assert.deepEqual(before.boxes, [false, true]);
  await opened.closed();
});

// A figure that waits until it has been given a place has the page laid out, and painted, twice.
test("answer: new bars come with their figure, as wide as those before", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const seen = await opened.page.evaluate(async () => {
    const bars = document.querySelector(".live-bars")!;
    const chart = () => bars.querySelector(".chart svg[width]");
    const [before, width] = [chart(), chart()!.getAttribute("width")];
    const placed = new Promise<string | null | undefined>((resolve) => new MutationObserver(() => resolve(chart()?.getAttribute("width"))).observe(bars, { childList: true }));
    const input = document.getElementById("slider-bandwidth") as HTMLInputElement;
    input.value = "3";
    input.dispatchEvent(new Event("input"));
    return { width, placed: await placed, isNew: chart() !== before };
  });
  assert.equal(seen.placed, seen.width);
  assert.ok(seen.isNew);
  await opened.closed();
});

test("answer: an algorithm is chosen, given an option, and removed", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  assert.ok(await page.isDisabled("#add-algorithm"));
  await page.click("#remove-3");
  await page.selectOption("#algorithm-2", "gpipe");
  await page.waitForFunction(() => document.querySelector(".answer")!.textContent!.includes("of 3"));
  await page.click(".algorithm:nth-child(3) summary");
  await page.fill("#option-2-micro_batches", "many");
  await page.press("#option-2-micro_batches", "Tab");
  await page.waitForSelector(".status .place");
  assert.match((await page.textContent(".said"))!, /\/algorithms\/2\/micro_batches must be/);
  await page.fill("#option-2-micro_batches", "8");
  await page.press("#option-2-micro_batches", "Tab");
  await opened.answered();
  assert.deepEqual(JSON.parse(await opened.scenarioText()).algorithms[2], { kind: "gpipe", micro_batches: 8 });
  await opened.closed();
});

test("answer: the page is painted before the engine has answered, and the answer says how long it took", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { painted, answered } = await opened.page.evaluate(() => ({
    painted: performance.getEntriesByName("first-contentful-paint")[0].startTime, // as Chromium has measured it
    answered: performance.getEntriesByName("first-answer")[0].startTime,
  }));
  console.log(`first picture after ${painted.toFixed(0)} ms, first answer after ${answered.toFixed(0)} ms`);
  assert.ok(painted < answered);
  assert.match((await opened.page.textContent("#took"))!, /^Simulated in this page, in \d+ ms\.$/);
  await opened.closed();
});
