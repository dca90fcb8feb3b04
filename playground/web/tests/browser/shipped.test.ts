// Every scenario that comes with the program runs in the page, or says why it does not.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { launch, Opened } from "./opened";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const folder = mkdtempSync(join(tmpdir(), "lockstep-playground-"));
after(() => rmSync(folder, { recursive: true }));
const validation = "../../scenarios/validation"; // with the files that scenarios there name
for (const name of readdirSync(validation)) if (!name.endsWith(".json")) copyFileSync(join(validation, name), join(folder, name));

function nativeReport(text: string): string {
  const file = join(folder, "scenario.json");
  writeFileSync(file, text);
  const program = process.env.LOCKSTEP ?? "../../build/release/lockstep";
  const { status, stdout, stderr } = spawnSync(program, ["run", file, "-o", "-", "--quiet"], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(status, 0, stderr);
  return stdout;
}

test("shipped: each scenario is answered, with bars, timelines and a table, and its report is that of the command line", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  const titles = await page.locator("#begin-with option:not([disabled])").allTextContents();
  assert.ok(titles.length > 10);
  let compared = 0;
  for (const title of titles.slice(1)) {
    await page.selectOption("#begin-with", { label: title });
    await page.waitForFunction(() => {
      const name = (JSON.parse((document.getElementById("json") as HTMLTextAreaElement).value) as { name: string }).name;
      const words = document.querySelector(".said")!.textContent!;
      return document.querySelector<HTMLElement>("#first")!.dataset.name === name || words.includes("long run");
    });
    if ((await page.locator("#run-anyway").count()) > 0) continue;
    await page.waitForSelector(".live-table tbody tr");
    await opened.drawn();
    const rows = await page.locator(".live-table tbody tr").count();
    assert.ok(rows > 0, title);
    assert.ok((await opened.saved("#save-report")) === nativeReport(await opened.scenarioText()), `${title}: another report`);
    compared++;
  }
  assert.equal(compared, titles.length - 1); // with or without timelines
  assert.ok(titles.some((title) => title.includes("256 P100"))); // it names a file
  await opened.closed();
});

test("shipped: a file that the page does not have is chosen, and then the scenario runs", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  const graph = 'graph { node [kind=host]; a; b; s [kind=switch]; a -- s -- b [bandwidth="10 Gbit/s", latency="5 us"] }';
  const scenario = { name: "of a file", model: { layers: 2, width: 64 }, training: { batch_per_worker: 4 }, cluster: { topology: { kind: "custom", file: "nets/own.dot" }, device: { flops: "1 TFLOP/s" } }, algorithm: "sync_sgd" };
  await opened.writeScenario(JSON.stringify(scenario));
  await page.waitForSelector("#faults .fault");
  assert.match((await page.textContent("#faults"))!, /own\.dot.* the page does not have this file/);
  await page.setInputFiles("#named-files", { name: "own.dot", mimeType: "text/plain", buffer: Buffer.from(graph) });
  await page.waitForFunction(() => document.querySelector<HTMLElement>("#first")!.dataset.name === "of a file");
  assert.equal(await page.locator("#faults .fault").count(), 0);
  await opened.closed();
});

test("shipped: the theme changes, and the timeline with it", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  const picture = () => page.locator("canvas.lanes").evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const light = await picture();
  await page.click("#theme");
  await page.waitForFunction((before) => document.querySelector<HTMLCanvasElement>("canvas.lanes")!.toDataURL() !== before, light);
  await opened.closed();
});
