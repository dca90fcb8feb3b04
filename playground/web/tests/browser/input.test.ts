// Bad input: nothing freezes the page, and the loader's own words stand at their place.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { linkOf, textOfLink } from "../../src/scenario/link";
import { startText } from "../../src/scenario/start";
import { launch, Opened } from "./opened";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const start = JSON.parse(startText);
const withHosts = (hosts: number, more: object = {}) => ({ ...start, ...more, cluster: { ...start.cluster, topology: { ...start.cluster.topology, hosts } } });

test("input: what a slider and a whole other scenario have replaced comes back by Undo", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  const begun = await opened.scenarioText();
  assert.ok(await page.isDisabled("#undo"));
  const border = () => page.locator("#undo").evaluate((button) => getComputedStyle(button).borderStyle);
  assert.equal(await border(), "dashed"); // it looks so
  await opened.setSlider("width", 3);
  assert.equal(await border(), "solid");
  await opened.setSlider("width", 4);
  const dragged = await opened.scenarioText();
  await page.selectOption("#begin-with", { index: 2 });
  assert.notEqual(await opened.scenarioText(), dragged);
  await page.click("#undo");
  assert.equal(await opened.scenarioText(), dragged);
  await page.click("#undo");
  assert.equal(await opened.scenarioText(), begun);
  assert.ok(await page.isDisabled("#undo"));
  await opened.answered();
  await opened.closed();
});

test("input: an option whose field is emptied is at its default", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  await page.locator(".algorithm details").first().evaluate((one) => ((one as HTMLDetailsElement).open = true));
  const field = page.locator("#option-0-accumulation_steps");
  assert.equal(await field.inputValue(), "1");
  for (const typed of ["", "2", " "]) {
    await field.fill(typed);
    await field.blur();
    await opened.answered();
    assert.equal(await field.inputValue(), typed === "2" ? "2" : "1");
    assert.equal((await opened.scenarioText()).includes("accumulation_steps"), typed === "2");
  }
  assert.equal(await page.textContent(".status .said"), "");
  await opened.closed();
});

test("input: a fault stands below the editor, and a press on it selects its place", async () => {
  const opened = await Opened.at(browser);
  await opened.answered();
  const { page } = opened;
  await opened.writeScenario(startText.replace('"width": 1024', '"widht": 1024'));
  await page.waitForSelector("#faults .fault");
  assert.match((await page.textContent("#faults"))!, /\/model\/widht unknown key "widht"; did you mean "width"\?/);
  assert.equal(await page.textContent(".lines .fault"), "3");
  await page.click("#faults .place");
  assert.equal(await page.locator("#json").evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd)), '"widht": 1024');
  await opened.writeScenario(startText);
  await opened.answered();
  assert.equal(await page.locator("#faults li").count(), 0);
  await opened.closed();
});

test("input: broken and hostile texts give a fault each, and the page goes on", async () => {
  const opened = await Opened.at(browser);
  await opened.answered();
  const { page } = opened;
  const hostile = ["", "{", '{"model": ', "[".repeat(100_000), '{"a": "'.repeat(2000), '"<script>alert(1)</script>"', '{"name": "<img src=x onerror=alert(1)>", "__proto__": {"a": 1}}', "\u0000\ud800", '{"model": {"layers": 1e999}}', "null", '{"cluster": {"topology": {"hosts": -1}}}'];
  for (const text of hostile) {
    await opened.writeScenario(text);
    await page.waitForFunction((value) => document.body.classList.contains("stale") && (document.getElementById("json") as HTMLTextAreaElement).value === value && document.querySelectorAll(".said li, .said p").length > 0, text);
    assert.ok((await page.textContent(".said"))!.length > 20, text.slice(0, 20));
  }
  await opened.writeScenario(startText);
  await opened.answered();
  assert.equal(await page.locator("img, main script").count(), 0);
  await opened.closed();
});

test("input: 10,000 workers are refused with the limit and why, however they are written", async () => {
  const opened = await Opened.at(browser);
  await opened.answered();
  const { page } = opened;
  for (const scenario of [withHosts(10_000), { ...start, cluster: "dgx_a100 x 1250" }]) {
    await opened.writeScenario(JSON.stringify(scenario));
    await page.waitForFunction(() => /are more than this page takes: at most 1024/.test(document.querySelector(".said")!.textContent!));
    await opened.writeScenario(startText);
    await opened.answered();
  }
  await opened.closed();
});

test("input: a long run waits for a word, and stops at once", async () => {
  const opened = await Opened.at(browser);
  await opened.answered();
  const { page } = opened;
  await opened.writeScenario(JSON.stringify(withHosts(64, { training: { batch_per_worker: 64, iterations: 2000 } })));
  await page.waitForSelector("#run-anyway");
  assert.match((await page.textContent(".said"))!, /long run for a browser: .* messages, about/);
  await page.click("#run-anyway");
  await page.waitForSelector("#stop", { state: "visible" });
  const stopped = await page.evaluate(async () => {
    const begin = performance.now();
    document.getElementById("stop")!.click();
    while (!document.querySelector(".said")!.textContent!.startsWith("Stopped")) await new Promise((resolve) => setTimeout(resolve, 5));
    return performance.now() - begin;
  });
  assert.ok(stopped < 1000, `${stopped} ms`);
  await opened.writeScenario(startText);
  await opened.answered();
  await opened.closed();
});

test("input: a link holds the whole scenario; cut in half, it is said to be damaged", async () => {
  const text = JSON.stringify(withHosts(16, { name: "Sent by a link" }), null, 1);
  const link = await linkOf(text);
  const whole = await Opened.at(browser, `#s=${link}`);
  await whole.answered();
  assert.equal(await whole.scenarioText(), text);
  await whole.page.click("#copy-link");
  await whole.page.waitForFunction(() => (document.getElementById("link") as HTMLInputElement).value !== "");
  const copied = (await whole.page.inputValue("#link")).split("#s=")[1];
  assert.deepEqual(await textOfLink(copied), { text }); // each zlib has its own way to the same text
  await whole.closed();
  const half = await Opened.at(browser, `#s=${link.slice(0, link.length / 2)}`);
  await half.answered();
  assert.match((await half.page.textContent(".notice"))!, /The link is damaged/);
  assert.equal(await half.scenarioText(), startText);
  await half.closed();
});

test("input: what a slider changes stands in the address, which opens as the same scenario", async () => {
  const opened = await Opened.at(browser);
  await opened.answered();
  await opened.setSlider("layers", 2);
  await opened.page.waitForFunction(() => location.hash.includes("s="));
  await opened.answered();
  const hash = await opened.page.evaluate(() => location.hash);
  const text = await opened.scenarioText();
  await opened.closed();
  const again = await Opened.at(browser, hash);
  await again.answered();
  assert.equal(await again.scenarioText(), text);
  await again.closed();
});

test("input: scenario and report are downloaded, the report as the engine writes it", async () => {
  const opened = await Opened.at(browser);
  await opened.answered();
  assert.equal(await opened.saved("#save-scenario"), startText);
  const report = await opened.saved("#save-report");
  assert.equal(JSON.parse(report).runs.length, 4);
  assert.ok(report.startsWith('{\n  "schema": 1,') && report.endsWith("}\n"));
  await opened.closed();
});

test("input: the page itself tells of every key, offline, with its values", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  assert.doesNotMatch((await page.textContent("main"))!, /README/);
  await page.click("#keys summary");
  await page.waitForSelector(".keys tbody tr");
  const rows = await page.locator(".keys tbody tr").evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  const row = (key: string) => rows.find(([pointer]) => pointer === key);
  assert.deepEqual(row("/model/width"), ["/model/width", "Neurons of a layer, inputs and outputs too.", ""]);
  assert.deepEqual(row("/cluster/sharing"), ["/cluster/sharing", "", "none, single_port, max_min; by default max_min"]);
  assert.ok(row("/traffic/0/bytes") && row("/cluster/topology/link/bandwidth"));
  // Every key of the scenario that the page begins with is in the list.
  const keys = await opened.scenarioText().then((text) => Object.entries(JSON.parse(text) as Record<string, object>));
  for (const [key, value] of keys.filter(([key]) => key !== "algorithms"))
    for (const name of typeof value === "string" ? [""] : Object.keys(value).map((one) => `/${one}`)) assert.ok(row(`/${key}${name}`), `/${key}${name}`);
  await opened.closed();
});
