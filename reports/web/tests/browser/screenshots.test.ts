// Pictures to be looked at, of pages of every kind: they are in node_modules/.screenshots.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { after, test } from "node:test";

import { folder, written } from "./pages";

after(() => rmSync(folder, { recursive: true }));

const pictures = "node_modules/.screenshots";

test("screenshots: at 1400, 1000 and 390 pixels, light and dark, no page scrolls sideways", () => {
  const pages = [
    written("run", "run", ["synchronous.json"]),
    written("train", "train", ["train.json"], "--set", "/training/iterations=40"),
    written("sweep", "sweep", ["sweeps/who_wins.json"]),
  ];
  rmSync(pictures, { recursive: true, force: true });
  execFileSync(process.execPath, ["tests/screenshots.mjs", pictures, ...pages], { stdio: ["ignore", "ignore", "inherit"] });
  const made = readdirSync(pictures);
  for (const page of ["run-comparison", "train-learning", "sweep-winners"])
    for (const look of ["light-1400", "dark-1000", "light-390", "dark-390"]) assert.ok(made.includes(`${page}-${look}.png`), `${page}-${look} is missing`);
});
