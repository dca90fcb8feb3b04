// A smoke test in Firefox, where it is installed: the page answers, follows a slider, trains, and says
// nothing on its console.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Firefox, firefoxProgram } from "./firefox";
import { file } from "./opened";

const skip = firefoxProgram === undefined ? "there is no Firefox here: apt-get install firefox-esr, or set FIREFOX" : false;

test("firefox: the playground answers, follows a slider, and trains", { skip }, async () => {
  const firefox = await Firefox.start();
  try {
    await firefox.open(`file://${file}`);
    await firefox.until("document.querySelector('body:not(.stale) .answer')?.textContent.includes(' is the fastest of 4: ')");
    await firefox.until("document.querySelector('.live-one .formula') && document.querySelector('.player')");
    assert.equal(await firefox.value("document.querySelectorAll(\".live-bars .chart g[aria-label='bar'] rect\").length"), 12);
    await firefox.until("document.querySelector('canvas.lanes').dataset.drawn !== undefined");
    await firefox.value("(document.querySelector('#slider-workers').value = '2', document.querySelector('#slider-workers').dispatchEvent(new Event('input')))");
    await firefox.until("!document.querySelector('canvas.lanes').dataset.rows.includes('worker 4')");
    assert.equal(await firefox.value("document.querySelector('#json').dispatchEvent(new Event('focus')) && JSON.parse(document.querySelector('#json').value).cluster.topology.hosts"), 4);
    await firefox.value("document.querySelector('#learning').scrollIntoView()");
    await firefox.until("document.querySelector('.curves[data-iterations]')");
    await firefox.until("location.hash.includes('s=')");
    assert.deepEqual(firefox.complaints, []);
  } finally {
    await firefox.end();
  }
});
