// The picture in README.md: node tests/picture.mjs PAGE.html PICTURE.png
import { resolve } from "node:path";
import { chromium } from "playwright-core";

const [page, picture] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const tab = await browser.newPage({ viewport: { width: 1000, height: 1400 } });
await tab.goto(`file://${resolve(page)}#algorithm=gpipe`);
await tab.waitForSelector("canvas.lanes[data-drawn]");
await tab.addStyleTag({ content: "nav { position: static !important } .help, .reading { display: none }" });
await tab.waitForTimeout(500);
const top = (await tab.locator("[data-figure=time]").boundingBox()).y;
await tab.locator("[data-figure=memory], section#path").evaluateAll((all) => all.forEach((one) => one.remove()));
await tab.locator("section#one > h2, .choice").evaluateAll((all) => all.forEach((one) => one.remove()));
await tab.waitForTimeout(300);
const end = await tab.locator("canvas.overview").boundingBox();
await tab.screenshot({ path: picture, fullPage: true, clip: { x: 0, y: top - 10, width: 1000, height: end.y + end.height + 10 - top } });
await browser.close();
