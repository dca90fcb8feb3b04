// Colours that meet can be told apart by all people, in every theme.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { inkOn, seriesColour, seriesDash, seriesLetter, seriesMarker } from "../../src/palette";
import { contrast, difference, lab, linear, seen, visions } from "./vision";

type Theme = Map<string, string>;

// The blocks of the style sheet: the light theme, which paper has too, and the dark one twice.
const [light, dark, chosenDark] = [...readFileSync("src/colours.css", "utf8").matchAll(/:root[^{]*\{([^}]*)\}/g)].map(
  ([, block]): Theme => new Map([...block.matchAll(/(--[a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value])),
);
const themes = Object.entries({ light, dark });
const series = Array.from({ length: 12 }, (_, i) => `--series-${i}`);
const parts = ["--blue", "--orange", "--vermillion", "--green", "--purple", "--yellow", "--sky", "--idle"];
const use = Array.from({ length: 6 }, (_, i) => `--use-${i}`);

const apart = (theme: Theme, a: string, b: string, vision: string) => difference(lab(seen(linear(theme.get(a)!), vision)), lab(seen(linear(theme.get(b)!), vision)));
const pairs = (names: string[]) => names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b]));

test("palette: CIEDE2000 is as Sharma, Wu and Dalal's table has it", () => {
  // Rows 1, 7, 17 and 25 of the table in their paper.
  assert.equal(difference([50, 2.6772, -79.7751], [50, 0, -82.7485]).toFixed(4), "2.0425");
  assert.equal(difference([50, 0, 0], [50, -1, 2]).toFixed(4), "2.3669");
  assert.equal(difference([50, 2.5, 0], [73, 25, -18]).toFixed(4), "27.1492");
  assert.equal(difference([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387]).toFixed(4), "1.2644");
});

test("palette: the dark theme is one, by the system and by the button", () => {
  assert.ok(dark.size > 30);
  assert.deepEqual(dark, chosenDark);
  assert.deepEqual([...dark.keys()].sort(), [...light.keys()].sort());
});

test("palette: twelve series, no two of one colour, all of them seen on the ground", () => {
  assert.deepEqual(series.map((_, i) => seriesColour(i)), series.map((name) => `var(${name})`));
  for (const [name, theme] of themes) {
    for (const one of [...series, ...parts, ...use]) assert.ok(contrast(linear(theme.get(one)!), linear(theme.get("--surface")!)) >= 3, `${name}: ${one} on the ground`);
    for (const one of ["--text", "--muted", "--link"])
      for (const ground of ["--surface", "--raised"]) assert.ok(contrast(linear(theme.get(one)!), linear(theme.get(ground)!)) >= 4.5, `${name}: ${one} on ${ground}`);
    for (const [a, b] of pairs(series)) assert.ok(apart(theme, a, b, "normal") >= 15, `${name}: ${a} and ${b}`);
  }
});

test("palette: with any vision, two series differ in colour alone, or also in dash and marker", () => {
  for (const [name, theme] of themes)
    for (const vision of visions)
      for (const [a, b] of pairs(series)) {
        const [i, j] = [series.indexOf(a), series.indexOf(b)];
        const byShape = seriesDash(i) !== seriesDash(j) && seriesMarker(i) !== seriesMarker(j);
        const distance = apart(theme, a, b, vision);
        assert.ok(distance >= (byShape ? 7.5 : 13), `${name}, ${vision}: ${a} and ${b} are ${distance.toFixed(1)} apart`);
      }
});

test("palette: up to 36 series, no two have the same colour and dash, nor the same colour and marker", () => {
  const all = Array.from({ length: 36 }, (_, i) => i);
  assert.equal(new Set(all.map((i) => seriesColour(i) + seriesDash(i))).size, 36);
  assert.equal(new Set(all.map((i) => seriesColour(i) + seriesMarker(i))).size, 36);
  assert.deepEqual([0, 25, 26, 27, 52].map(seriesLetter), ["A", "Z", "AA", "AB", "BA"]);
});

test("palette: parts of a bar or a timeline are told apart with any vision", () => {
  for (const [name, theme] of themes)
    for (const vision of visions)
      for (const [a, b] of pairs(parts)) {
        const distance = apart(theme, a, b, vision);
        assert.ok(distance >= 12, `${name}, ${vision}: ${a} and ${b} are ${distance.toFixed(1)} apart`);
      }
});

test("palette: the busier a link, the further from the ground, in steps that everybody sees", () => {
  for (const [name, theme] of themes) {
    const steps = use.slice(1).map((one) => contrast(linear(theme.get(one)!), linear(theme.get("--surface")!)));
    for (let i = 1; i < steps.length; ++i) assert.ok(steps[i] > 1.4 * steps[i - 1], `${name}: ${use[i + 1]}`);
    for (const vision of visions) for (let i = 1; i < use.length; ++i) assert.ok(apart(theme, use[i - 1], use[i], vision) >= 9, `${name}, ${vision}: ${use[i]}`);
  }
});

test("palette: words on a colour are read", () => {
  for (const [name, theme] of themes) for (const one of [...parts, ...series, ...use]) assert.ok(contrast(linear(theme.get(one)!), linear(inkOn(theme.get(one)!) === "#000" ? "#000000" : "#ffffff")) >= 4.5, `${name}: ${one}`);
});
