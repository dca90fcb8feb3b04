// node tests/drag.mjs [PAGE] [SLIDER]: how long a slider's answer takes in Chromium, as a table: from the
// event to the engine's answer, to the timeline's drawing, and to the frame that shows it. Medians of
// all positions, each asked for when the one before has been shown, on a machine that may be doing
// something else.
import { resolve } from "node:path";
import { chromium } from "playwright-core";

const [file = "../../docs/playground.html", slider = "bandwidth"] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
await page.goto(`file://${resolve(file)}`);
await page.waitForSelector(".player");

const times = await page.evaluate(async (slider) => {
  const input = document.getElementById(`slider-${slider}`);
  const took = document.getElementById("took");
  const all = [];
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const changed = (node, options) => new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      observer.disconnect();
      resolve();
    });
    observer.observe(node, options);
  });
  for (let round = 0; round < 3; ++round)
    for (let position = 0; position <= Number(input.max); ++position) {
      if (Number(input.value) === position) continue;
      input.value = String(position);
      const begin = performance.now();
      const answered = changed(took, { childList: true, characterData: true, subtree: true }).then(() => performance.now() - begin);
      const drawn = changed(document.querySelector(".live-timeline"), { childList: true, subtree: true, attributes: true, attributeFilter: ["data-milliseconds"] }).then(() => performance.now() - begin);
      input.dispatchEvent(new Event("input"));
      const first = [await answered, await drawn];
      await frame();
      all.push([...first, performance.now() - begin]);
      await new Promise((resolve) => setTimeout(resolve, 60)); // what follows an answer is not part of the next
    }
  return all;
}, slider);
await browser.close();

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
for (const [i, words] of ["the engine has answered", "the timeline is drawn", "the frame is shown"].entries()) console.log(`${median(times.map((one) => one[i])).toFixed(0).padStart(8)} ms  ${words}`);
