// Pictures of every section of pages, light and dark, wide and at a phone's width, to be looked at:
// node tests/screenshots.mjs FOLDER PAGE.html...
import { mkdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { chromium } from "playwright-core";

const [folder, ...pages] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const file of pages)
  for (const colorScheme of ["light", "dark"])
    for (const width of [1100, 360]) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      await page.goto(`file://${resolve(file)}`);
      await page.waitForTimeout(400);
      for (const part of [".head", ...(await page.locator("section").evaluateAll((all) => all.map((one) => `#${one.id}`)))])
        await page.locator(part).screenshot({ path: `${folder}/${basename(file, ".html")}-${part.slice(1)}-${colorScheme}-${width}.png` });
      await page.close();
    }
await browser.close();
