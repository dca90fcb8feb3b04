// axe-core finds nothing to complain about, light and dark, wide and narrow; pictures to look at are
// in node_modules/.screenshots.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";

import { launch, Opened } from "./opened";

let browser: Browser;
before(async () => {
  browser = await launch();
  mkdirSync("node_modules/.screenshots", { recursive: true });
});
after(() => browser.close());

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

for (const width of [1400, 390])
  for (const colorScheme of ["light", "dark"] as const)
    test(`accessible: ${colorScheme}, ${width} pixels wide`, async () => {
      // The page's own policy would not let axe run; what it checks is not touched by it.
      const opened = await Opened.at(browser, "#lesson=ring_tree_star", { colorScheme, bypassCSP: true, viewport: { width, height: 900 }, isMobile: width < 500 });
      const { page } = opened;
      await opened.settled();
      await page.locator("#learning").scrollIntoViewIfNeeded();
      await page.waitForSelector(".curves[data-iterations]");
      await page.click("#stop-training").catch(() => undefined); // it may have ended
      // One definition is open below its paragraph, another is shown while the focus is on its term.
      await page.locator("button.term").first().click();
      await page.locator("button.term").nth(1).focus();
      assert.equal(await page.locator(".definition:visible").count(), 2);
      await page.locator("details").evaluateAll((all) => all.forEach((one) => ((one as HTMLDetailsElement).open = true)));
      await opened.writeScenario('{ "model": 1 }');
      await page.waitForSelector("#faults .fault");
      await page.addScriptTag({ content: axe });
      const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
      const told = violations.map((one) => `${one.id}: ${one.help}; ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join(" | ")}`);
      assert.deepEqual(told, []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      for (const part of ["#first", "#controls", "#when", "#one"]) assert.ok((await page.locator(part).boundingBox())!.width > 300, part);
      await page.screenshot({ path: `node_modules/.screenshots/${colorScheme}-${width}.png`, fullPage: true });
      await opened.closed();
    });
