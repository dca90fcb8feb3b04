// Pointers, places in a text, faults, sliders: what a scenario is changed and explained by.

import assert from "node:assert/strict";
import { test } from "node:test";

import { canAdd, entriesOf, readOption, withEntries, withLabels, withOption } from "../../src/scenario/algorithms";
import { faultsOf, placeOfFault } from "../../src/scenario/faults";
import { placeOf } from "../../src/scenario/places";
import { at, withValue, withValueResolved, without, type Json } from "../../src/scenario/pointer";
import { pretty } from "../../src/scenario/pretty";
import { History } from "../../src/scenario/history";
import { startText } from "../../src/scenario/start";

const document: Json = { model: { layers: 4 }, cluster: "v100 x 2", algorithms: ["sgd", { kind: "gpipe", "a/b": 1 }] };

test("pointer: values are found, and what is missing is undefined, not an error", () => {
  assert.equal(at(document, "/model/layers"), 4);
  assert.equal(at(document, "/algorithms/1/a~1b"), 1);
  assert.equal(at(document, "/model/layers/none"), undefined);
  assert.equal(at(document, "/constructor"), undefined);
  assert.equal(at(document, ""), document);
});

test("pointer: a change gives a new document, in the old one's order, and makes what is missing", () => {
  const changed = withValue(document, "/model/width", 8);
  assert.deepEqual(at(changed, "/model"), { layers: 4, width: 8 });
  assert.deepEqual(document.model, { layers: 4 });
  assert.deepEqual(Object.keys(withValue(document, "/model/layers", 1) as object), ["model", "cluster", "algorithms"]);
  assert.deepEqual(at(withValue({}, "/training/checkpoint/every", 2), "/training"), { checkpoint: { every: 2 } });
  assert.deepEqual(at(withValue(document, "/algorithms/0", "zero"), "/algorithms/0"), "zero");
  assert.deepEqual(without(document, "/cluster"), { model: { layers: 4 }, algorithms: document.algorithms });
  assert.equal(without(document, "/nothing/here"), document);
});

test("pointer: a name in the way is replaced by what it stands for", () => {
  const resolved: Json = { cluster: { topology: { hosts: 2 }, device: { flops: 1 } } };
  assert.deepEqual(at(withValueResolved(document, resolved, "/cluster/topology/hosts", 4), "/cluster"), { topology: { hosts: 4 }, device: { flops: 1 } });
});

test("pretty: what fits into a line stands in one, and the text means the same", () => {
  assert.equal(pretty({ a: [1, 2], b: {} }), '{\n  "a": [1, 2],\n  "b": {}\n}\n');
  assert.deepEqual(JSON.parse(pretty(JSON.parse(startText) as Json)), JSON.parse(startText));
  assert.ok(pretty(JSON.parse(startText) as Json).split("\n").every((line) => line.length <= 130));
});

const text = '{\n  "model": { "layers": [1, {"width": 2}], "name": "a \\" { b" },\n  "training": {}\n}';
const found = (pointer: string) => {
  const place = placeOf(text, pointer)!;
  return text.slice(place.from, place.to);
};

test("places: the key and value of a pointer, also behind strings with braces in them", () => {
  assert.equal(found("/model/layers/1/width"), '"width": 2');
  assert.equal(found("/model/layers/0"), "1");
  assert.equal(found("/model/name"), '"name": "a \\" { b"');
  assert.equal(found("/training"), '"training": {}');
  assert.equal(found(""), text);
});

test("places: what is missing is at the nearest thing around it", () => {
  assert.equal(found("/training/iterations"), '"training": {');
  assert.equal(found("/cluster/device"), "{");
});

test("places: hostile texts are searched, too", () => {
  assert.equal(placeOf("", "/a"), null);
  assert.notEqual(placeOf("[".repeat(200_000), "/0/0/0"), null);
  assert.equal(placeOf('{"a": "', "/a")!.from, 1);
  assert.notEqual(placeOf("}}]]{,,,:::", "/a"), undefined);
});

// As the command line words them: lockstep run with such a scenario.
const stderr = `lockstep: scenario.json: /model/widht: unknown key "widht"; did you mean "width"?
lockstep: scenario.json: /training: warning: nothing: at all
lockstep: scenario.json: line 1, column 12: not JSON: a comma with nothing before it
lockstep: the engine stopped: unreachable
`;

test("faults: the loader's own words, each with its place", () => {
  assert.deepEqual(faultsOf(stderr), [
    { at: "/model/widht", message: 'unknown key "widht"; did you mean "width"?', isWarning: false },
    { at: "/training", message: "nothing: at all", isWarning: true },
    { at: "line 1, column 12", message: "not JSON: a comma with nothing before it", isWarning: false },
    { at: "", message: "the engine stopped: unreachable", isWarning: false },
  ]);
  assert.deepEqual(faultsOf("lockstep: scenario.json: is empty\nlockstep: scenario.json: must be an object, found 3\n").map(({ message }) => message), ["The scenario is empty", "The scenario must be an object, found 3"]);
  assert.deepEqual(placeOfFault({ at: "line 2, column 3" }, text), { from: 4, to: 5 });
  assert.equal(placeOfFault({ at: "" }, text), null);
});

test("algorithms: one or several, by name or with options, and each with a label of its own", () => {
  assert.deepEqual(entriesOf({ algorithm: "sgd" }), [{ kind: "sgd" }]);
  assert.deepEqual(entriesOf(document).map(({ kind }) => kind), ["sgd", "gpipe"]);
  assert.deepEqual(withLabels([{ kind: "sgd" }, { kind: "sgd" }, { kind: "zero", label: "sgd" }]).map(({ label }) => label), [undefined, "sgd 2", "sgd 3"]);
  assert.deepEqual(withEntries({ algorithm: "sgd" }, [{ kind: "zero" }]), { algorithms: [{ kind: "zero" }] });
  assert.ok(canAdd([{ kind: "a" }]) && !canAdd(Array.from({ length: 4 }, () => ({ kind: "a" }))));
});

test("algorithms: an option at its default is not written, and words where numbers belong reach the loader", () => {
  const spec = { name: "servers", summary: "", type: "integer" as const, default: 1 };
  assert.deepEqual(withOption({ kind: "a", servers: 2 }, spec, 1), { kind: "a" });
  assert.deepEqual(withOption({ kind: "a", servers: 2 }, spec, " "), { kind: "a" });
  assert.deepEqual(withOption({ kind: "a" }, spec, 3), { kind: "a", servers: 3 });
  assert.equal(readOption(spec, "12"), 12);
  assert.equal(readOption(spec, "many"), "many");
  assert.deepEqual(readOption({ ...spec, type: "integers" }, "4, 2"), [4, 2]);
  assert.equal(readOption({ ...spec, type: "bytes" }, "2 MiB"), "2 MiB");
});

test("history: a drag is one step, other changes are one each", () => {
  let now = 0;
  const history = new History<string>(() => now);
  history.add("a", "controls");
  now = 500;
  history.add("b", "controls"); // of the same drag
  history.add("c", "other");
  history.add("d", "other");
  now = 5000;
  history.add("e", "controls");
  assert.deepEqual([history.back(), history.back(), history.back(), history.back(), history.back()], ["e", "d", "c", "a", undefined]);
  for (let i = 0; i < 200; ++i) history.add(String(i), "other");
  assert.equal(history.length, 100);
});
