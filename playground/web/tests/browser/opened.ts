// The built playground in Debian's Chromium, opened from the disk.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

export const file = resolve(process.env.PLAYGROUND ?? "../../docs/playground.html");

export function launch(): Promise<Browser> {
  assert.ok(existsSync(file), `${file} is not there: \`npm run build\` makes it`);
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

// Fails, at `closed`, if the page said or asked anything that it should not.
export class Opened {
  private readonly complaints: string[] = [];
  private constructor(readonly page: Page) {}

  static async at(browser: Browser, fragment = "", options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
    context.setDefaultTimeout(30_000);
    const opened = new Opened(await context.newPage());
    const { page } = opened;
    page.on("console", (message) => opened.complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => opened.complaints.push(String(error)));
    page.on("request", (request) => {
      const address = request.url().split("#")[0];
      // Its own worker comes from the page's memory.
      if (address !== `file://${file}` && !address.startsWith("blob:")) opened.complaints.push(`asked for ${address}`);
    });
    await page.goto(`file://${file}${fragment}`);
    return opened;
  }

  // Until the simulation of what is asked for is shown.
  async answered(): Promise<void> {
    await this.page.waitForSelector("body:not(.stale) .answer");
    await this.drawn();
  }

  // Until every chart of what is in the page has been drawn.
  async drawn(): Promise<void> {
    await this.page.waitForFunction(() => [...document.querySelectorAll(".chart")].every((chart) => chart.childElementCount > 0) && [...document.querySelectorAll<HTMLElement>("canvas.lanes")].every((canvas) => canvas.dataset.drawn !== undefined));
  }

  // What follows an answer when nothing has been changed for a moment.
  async settled(): Promise<void> {
    await this.answered();
    await this.page.waitForSelector(".live-one .formula");
    await this.page.waitForSelector(".player");
    await this.drawn();
  }

  async setSlider(id: string, position: number): Promise<void> {
    await this.page.locator(`#slider-${id}`).evaluate((input: HTMLInputElement, value) => {
      input.value = String(value);
      input.dispatchEvent(new Event("input"));
    }, position);
  }

  // What the editor holds, as somebody finds it who goes there.
  scenarioText(): Promise<string> {
    return this.page.locator("#json").evaluate((area: HTMLTextAreaElement) => {
      area.dispatchEvent(new Event("focus"));
      return area.value;
    });
  }

  async writeScenario(text: string): Promise<void> {
    await this.page.locator("#json").evaluate((area: HTMLTextAreaElement, value) => {
      area.value = value;
      area.dispatchEvent(new Event("input"));
    }, text);
  }

  // What a press on that button saves.
  async saved(id: string): Promise<string> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.page.click(id)]);
    return readFileSync(await download.path(), "utf8");
  }

  async closed(): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.complaints, []);
  }
}
