// `page` prints the data that `--html` embeds in a page.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { inModule, native } from "./programs.mjs";

const repository = join(import.meta.dirname, "../..");

function dataOfPage(command, file) {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-page-"));
  try {
    const page = join(folder, "page.html");
    const { exitCode, stderr } = native([command, "-q", "--html", page], file);
    assert.equal(exitCode, 0, stderr);
    const [, data] = /<script[^>]*application\/json[^>]*>(.*?)<\/script>/s.exec(readFileSync(page, "utf8"));
    return JSON.parse(data);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Timelines are packed the same, but the module does not deflate.
function unpack(data) {
  let timelines = 0;
  for (const { runs } of data)
    for (const { timeline } of runs)
      if (timeline) {
        timeline.packed = inflateSync(Buffer.from(timeline.packed, "base64")).toString("base64");
        ++timelines;
      }
  return timelines;
}

for (const [command, name] of [
  ["run", "quickstart.json"],
  ["run", "pipeline.json"],
  ["cost", "survey.json"],
  ["run", "traffic.json"],
  ["train", "train.json"],
])
  test(`page ${command} ${name}`, () => {
    const file = join(repository, "scenarios", name);
    const { exitCode, stdout } = inModule(["page", command, name], readFileSync(file, "utf8"));
    assert.equal(exitCode, 0);
    const here = JSON.parse(stdout);
    const there = dataOfPage(command, file);
    const timelines = unpack(here);
    assert.equal(unpack(there), timelines);
    assert.equal(timelines > 0, command !== "cost" && name !== "traffic.json");
    assert.deepEqual(here, there);
  });

test("figures run: the data of a page without what is recorded of ranks", () => {
  const text = readFileSync(join(repository, "scenarios/quickstart.json"), "utf8");
  const [whole, figures] = ["page", "figures"].map((word) => JSON.parse(inModule([word, "run", "quickstart.json"], text).stdout));
  for (const run of whole[0].runs) {
    assert.ok(run.timeline);
    delete run.timeline;
    delete run.critical_path;
  }
  assert.deepEqual(figures, whole);
});

test("schema prints what the native program does", () => {
  assert.equal(inModule(["schema"], "").stdout, native(["schema"]).stdout);
});
