// Every scenario that comes with the program runs in the page, or says why it does not.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { launch, Opened } from "./opened";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("shipped: each scenario is answered, with bars, timelines and a table", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  const titles = await page.locator("#begin-with option:not([disabled])").allTextContents();
  assert.ok(titles.length > 10);
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
  }
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
