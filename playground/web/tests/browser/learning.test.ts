// Loss against simulated time, computed in the page while it goes on; and lessons, from end to end.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { launch, Opened } from "./opened";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("learning: curves of all algorithms appear, grow, and the page goes on meanwhile", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  await page.locator("#learning").scrollIntoViewIfNeeded();
  await page.waitForSelector(".curves[data-iterations]");
  // Frames go on while the next stage is computed: none takes as long as a training does.
  const longest = await page.evaluate(async () => {
    let [most, last] = [0, performance.now()];
    for (let i = 0; i < 40; ++i) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      most = Math.max(most, performance.now() - last);
      last = performance.now();
    }
    return most;
  });
  assert.ok(longest < 1000, `${longest} ms without a turn`);
  await page.waitForSelector(".curves[data-iterations='180']");
  await opened.drawn();
  assert.equal(await page.locator(".curves .legend button").count(), 4);
  assert.ok((await page.locator(".curves figure").first().locator(".chart g[aria-label=line] path").count()) >= 4);
  assert.match((await page.textContent("#learning [role=status]"))!, /handwritten digits: 180 iterations, learning rate 0\.1/);
  await opened.closed();
});

test("learning: a training stops at once", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  await page.locator("#learning").scrollIntoViewIfNeeded();
  await page.click("#train");
  await page.waitForSelector("#stop-training", { state: "visible" });
  await page.click("#stop-training");
  assert.equal(await page.textContent("#learning [role=status]"), "Stopped.");
  await page.waitForSelector("#stop-training", { state: "hidden" });
  await opened.closed();
});

test("lessons: predict, run, explain, change, question; nothing is shown before its turn", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  const { page } = opened;
  assert.equal(await page.locator(".lesson-list li").count(), 13);
  await page.click(".lesson-list li:first-child button");
  assert.equal(await page.locator(".lesson .step").count(), 1);
  const press = (words: string) => page.locator(".lesson").getByRole("button", { name: words, exact: true }).click();
  await page.fill("#guess", "no idea");
  await press("Commit to it");
  assert.match((await page.textContent("#guess-said"))!, /A number, please/);
  await page.fill("#guess", "10");
  await page.press("#guess", "Enter");
  assert.ok(await page.isDisabled("#guess"));
  await press("Run it");
  await page.waitForSelector(".lesson .explained");
  assert.match((await page.textContent(".replied"))!, /You said 10 times; it is .* times\./);
  await page.waitForFunction(() => (document.getElementById("json") as HTMLTextAreaElement).value.includes("Ring, tree or star"));
  const cells = page.locator(".trials tbody tr").first().locator("td");
  assert.equal(await cells.first().textContent(), "");
  await page.locator(".trials tbody tr").first().getByRole("button").click();
  await page.waitForFunction(() => document.querySelector(".trials tbody td")!.textContent !== "");
  assert.ok(await page.locator(".lesson .step").last().locator("div[hidden]").count());
  await press("Run it with this change");
  await page.waitForFunction(() => / is the fastest of /.test(document.querySelector(".lesson .step:last-child .outcome")!.textContent!));
  await press("Show the answer");
  assert.match((await page.locator(".lesson .step").last().textContent())!, /The surprise/);
  assert.ok((await page.evaluate(() => location.hash)).includes("lesson=ring_tree_star"));
  await opened.closed();
});

test("lessons: what a changed value gives stands in its own step, and the first run's figure beside its own words", async () => {
  const opened = await Opened.at(browser, "#lesson=ring_tree_star");
  await opened.settled();
  const { page } = opened;
  await page.fill("#guess", "2");
  await page.press("#guess", "Enter");
  await page.locator(".lesson").getByRole("button", { name: "Run it" }).click();
  await page.waitForSelector(".lesson .explained");
  const step = (name: string) => page.locator(`.lesson [aria-label='${name}'] .outcome`);
  const before = await step("Run").textContent();
  assert.equal(await step("Change one thing").textContent(), "");
  await page.locator(".trials button").first().click();
  await step("Change one thing").locator(".first").waitFor();
  assert.equal(await step("Change one thing").locator(".of").textContent(), "With /model/width: 16:");
  assert.equal(await step("Change one thing").locator(".first").textContent(), await page.textContent("#answer .answer"));
  assert.equal(await step("Run").textContent(), before);
  await page.getByRole("button", { name: "Run it with this change" }).click();
  await step("A question").locator(".first").waitFor();
  assert.match((await step("A question").locator(".of").textContent())!, /^With \/.*:$/);
  assert.equal(await step("Run").textContent(), before);
  await opened.closed();
});

test("lessons: a link opens one, and the one without rails needs no number", async () => {
  const opened = await Opened.at(browser, "#lesson=your_cluster");
  await opened.answered();
  assert.match((await opened.page.textContent(".lesson h3"))!, /Your cluster, your model/);
  assert.equal(await opened.page.locator("#guess").count(), 0);
  await opened.settled();
  const top = await opened.page.locator("#lesson-title").evaluate((title) => title.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 900, `${top}`);
  await opened.closed();
});

test("learning: of a text that is no JSON it is said that nothing can be trained", async () => {
  const opened = await Opened.at(browser);
  await opened.settled();
  await opened.writeScenario("no JSON");
  await opened.page.waitForSelector("#faults .fault");
  await opened.page.click("#train");
  assert.match((await opened.page.textContent("#learning [role=status]"))!, /not JSON/);
  await opened.closed();
});

test("lessons: a value that is pressed while another runs takes its place, and can be stopped", async () => {
  const opened = await Opened.at(browser, "#lesson=ring_tree_star");
  await opened.settled();
  const { page } = opened;
  await page.fill("#guess", "2");
  await page.press("#guess", "Enter");
  await page.locator(".lesson").getByRole("button", { name: "Run it" }).click();
  await page.waitForSelector(".lesson .explained");
  const meanwhile = await page.evaluate(async () => {
    const values = document.querySelectorAll<HTMLElement>(".trials button");
    values[0].click();
    values[1].click();
    await new Promise((resolve) => setTimeout(resolve));
    const rows = [...document.querySelectorAll(".trials tbody tr")].slice(0, 2).map((row) => row.querySelector("td")!.textContent);
    return { rows, said: document.querySelector(".lesson [aria-label='Change one thing'] [role=status]")!.textContent, hidden: document.querySelector<HTMLElement>(".lesson [aria-label='Change one thing'] .stop")!.hidden };
  });
  assert.deepEqual(meanwhile, { rows: ["", "running…"], said: "Running…", hidden: false });
  await page.waitForFunction(() => document.querySelectorAll(".trials tr")[2].querySelector("td")!.textContent !== "");
  assert.equal(await page.locator(".trials tr").nth(1).locator("td").first().textContent(), "");
  await opened.closed();
});

test("lessons: what a lesson has simulated is shown by the page, however long it takes", async () => {
  const opened = await Opened.at(browser, "#lesson=checkpoints");
  await opened.settled();
  const { page } = opened;
  await page.fill("#guess", "5");
  await page.press("#guess", "Enter");
  await page.locator(".lesson").getByRole("button", { name: "Run it" }).click();
  await page.waitForSelector(".lesson .explained");
  await page.waitForFunction(() => document.querySelector("#first")!.getAttribute("data-name")!.includes("heckpoint"));
  assert.match((await page.textContent(".status .said"))!, /^Simulated without timelines: /);
  assert.equal(await page.textContent("#answer .answer"), await page.textContent(".lesson .outcome .first"));
  // Four thousand hosts take no longer than people wait, and are too many to be recorded here.
  await page.getByRole("button", { name: "Run it with this change" }).click();
  await page.locator(".lesson [aria-label='A question'] .outcome .first").waitFor();
  assert.equal(await page.locator("#record").count(), 0);
  await opened.closed();
});

test("lessons: a term shows its definition under a pointer and the keyboard's focus, and Escape puts it away", async () => {
  const opened = await Opened.at(browser, "#lesson=stragglers");
  await opened.settled();
  const { page } = opened;
  const [term, definition] = [page.locator(".lesson button.term").first(), page.locator("#definition-worker")];
  assert.equal(await term.textContent(), "workers");
  assert.ok(await definition.isHidden());
  const height = (await page.locator(".lesson").boundingBox())!.height;
  await term.hover();
  await definition.waitFor();
  assert.match((await definition.textContent())!, /^worker: A rank that computes gradients/);
  assert.equal((await page.locator(".lesson").boundingBox())!.height, height); // nothing moves
  await definition.hover(); // it stays while the pointer is on it
  await page.waitForTimeout(400);
  assert.ok(await definition.isVisible());
  await page.keyboard.press("Escape");
  assert.ok(await definition.isHidden());
  await page.mouse.move(0, 0);
  await page.focus("#lesson-title");
  await page.keyboard.press("Tab");
  assert.ok(await term.evaluate((button) => button === document.activeElement));
  assert.ok(await definition.isVisible());
  assert.equal(await term.getAttribute("aria-describedby"), "definition-worker");
  await page.keyboard.press("Tab");
  assert.ok(await definition.isHidden());
  await opened.closed();
});

for (const touch of [false, true])
  test(`lessons: a ${touch ? "finger's" : "key's"} press keeps a term's definition open below the paragraph until the next`, async () => {
    const opened = await Opened.at(browser, "#lesson=stragglers", touch ? { hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } } : {});
    await opened.settled();
    const { page } = opened;
    const [term, definition] = [page.locator(".lesson button.term").first(), page.locator("#definition-worker")];
    const press = () => (touch ? term.tap() : term.press("Enter"));
    await press();
    assert.equal(await term.getAttribute("aria-expanded"), "true");
    await page.focus("#lesson-title");
    assert.ok(await definition.isVisible());
    const [paragraph, below] = [(await page.locator(".lesson .prose p").first().boundingBox())!, (await definition.boundingBox())!];
    assert.ok(below.y >= paragraph.y && below.y + below.height <= paragraph.y + paragraph.height + 1); // in the flow: it covers nothing
    assert.ok(below.x >= 0 && below.x + below.width <= page.viewportSize()!.width);
    await press();
    assert.equal(await term.getAttribute("aria-expanded"), "false");
    assert.ok(await definition.isHidden());
    await opened.closed();
  });
