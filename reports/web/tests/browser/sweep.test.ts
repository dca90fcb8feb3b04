// The page of a sweep: a point shows its scenario when it is pointed at or has the focus.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";

import { folder, launch, Opened, written } from "./pages";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const dots = (page: Page) => page.locator("[data-figure=sweep-lines] g[aria-label=dot] > *");
const fields = (page: Page) => page.locator("[data-figure=sweep-winners] g[aria-label=rect] rect");
const hosts = async (page: Page, section: string) => {
  const text = await page.locator(`${section} textarea`).inputValue();
  return text === "" ? undefined : JSON.parse(text).cluster.topology.hosts;
};

test("sweep: pointing at a point shows its scenario, and a click keeps it", async () => {
  const opened = await Opened.at(browser, written("sweep", "sweep", ["sweeps/who_wins.json"]));
  const { page } = opened;
  assert.equal(await hosts(page, "#lines"), undefined);
  const copy = page.locator("#lines").getByRole("button", { name: "Copy the scenario" });
  assert.equal(await copy.isDisabled(), true);
  await dots(page).nth(0).hover();
  assert.equal(await hosts(page, "#lines"), 2);
  assert.match((await page.locator("#lines .point").textContent())!, /^ring, overlapped: hosts 2, speed-up over one device .* \(.*bandwidth = 4 Gbit\/s.*\)$/);
  await dots(page).nth(2).hover();
  assert.equal(await hosts(page, "#lines"), 8);
  await dots(page).nth(2).click();
  await dots(page).nth(0).hover();
  assert.equal(await hosts(page, "#lines"), 8, "what was pressed is kept");
  assert.match((await page.locator("#lines .point").textContent())!, /kept until it is pressed again$/);
  await page.mouse.move(0, 0);
  await dots(page).nth(2).dispatchEvent("pointerdown");
  await dots(page).nth(0).hover();
  assert.equal(await hosts(page, "#lines"), 2, "pressed again, it is let go");
  await opened.closed();
});

test("sweep: figures are chosen by words with units, and the key stands beside them", async () => {
  const opened = await Opened.at(browser, written("sweep", "sweep", ["sweeps/who_wins.json"]));
  const { page } = opened;
  const options = await page.locator("#sweep-y option").evaluateAll((all) => (all as HTMLOptionElement[]).map(({ text, value, title }) => ({ text, value, title })));
  assert.ok(options.length > 10);
  for (const { text, value, title } of options) {
    assert.doesNotMatch(text, /_/);
    assert.equal(title, value);
  }
  await page.selectOption("#sweep-y", "time_per_iteration_s");
  assert.equal(await page.locator("#sweep-y + code, label[for=sweep-y] + code").textContent(), "time_per_iteration_s");
  assert.match((await page.locator("[data-figure=sweep-lines]").textContent())!, /time per iteration, by hosts/);
  assert.match((await page.locator("[data-figure=sweep-lines] .chart").textContent())!, /time per iteration \(s\)/);
  await opened.closed();
});

test("sweep: Tab leads to a point, arrows to the others, along a line and from line to line", async () => {
  const opened = await Opened.at(browser, `${folder}/sweep.html`);
  const { page } = opened;
  const inChart = () => page.evaluate(() => document.activeElement?.getAttribute("role") === "button" && document.activeElement.closest("figure")?.dataset.figure);
  for (let i = 0; i < 60 && (await inChart()) !== "sweep-lines"; ++i) await page.keyboard.press("Tab");
  assert.equal(await inChart(), "sweep-lines");
  assert.equal(await hosts(page, "#lines"), 2);
  const named = () => page.evaluate(() => document.activeElement!.getAttribute("aria-label")!);
  assert.match(await named(), /^ring, overlapped: hosts 2, speed-up over one device/);
  await page.keyboard.press("ArrowRight");
  assert.equal(await hosts(page, "#lines"), 4);
  await page.keyboard.press("ArrowDown");
  assert.match(await named(), /^sharded: hosts 4, speed-up over one device/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowRight");
  assert.equal(await hosts(page, "#lines"), 4, "what was pressed is kept");
  await page.keyboard.press("Tab");
  assert.notEqual(await inChart(), "sweep-lines", "one stop of the Tab key");
  await fields(page).first().focus();
  const before = await hosts(page, "#winners");
  await page.keyboard.press("ArrowUp");
  assert.notEqual(await hosts(page, "#winners"), before);
  await opened.closed();
});

test("sweep: the scenario is copied by a button", async () => {
  const opened = await Opened.at(browser, `${folder}/sweep.html`, { permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = opened;
  await dots(page).nth(1).hover();
  await page.locator("#lines").getByRole("button", { name: "Copy the scenario" }).click();
  await page.locator("#lines [role=status]", { hasText: "Copied." }).waitFor();
  assert.equal(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())).cluster.topology.hosts, 4);
  await opened.closed();
});

test("sweep: winners are told apart by a letter, too", async () => {
  const opened = await Opened.at(browser, `${folder}/sweep.html`);
  const letters = await opened.page.locator("[data-figure=sweep-winners] g[aria-label=text] text").allTextContents();
  assert.equal(letters.length, 25);
  assert.deepEqual([...new Set(letters)].sort(), ["A", "C"]);
  await opened.closed();
});
