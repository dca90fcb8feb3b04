import assert from "node:assert/strict";
import { readFileSync, rmSync, statSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { cluster, columnOf, folder, launch, marks, Opened, withData, written } from "./pages";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const training = { batch_per_worker: 8, iterations: 3 };
const model = { layers: 4, width: 64 };

async function allHaveMarks(opened: Opened, names: string[]): Promise<void> {
  const found = await marks(opened.page);
  assert.deepEqual(Object.keys(found), names);
  for (const [name, count] of Object.entries(found)) assert.ok(count > 0, `${name} has no marks`);
}

test("page: without data it weighs less than 2 MB", () => {
  assert.ok(statSync("dist/report.html").size < 2_000_000);
});

test("page: every figure of a simulation has marks, a title, a sentence, axes and a legend", async () => {
  const opened = await Opened.at(browser, written("run", "run", ["quickstart.json"]));
  await allHaveMarks(opened, ["time", "memory", "critical-path", "timeline", "cluster", "formula"]);
  for (const figure of await opened.page.locator("figure").all()) {
    assert.notEqual(await figure.locator("h3").textContent(), "");
    assert.notEqual(await figure.locator("figcaption p").first().textContent(), "");
    if ((await figure.getAttribute("data-figure")) !== "formula") assert.ok((await figure.locator(".legend li").count()) > 0);
  }
  for (const chart of ["time", "memory", "critical-path"]) {
    const axes = await opened.page.locator(`[data-figure=${chart}] .chart [aria-label$="axis label"]`).allTextContents();
    assert.ok(axes.some((label) => /\(.+\)/.test(label)), `${chart} has no unit`);
  }
  await opened.closed();
});

test("page: a click, or a key, on a heading orders the rows", async () => {
  const opened = await Opened.at(browser, written("table", "run", ["synchronous.json"]));
  const heading = opened.page.locator("#comparison th", { hasText: "speed-up" });
  const values = async () => (await columnOf(opened.page, "#comparison", "speed-up")).map(Number);
  const ascending = (await values()).sort((a, b) => a - b);
  assert.notDeepEqual(await values(), ascending);
  await heading.locator("button").click();
  assert.deepEqual(await values(), ascending);
  assert.equal(await heading.getAttribute("aria-sort"), "ascending");
  await heading.locator("button").press("Enter");
  assert.deepEqual(await values(), ascending.reverse());
  assert.equal(await heading.getAttribute("aria-sort"), "descending");
  await opened.closed();
});

test("page: what a better cluster saves is a table, a row a run, that can be ordered", async () => {
  const opened = await Opened.at(browser, written("path", "run", ["synchronous.json"]));
  const rows = await opened.page.locator("#comparison tbody tr").count();
  assert.equal(await opened.page.locator("#path tbody tr").count(), rows);
  const devices = async () => (await columnOf(opened.page, "#path", "devices")).map(Number.parseFloat);
  const ascending = (await devices()).sort((a, b) => a - b);
  assert.ok(ascending.at(-1)! > 0 && ascending.at(-1)! < 9.1); // 10 % better saves at most 1 - 1 / 1.1
  await opened.page.locator("#path th button", { hasText: "devices" }).click();
  assert.deepEqual(await devices(), ascending);
  await opened.closed();
});

test("page: of check, predictions beside real runs, with what strangers name escaped", async () => {
  const run = { label: "<img src=x onerror=alert(1)>", point: "workers = 4", closed_form_s: 1, simulated_s: 1.1, measured_s: 1, all_measured_s: [1, 1.2], speed: 1, time_error: 0.1, counts: "equal", parameters: "equal", flops: 1, bytes: 1, messages: 1, reason: "4 ranks on 2 cores" };
  const runs = [run, { ...run, label: "ring", simulated_s: 2, measured_s: 2.4, time_error: -0.17 }];
  const check = { schema: 1, median_time_error: 0.1, worst_time_error: 0.17, rank_correlation: 1, pairs_apart: 1, pairs_swapped: 0, runs };
  const opened = await Opened.at(browser, withData("check", JSON.stringify([{ check, tolerance: 0.3, version: "0.1.0" }]).replaceAll("<", "\\u003c")));
  await allHaveMarks(opened, ["check"]);
  assert.equal(await opened.page.locator("#comparison tbody tr").count(), 2);
  assert.equal(await opened.page.locator("img").count(), 0);
  assert.match((await opened.page.locator(".sentence").textContent())!, /2 real runs/);
  await opened.page.locator("#comparison th button", { hasText: "error" }).click();
  assert.match((await opened.page.locator("#comparison tbody tr").first().textContent())!, /ring/);
  await opened.closed();
});

test("page: names are shown as they are, and run nothing", async () => {
  const names = ['</script><script>window.injected = 1</script>', '"><img src=x onerror="window.injected = 1">', "한글 <b>&amp;</b> \u2028 '"];
  const scenario = { name: names[0], description: names[1], model, training, cluster: cluster(4), algorithms: names.map((label) => ({ kind: "sync_sgd", label })) };
  const opened = await Opened.at(browser, written("names", "run", [scenario]));
  assert.equal(await opened.page.locator("h1").textContent(), names[0]);
  assert.equal(await opened.page.locator(".description").textContent(), names[1]);
  assert.deepEqual(await opened.page.locator("#comparison tbody th").allTextContents(), names);
  assert.equal(await opened.page.evaluate("window.injected"), undefined);
  assert.equal(await opened.page.locator("img").count(), 0);
  await opened.closed();
});

test("page: its policy lets no other script run, wherever it came from", async () => {
  const opened = await Opened.at(browser, written("policy", "cost", ["quickstart.json"]));
  const refused = opened.page.waitForEvent("console", (message) => message.text().includes("Content Security Policy"));
  await opened.page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = 1";
    document.body.append(script);
  });
  await refused;
  assert.equal(await opened.page.evaluate("window.injected"), undefined);
  await opened.page.context().close();
});

test("page: closed forms alone", async () => {
  const opened = await Opened.at(browser, written("cost", "cost", ["synchronous.json"]));
  await allHaveMarks(opened, ["time", "memory", "cluster", "formula"]);
  await opened.closed();
});

test("page: losses of a training", async () => {
  const opened = await Opened.at(browser, written("train", "train", ["train.json"], "--set", "/training/iterations=40"));
  const names = ["time", "memory", "critical-path", "loss-time", "accuracy-time", "loss-samples", "loss-iterations", "timeline", "cluster", "staleness", "formula"];
  await allHaveMarks(opened, names.filter((name) => name !== "staleness")); // of the fastest, which averages models
  assert.match((await opened.page.locator("#no-staleness").textContent())!, /newest parameters/);
  await opened.page.locator("#run").selectOption("asynchronous");
  await opened.drawn();
  assert.match((await opened.page.locator("[data-figure=formula] h3").textContent())!, /Asynchronous/);
  await allHaveMarks(opened, names);
  await opened.closed();
});

test("page: real runs", async () => {
  const opened = await Opened.at(browser, written("execute", "execute", ["train.json"], "--set", "/training/iterations=10"));
  await allHaveMarks(opened, ["time", "memory", "executed-loss", "cluster", "formula"]);
  await opened.closed();
});

test("page: one worker", async () => {
  const scenario = { name: "one", model, training, cluster: cluster(1), algorithm: { kind: "sgd" } };
  const opened = await Opened.at(browser, written("one", "run", [scenario]));
  const { cluster: links, ...others } = await marks(opened.page);
  assert.equal(links, 2);
  for (const [name, count] of Object.entries(others)) assert.ok(count > 0, name);
  await opened.closed();
});

test("page: raw flows", async () => {
  const opened = await Opened.at(browser, written("traffic", "run", ["traffic.json"]));
  await allHaveMarks(opened, ["flows", "cluster"]);
  await opened.closed();
});

test("page: several scenarios, and the curve of how they scale", async () => {
  const scenarios = [2, 4, 8].map((hosts) => ({ name: `${hosts} hosts`, model: { layers: 4, width: 1024 }, training, cluster: cluster(hosts), algorithm: { kind: "sync_sgd" } }));
  const opened = await Opened.at(browser, written("scaling", "run", scenarios));
  assert.deepEqual(Object.keys(await marks(opened.page)).includes("scaling"), true);
  assert.equal(await opened.page.locator('[data-figure=scaling] g[aria-label="line"] path').count(), 2);
  await opened.page.locator("#scenario").selectOption("8 hosts");
  assert.equal(await opened.page.locator("h1").textContent(), "8 hosts");
  await opened.closed();
});

test("page: no runs at all", async () => {
  const nothing = await Opened.at(browser, withData("nothing", "[]"));
  assert.match((await nothing.page.locator("main").textContent())!, /Nothing was finished/);
  await nothing.closed();
  const empty = { sentence: "", clusters: [], runs: [], report: { schema: 1, version: "0", scenario: { name: "empty" }, runs: [] } };
  const opened = await Opened.at(browser, withData("empty", JSON.stringify([empty])));
  assert.match((await opened.page.locator("#comparison").textContent())!, /nothing to compare/);
  await opened.closed();
});

test("page: the report is downloaded as the program writes it", async () => {
  const report = `${folder}/report.json`;
  const opened = await Opened.at(browser, written("download", "run", ["synchronous.json"], "-o", report));
  const [download] = await Promise.all([opened.page.waitForEvent("download"), opened.page.locator("#download").click()]);
  assert.deepEqual(JSON.parse(readFileSync(await download.path(), "utf8")), JSON.parse(readFileSync(report, "utf8")));
  await opened.page.context().close();
});

test("page: at a phone's width nothing but tables and pictures scrolls sideways", async () => {
  for (const name of ["run", "train", "traffic"]) {
    const opened = await Opened.at(browser, `${folder}/${name}.html`, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    assert.equal(await opened.page.evaluate(() => document.documentElement.scrollWidth), 360, name);
    await opened.closed();
  }
});

test("page: dark and light, by the system and by the button, and light on paper", async () => {
  const opened = await Opened.at(browser, `${folder}/run.html`, { colorScheme: "dark" });
  const ground = () => opened.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await ground(), "rgb(21, 23, 26)");
  await opened.page.locator("#theme").click();
  assert.equal(await ground(), "rgb(255, 255, 255)");
  await opened.page.locator("#theme").click();
  await opened.page.emulateMedia({ media: "print" });
  await opened.page.setViewportSize({ width: 720, height: 1000 });
  assert.equal(await ground(), "rgb(255, 255, 255)");
  assert.equal(await opened.page.locator("nav").isVisible(), false);
  assert.ok((await opened.page.evaluate(() => document.documentElement.scrollWidth)) <= 720, "tables fit the paper");
  await opened.closed();
});

test("page: everything that acts is reached by the Tab key", async () => {
  const opened = await Opened.at(browser, `${folder}/run.html`);
  const acting = await opened.page.locator("a, button, select, input, canvas, .scroll").filter({ visible: true }).count();
  const reached = new Set<string>();
  for (let i = 0; i < acting; ++i) {
    await opened.page.keyboard.press("Tab");
    reached.add(await opened.page.evaluate(() => String([...document.querySelectorAll("a, button, select, input, canvas, .scroll")].indexOf(document.activeElement!))));
  }
  reached.delete("-1");
  assert.equal(reached.size, acting);
  await opened.closed();
});

test("page: of a sweep, lines over any axis, and who wins where with its borders", async () => {
  const opened = await Opened.at(browser, written("sweep", "sweep", ["sweeps/who_wins.json"]));
  await allHaveMarks(opened, ["sweep-lines", "sweep-winners"]);
  const { page } = opened;
  const legend = () => page.locator("[data-figure=sweep-lines] .legend li").allTextContents();
  const dots = () => page.locator("[data-figure=sweep-lines] circle").count();
  // 4 algorithms, 5 numbers of hosts at one bandwidth.
  assert.deepEqual(await legend(), ["ideal", "ring, overlapped", "sharded", "pipeline", "tensor"]);
  assert.equal(await dots(), 20);
  // One algorithm, a line for each number of hosts over 5 bandwidths: no line is ideal.
  await page.locator("#sweep-x").selectOption("bandwidth");
  await page.locator("#sweep-by").selectOption("hosts");
  await opened.drawn();
  assert.deepEqual(await legend(), ["2", "4", "8", "16", "32"]);
  assert.equal(await dots(), 25);
  assert.equal(await page.locator("[data-figure=sweep-winners] g[aria-label=rect] rect").count(), 25);
  assert.deepEqual(await page.locator("[data-figure=sweep-winners] .legend li").allTextContents(), ["A: ring, overlapped", "C: pipeline"]);
  // The ring takes over with 2, 4, 8 and 16 hosts, as the scenario's description says.
  const borders = page.locator("#winners tbody tr");
  assert.deepEqual(await borders.locator("th").allTextContents(), ["2", "4", "8", "16"]);
  const at = (await borders.locator("td:last-child").allTextContents()).map(Number);
  for (const [i, [low, high]] of [[16, 64], [16, 64], [64, 256], [256, 1024]].entries()) assert.ok(at[i] > low && at[i] <= high, `${at[i]} is not from ${low} to ${high}`);
  // A click on a field shows its scenario, which has no sweep.
  await page.locator("[data-figure=sweep-winners] g[aria-label=rect] rect").nth(12).click(); // the third bandwidth, the third number of hosts
  const scenario = JSON.parse(await page.locator("#winners textarea").inputValue());
  assert.equal(scenario.cluster.topology.hosts, 8);
  assert.equal(scenario.cluster.topology.link.bandwidth, "64 Gbit/s");
  assert.equal("sweep" in scenario, false);
  await opened.closed();
});
