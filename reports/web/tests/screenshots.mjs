// Pictures of every section of pages, light and dark, at the widths of a screen, a tablet and a phone, to
// be looked at: node tests/screenshots.mjs FOLDER PAGE.html...
// It fails where a page scrolls sideways.
import { mkdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { chromium } from "playwright-core";

const widths = process.env.WIDTHS?.split(",").map(Number) ?? [1400, 1000, 390];
const schemes = process.env.SCHEMES?.split(",") ?? ["light", "dark"];
const [folder, ...pages] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
let made = 0;
for (const file of pages)
  for (const colorScheme of schemes)
    for (const width of widths) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, isMobile: width < 500 });
      await page.goto(`file://${resolve(file)}`);
      await page.waitForSelector("h1");
      await page.waitForFunction(() => [...document.querySelectorAll(".chart")].every((chart) => chart.childElementCount > 0));
      await page.addStyleTag({ content: "nav { position: static !important }" });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) throw new Error(`${file} is ${wide} pixels wide on a screen of ${width}`);
      for (const part of [".head", ...(await page.locator("section").evaluateAll((all) => all.map((one) => `#${one.id}`)))]) {
        await page.locator(part).screenshot({ path: `${folder}/${basename(file, ".html")}-${part.slice(1)}-${colorScheme}-${width}.png` });
        ++made;
      }
      await page.close();
    }
await browser.close();
console.log(`${made} pictures in ${folder}`);
