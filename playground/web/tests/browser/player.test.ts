// Events: stepped through and played; messages move, and programs are lit.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { launch, Opened } from "./opened";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const now = (opened: Opened) => opened.page.locator(".player").evaluate((element: HTMLElement) => Number(element.dataset.now));

test("player: steps go from event to event, and back", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  assert.equal(await now(opened), 0);
  const times: number[] = [];
  for (let i = 0; i < 4; ++i) {
    await page.click("#step-on");
    times.push(await now(opened));
  }
  assert.ok(times.every((time, i) => time > (times[i - 1] ?? 0)), String(times));
  await page.click("#step-back");
  assert.equal(await now(opened), times[2]);
  await page.click("#to-begin");
  assert.equal(await now(opened), 0);
  await opened.closed();
});

test("player: it plays, pauses, and messages move over the cluster", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  await page.selectOption("#run", "synchronous, ring");
  await page.waitForFunction(() => document.querySelector(".beside caption")!.textContent!.startsWith("synchronous, ring"));
  // Somewhere in the first sum of gradients: at the first time from which on a message is under way.
  await page.locator("#moment").evaluate((input: HTMLInputElement) => {
    for (let i = 0; i < 1000 && document.querySelector(".stage .moving circle[visibility=visible]") === null; ++i) {
      input.value = String(i);
      input.dispatchEvent(new Event("input"));
    }
  });
  const begin = await now(opened);
  await page.selectOption("#pace", "600");
  await page.click("#play");
  assert.equal(await page.textContent("#play"), "Pause");
  const places = await page.evaluate(async () => {
    const seen = new Set<string>();
    // A slow machine draws few frames while a message is under way; others follow.
    for (let i = 0; i < 600 && seen.size <= 2; ++i) {
      const dot = document.querySelector(".stage .moving circle[visibility=visible]");
      if (dot !== null) seen.add(`${dot.getAttribute("cx")} ${dot.getAttribute("cy")}`);
      await new Promise(requestAnimationFrame);
    }
    return seen.size;
  });
  assert.ok(places > 2, `${places} places`);
  await page.click("#play");
  const paused = await now(opened);
  assert.equal(await page.textContent("#play"), "Play");
  assert.ok(paused > begin);
  await page.waitForTimeout(200);
  assert.equal(await now(opened), paused);
  await opened.closed();
});

test("player: the program of the chosen rank is lit at what it does, and the ranks have the colours of what they do", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  await page.click("#step-on");
  assert.ok((await page.locator(".program .lit").count()) > 0);
  assert.equal(await page.locator(".program [aria-current=step]").count(), await page.locator(".program .lit").count());
  await page.locator(".stage .rank").nth(3).click();
  assert.equal(await page.locator("#rank").evaluate((select: HTMLSelectElement) => select.selectedIndex), 3);
  assert.match((await page.locator(".now li").nth(3).textContent())!, /worker 3 forward, layer \d/);
  const colours = await page.locator(".stage .rank > :first-child").evaluateAll((shapes) => shapes.map((shape) => shape.getAttribute("fill")));
  assert.ok(colours.includes("var(--blue)"), String(colours)); // forward
  await opened.closed();
});

test("player: by keyboard alone", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  await page.focus("#step-on");
  await page.keyboard.press("Enter");
  const first = await now(opened);
  assert.ok(first > 0);
  await page.focus("#moment");
  for (let i = 0; i < 3; ++i) await page.keyboard.press("PageUp");
  assert.ok((await now(opened)) > first);
  await page.focus("#play");
  await page.keyboard.press("Space");
  assert.equal(await page.textContent("#play"), "Pause");
  await page.keyboard.press("Space");
  await opened.closed();
});

test("player: it goes on when something is changed meanwhile, with the same rank and at the same pace", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  await page.selectOption("#pace", "120");
  await page.locator(".rank").nth(5).click();
  await page.click("#play");
  const before = await page.locator(".player").elementHandle();
  await opened.setSlider("latency", 0);
  await page.waitForFunction((one) => !one!.isConnected && document.querySelector(".player") !== null, before);
  assert.equal(await page.textContent("#play"), "Pause");
  assert.equal(await page.inputValue("#pace"), "120");
  assert.equal(await page.locator(".scene select").inputValue(), await page.locator(".scene select option").nth(5).evaluate((one) => (one as HTMLOptionElement).value));
  const now = await page.locator(".player").getAttribute("data-now");
  await page.waitForFunction((then) => document.querySelector<HTMLElement>(".player")!.dataset.now !== then, now);
  await opened.closed();
});
