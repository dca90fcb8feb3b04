// What the critical path and "What to buy" leave out stands in the page, with the reason.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { cluster, dataOf, folder, launch, Opened, withData, written } from "./pages";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const scenario = { name: "omitted", model: { layers: 4, width: 64 }, training: { batch_per_worker: 8, iterations: 3 }, cluster: cluster(4), algorithms: ["sgd", "sync_sgd", "async_sgd"] };

test("omissions: a dash in the table has its reason below", async () => {
  const opened = await Opened.at(browser, written("omitted", "run", [scenario]));
  const lines = await opened.page.locator("#path .omitted li").allTextContents();
  assert.ok(lines.includes("sgd: nothing for links, because one worker alone sends no message over them."), `${lines}`);
  assert.match((await opened.page.locator("#buying tbody tr").first().textContent())!, /^sgd.*-/);
  await opened.closed();
});

test("omissions: runs without a critical path, or without savings, are named with the reason", async () => {
  const data = JSON.parse(dataOf(`${folder}/omitted.html`));
  delete data[0].runs[1].critical_path;
  data[0].runs[1].critical_path_left_out = "its critical path is omitted because the run is too long; use fewer iterations";
  data[0].runs[2].critical_path.improvements = [];
  const opened = await Opened.at(browser, withData("named", JSON.stringify(data)));
  const lines = (await opened.page.locator("#path .omitted li").allTextContents()).join("\n");
  assert.match(lines, /^sync_sgd: its critical path is omitted because the run is too long; use fewer iterations\.$/m);
  assert.match(lines, /^async_sgd: not in the table of what to buy, because the simulation was ended before\.$/m);
  assert.equal(await opened.page.locator("#buying tbody tr").count(), 1);
  for (const one of data[0].runs) {
    delete one.critical_path;
    one.critical_path_left_out = "too long";
  }
  const without = await Opened.at(browser, withData("without", JSON.stringify(data)));
  assert.match((await without.page.locator("#path .omitted").textContent())!, /^all of them: too long\.$/);
  await without.closed();
  await opened.closed();
});

test("omissions: what was not tried, and that better clusters were not simulated, is said once", async () => {
  const data = JSON.parse(dataOf(`${folder}/omitted.html`));
  const why = "no class of links was widened on its own, because the links have 9 different bandwidths";
  for (const one of data[0].runs) one.critical_path.improvements_left_out = "better clusters were not simulated";
  data[0].runs[1].critical_path.improvements_left_out = `${why}; better clusters were not simulated`;
  const opened = await Opened.at(browser, withData("untried", JSON.stringify(data)));
  const lines = await opened.page.locator("#path .omitted li").allTextContents();
  assert.ok(lines.includes("all of them: better clusters were not simulated."), `${lines}`);
  assert.ok(lines.includes(`sync_sgd: ${why}.`), `${lines}`);
  await opened.closed();
});

test("omissions: an accuracy just below the target is not rounded to it", async () => {
  const data = JSON.parse(dataOf(written("target", "train", ["train.json"], "--set", "/training/iterations=10")));
  for (const run of data[0].report.runs) run.loss.accuracy.fill(0.1);
  const { loss } = data[0].report.runs[0];
  loss.target = { accuracy: 0.95, reached: false };
  loss.accuracy[loss.accuracy.length - 1] = 0.94996;
  const opened = await Opened.at(browser, withData("just-below", JSON.stringify(data)));
  assert.match((await opened.page.locator("#comparison").textContent())!, /94\.996/);
  assert.match((await opened.page.locator("[data-figure=loss-time] figcaption").textContent())!, /None reaches the target of 95 %: .* comes closest, with 94\.996 %/);
  await opened.closed();
});
