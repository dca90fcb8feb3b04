// docs/playground.html, which the repository keeps for readers without a build, is what the sources
// make. Its engine may be older than the compiler's next patch, and notices of Debian's packages change
// with them: these two are left to whoever makes the page anew.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { file } from "./opened";

const emptied = (page: string, id: string) => page.replace(new RegExp(`(<script type="text/plain" id="${id}">)[^<]*`), "$1");
const withoutEngine = (path: string) => emptied(emptied(readFileSync(path, "utf8"), "engine"), "licences");

test("kept: the playground in docs is what its sources make", () => {
  const kept = withoutEngine("../../docs/playground.html");
  const made = withoutEngine(file);
  assert.ok(made.length > 100_000 && made.length < 1_000_000, "the engine is not where it is looked for");
  assert.ok(kept === made, "docs/playground.html is old: `./run.sh playground` makes it anew");
});
