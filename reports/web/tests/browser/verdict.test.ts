// The answer comes first, and decides what is shown first.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { cluster, columnOf, dataOf, folder, launch, Opened, withData, written } from "./pages";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const labels = ["a star", "a ring", "too large"];

function scenario(): object {
  const algorithms = [{ kind: "sync_sgd", allreduce: "star" }, { kind: "sync_sgd", allreduce: "ring" }, "async_sgd"].map((one, i) => ({ ...(typeof one === "string" ? { kind: one } : one), label: labels[i] }));
  return { name: "three", model: { layers: 4, width: 256 }, training: { batch_per_worker: 8, iterations: 2 }, cluster: cluster(4), algorithms };
}

// The program's page, with an answer in it.
function answered(name: string, verdict: object | undefined): string {
  const data = JSON.parse(dataOf(written(`${name}-as-written`, "run", [scenario()])));
  data[0].report.verdict = verdict;
  return withData(name, JSON.stringify(data));
}

test("verdict: it stands first under the title, its first sentence large", async () => {
  const text = ["a ring is the fastest.", "It waits for its links."];
  const { page, ...opened } = await Opened.at(browser, answered("answered", { text, order: [1, 0, 2], best: 1 })).then((one) => ({ page: one.page, closed: () => one.closed() }));
  assert.equal(await page.locator("h1 + *").textContent(), text.join(""));
  const size = (selector: string) => page.locator(selector).first().evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize));
  assert.ok((await size(".answer")) > 1.4 * (await size(".verdict p:last-child")));
  assert.ok((await size(".answer")) > (await size("h1")));
  await opened.closed();
});

test("verdict: rows are in its order, and in the scenario's after a click", async () => {
  const opened = await Opened.at(browser, answered("ordered", { text: ["a ring."], order: [1, 0, 2], best: 1 }));
  const rows = () => columnOf(opened.page, "#comparison", "algorithm");
  assert.deepEqual(await rows(), ["a ring", "a star", "too large"]);
  assert.equal(await opened.page.locator("[data-figure=time] g[aria-label=text] text").first().textContent(), "a ring");
  await opened.page.getByRole("button", { name: "In the scenario's order" }).click();
  assert.deepEqual(await rows(), labels);
  await opened.page.getByRole("button", { name: "The best first" }).press("Enter");
  assert.deepEqual(await rows(), ["a ring", "a star", "too large"]);
  await opened.closed();
});

test("verdict: the details begin with the best run, and offer all in that order", async () => {
  const opened = await Opened.at(browser, answered("details", { text: ["too large."], order: [2, 1, 0], best: 2 }));
  assert.equal(await opened.page.locator("#run option:checked").textContent(), "too large");
  assert.match((await opened.page.locator("[data-figure=formula] h3").textContent())!, /Asynchronous/);
  assert.deepEqual(await opened.page.locator("#run option").allTextContents(), ["too large", "a ring", "a star"]);
  assert.deepEqual(await opened.page.locator("#compare option").allTextContents(), ["no other", "too large", "a ring", "a star"]);
  await opened.page.locator("#run").selectOption("a star");
  assert.match((await opened.page.locator("[data-figure=formula] h3").textContent())!, /Synchronous/);
  await opened.closed();
});

test("verdict: without one, or with one that leaves runs out, all runs are shown", async () => {
  const without = await Opened.at(browser, answered("without", undefined));
  assert.equal(await without.page.locator(".verdict").count(), 0);
  assert.deepEqual(await columnOf(without.page, "#comparison", "algorithm"), labels);
  assert.equal(await without.page.getByRole("button", { name: "In the scenario's order" }).count(), 0);
  await without.closed();
  const partial = await Opened.at(browser, answered("partial", { text: [], order: [2, 7, 2] }));
  assert.deepEqual(await columnOf(partial.page, "#comparison", "algorithm"), ["too large", "a star", "a ring"]);
  await partial.closed();
});
