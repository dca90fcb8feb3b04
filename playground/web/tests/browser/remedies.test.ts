// An algorithm that the page's scenario does not fit is offered what makes it run: for every
// algorithm, by the page's own engine, and in the page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { inflateSync } from "node:zlib";
import type { Browser } from "playwright-core";

import { answer } from "../../src/engine/instance";
import { asText } from "../../src/engine/messages";
import { ofKind, type Algorithm } from "../../src/scenario/algorithms";
import { faultsOf } from "../../src/scenario/faults";
import { at, withValue, type Json } from "../../src/scenario/pointer";
import { remediesOf } from "../../src/scenario/remedies";
import { sliders } from "../../src/scenario/sliders";
import { startText } from "../../src/scenario/start";
import { file, launch, Opened } from "./opened";

const [, engine] = /id="engine">([^<]*)</.exec(readFileSync(file, "utf8"))!;
const module = new WebAssembly.Module(inflateSync(Buffer.from(engine, "base64")));
const call = async (command: string[], stdin: string) => asText(answer(module, { number: 1, command, stdin }));
const validate = (document: Json) => call(["validate"], JSON.stringify(document));

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const start = JSON.parse(startText) as Json;
const states: Record<string, [string, number][]> = {
  "as the page begins": [],
  "7 hosts": [["workers", 7]],
  "64 hosts": [["workers", 64]],
  "1 layer": [["layers", 1]],
  "6 layers and a mini-batch of 1": [["layers", 6], ["batch", 1]],
};
const stateOf = (changes: [string, number][]) => changes.reduce((document, [id, value]) => sliders.find((one) => one.id === id)!.write(document, document, value), start);

for (const [name, changes] of Object.entries(states))
  test(`remedies: ${name}: each algorithm runs, or a change is offered with which it does`, async () => {
    const document = stateOf(changes);
    const known = JSON.parse((await call(["list"], "")).stdout) as Algorithm[];
    assert.ok(known.length > 30);
    let offered = 0;
    for (const { kind } of known) {
      const chosen = withValue(document, "/algorithms/2", ofKind(kind));
      if ((await validate(chosen)).exitCode === 0) continue;
      const { places, remedies } = await remediesOf(chosen, document, validate);
      const [first, last] = [remedies[0], remedies.at(-1)];
      assert.match(first?.words ?? "none", /^Set /, kind);
      assert.equal(at(first.document, "/algorithms/2/kind"), kind); // it stays in the comparison
      assert.match(last!.words, /^Leave out /, kind);
      assert.deepEqual(places, [2]);
      for (const { words, document: changed } of remedies) assert.equal((await call(["cost"], JSON.stringify(changed))).exitCode, 0, `${kind}: ${words}`);
      offered++;
    }
    assert.ok(offered > 0);
  });

test("remedies: the nearest value that fits, though the loader names its limits one after the other", async () => {
  const document = withValue(stateOf([["layers", 6]]), "/algorithms/2", ofKind("zb_v"));
  assert.equal((await remediesOf(document, start, validate)).remedies[0].words, "Set stages to 3");
});

test("remedies: what no value mends gets no offer", async () => {
  const { remedies } = await remediesOf(withValue(start, "/modle", 3), start, validate);
  assert.deepEqual(remedies, []);
  assert.equal(faultsOf((await validate(withValue(start, "/modle", 3))).stderr).length, 1);
});

test("remedies: in the page, at the algorithm and beside the fault, and a press makes it run", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  await page.selectOption("#algorithm-2", "zb_v");
  const beside = page.locator(".status .remedies button");
  await beside.first().waitFor();
  assert.deepEqual(await beside.allTextContents(), ["Set stages to 8", "Leave out zb_v"]);
  const there = page.locator(".algorithm").nth(2).locator(".remedies button");
  assert.deepEqual(await there.allTextContents(), ["Set stages to 8", "Leave out zb_v"]);
  assert.equal(await page.locator(".algorithms .remedies").count(), 1);
  await there.first().click();
  await opened.answered();
  assert.equal(JSON.parse(await opened.scenarioText()).algorithms[2].stages, 8);
  assert.equal(await page.locator(".remedies button").count(), 0);
  await page.click("#undo");
  await beside.first().waitFor();
  await page.click("#undo");
  await opened.answered();
  assert.equal(await opened.scenarioText(), startText);
  assert.equal(await page.locator(".remedies button").count(), 0);
  await opened.closed();
});
