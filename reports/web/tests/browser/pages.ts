// Pages that the built program writes, opened from the disk in Debian's Chromium.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const repository = resolve("../..");
const program = process.env.LOCKSTEP ?? join(repository, "build/release/lockstep");
// A page built from other sources than the program's: to try changes without building the program.
const otherPage = process.env.LOCKSTEP_PAGE;
const template = () => readFileSync(otherPage ?? "dist/report.html", "utf8");
export const folder = mkdtempSync(join(tmpdir(), "lockstep-pages-"));

// Returns the page's file. Scenarios are files of the repository, or objects.
export function written(name: string, command: string, scenarios: (string | object)[], ...more: string[]): string {
  const page = join(folder, `${name}.html`);
  const files = scenarios.map((scenario, i) => {
    if (typeof scenario === "string") return join(repository, "scenarios", scenario);
    const file = join(folder, `${name}-${i}.json`);
    writeFileSync(file, JSON.stringify(scenario));
    return file;
  });
  execFileSync(program, [command, ...files, "--quiet", "--html", page, ...more], { stdio: ["ignore", "ignore", "inherit"] });
  if (otherPage) writeFileSync(page, template().replace("@DATA@", () => dataOf(page)));
  return page;
}

// What the program wrote into a page, as it stands there.
export function dataOf(page: string): string {
  return /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(readFileSync(page, "utf8"))![1];
}

// The page with other data: for what no command writes.
export function withData(name: string, data: string): string {
  const page = join(folder, `${name}.html`);
  writeFileSync(page, template().replace("@DATA@", () => data));
  return page;
}

export function cluster(hosts: number): object {
  return {
    topology: { kind: "star", hosts, link: { bandwidth: "10 Gbit/s", latency: "10 us" } },
    device: { flops: "1 TFLOP/s", memory: "16 GiB" },
  };
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

// Opens a file and fails, at `closed`, if the page said or asked anything that it should not.
export class Opened {
  private readonly complaints: string[] = [];
  private constructor(readonly page: Page) {}

  static async at(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
    context.setDefaultTimeout(120_000);
    const opened = new Opened(await context.newPage());
    const address = `file://${file}`;
    opened.page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") opened.complaints.push(message.text());
    });
    opened.page.on("pageerror", (error) => opened.complaints.push(String(error)));
    opened.page.on("request", (request) => {
      if (request.url() !== address) opened.complaints.push(`asked for ${request.url()}`);
    });
    await opened.page.goto(address);
    await opened.page.waitForSelector("h1");
    await opened.drawn();
    return opened;
  }

  // Until every chart has been drawn, and the timeline unpacked.
  async drawn(): Promise<void> {
    await this.page.waitForFunction(() => [...document.querySelectorAll(".chart")].every((chart) => chart.childElementCount > 0) && [...document.querySelectorAll<HTMLElement>("canvas.lanes")].every((canvas) => canvas.dataset.drawn !== undefined));
  }

  async closed(): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.complaints, []);
  }
}

// The texts of a table's column, down its rows.
export async function columnOf(page: Page, section: string, heading: string): Promise<string[]> {
  const headings = await page.locator(`${section} thead tr:last-child th`).allTextContents();
  const place = headings.findIndex((words) => words.startsWith(heading));
  assert.ok(place >= 0, `${heading} is none of ${headings.join("; ")}`);
  return page.locator(`${section} tbody tr > :nth-child(${place + 1})`).allTextContents();
}

// Figures, and how many marks with an extent each has: data, not axes.
export function marks(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const result: Record<string, number> = {};
    for (const figure of document.querySelectorAll<HTMLElement>("figure[data-figure]")) {
      const canvas = figure.querySelector<HTMLElement>("canvas.lanes");
      const shapes = figure.querySelectorAll<SVGGraphicsElement>(
        '.chart g[aria-label^="bar"] rect, .chart g[aria-label="rect"] rect, .chart g[aria-label="line"] path, .chart g[aria-label="dot"] > *, .cluster line',
      );
      const extended = [...shapes].filter((shape) => shape.getBBox().width + shape.getBBox().height > 0).length;
      result[figure.dataset.figure!] = canvas ? Number(canvas.dataset.drawn) : figure.querySelector(".formula") ? 1 : extended;
    }
    return result;
  });
}
