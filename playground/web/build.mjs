// Makes the playground: engine, page, scenarios, lessons and licences in one file that needs no network.
//   node build.mjs [--engine lockstep.wasm] [--lessons lessons.json] [--output page.html]
// The page's policy lets nothing run but this very code and its worker, and nothing be fetched.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { deflateSync } from "node:zlib";
import { build } from "esbuild";

import { packagesFromHere } from "./packages.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const repository = resolve(here, "../..");
const mostBytes = 3e6;
const { values: options } = parseArgs({
  options: {
    engine: { type: "string", default: join(repository, "build/release/playground/lockstep.wasm") },
    lessons: { type: "string", default: join(here, "../lessons/dist/lessons.json") },
    output: { type: "string", default: join(repository, "docs/playground.html") },
  },
});

async function bundled(entry, plugins = []) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    metafile: true,
    write: false,
    plugins: [...plugins, packagesFromHere((path) => path === "worker-source")],
  });
  return { text: result.outputFiles[0].text.trim(), inputs: Object.keys(result.metafile.inputs) };
}

const asModule = (name, text) => ({
  name,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: name }));
    onLoad({ filter: /.*/, namespace: name }, () => ({ contents: `export default ${JSON.stringify(text)};`, loader: "js" }));
  },
});

// Of every package that is bundled; each text once, with the names of those that it is for.
function licences(inputs) {
  const packages = [...new Set(inputs.map((input) => /^node_modules\/((@[^/]+\/)?[^/]+)/.exec(input)?.[1]).filter(Boolean))].sort();
  const texts = new Map();
  for (const name of packages) {
    const files = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENSE-MIT"].map((one) => join(here, "node_modules", name, one));
    const file = files.find((one) => existsSync(one));
    if (!file) throw new Error(`${name}: no licence found`);
    const text = readFileSync(file, "utf8").trim();
    texts.set(text, [...(texts.get(text) ?? []), name]);
  }
  return [...texts].map(([text, names]) => `${names.join(", ")}:\n\n${text}`).join("\n\n").replaceAll("<", "&lt;");
}

// Of what is linked into the engine: Debian's packages, as they tell of themselves. Boost's licence asks
// for no notice in machine code.
function engineLicences() {
  const packages = ["nlohmann-json3-dev", "libfmt-dev", "libeigen3-dev", "libsimde-dev", "wasi-libc", "libc++-19-dev-wasm32"];
  return packages.map((name) => {
    const file = `/usr/share/doc/${name}/copyright`;
    if (!existsSync(file)) throw new Error(`${file}: not found; the page must carry the notices of what its engine is made of`);
    return `${name}:\n\n${readFileSync(file, "utf8").trim().replaceAll("<", "&lt;")}`;
  });
}

// Files that a scenario names, by the names that it uses.
function filesOf(document, folder) {
  const texts = (value) => (typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : []);
  const isFile = (name) => /^[\w./-]+\.\w+$/.test(name) && existsSync(join(folder, name)) && statSync(join(folder, name)).isFile();
  return Object.fromEntries(texts(document).filter(isFile).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

// Those that `run` takes: no sweeps, no plans, no real executions.
function scenarios() {
  const folder = join(repository, "scenarios");
  const names = [folder, join(folder, "validation")].flatMap((one) => readdirSync(one).filter((name) => name.endsWith(".json")).sort().map((name) => join(one, name)));
  const all = names.map((path) => ({ path, name: relative(folder, path), text: readFileSync(path, "utf8") }));
  return all
    .map((one) => ({ ...one, document: JSON.parse(one.text) }))
    .filter(({ document }) => !("plan" in document) && !("sweep" in document))
    .map(({ path, name, text, document }) => ({ name, title: document.name ?? name, text, files: filesOf(document, dirname(path)) }));
}

// Inside a script element: nothing in it can end the element.
const embedded = (json) => JSON.stringify(json).replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

if (!existsSync(options.engine)) throw new Error(`${options.engine}: no engine; \`./run.sh playground\` builds it`);
const worker = await bundled("src/engine/worker.ts");
const [script, style] = await Promise.all([bundled("src/main.ts", [asModule("worker-source", worker.text)]), bundled("src/styles.css")]);
const lessons = existsSync(options.lessons) ? JSON.parse(readFileSync(options.lessons, "utf8")) : { format: 1, lessons: [] };
const parts = {
  HASH: `sha256-${createHash("sha256").update(script.text).digest("base64")}`,
  STYLE: style.text,
  SCRIPT: script.text,
  ENGINE: deflateSync(readFileSync(options.engine), { level: 9 }).toString("base64"),
  SCENARIOS: embedded(scenarios()),
  LESSONS: embedded(lessons),
  LICENCES: [licences([...worker.inputs, ...script.inputs]), ...engineLicences()].join("\n\n"),
};
const page = readFileSync(join(here, "src/template.html"), "utf8").replace(/@([A-Z]+)@/g, (all, name) => parts[name] ?? all);
if (page.length > mostBytes) throw new Error(`the page has ${page.length} bytes, more than ${mostBytes}`);
writeFileSync(options.output, page);
const sizes = Object.entries(parts).map(([name, text]) => `${name.toLowerCase()} ${text.length}`);
console.log(`${relative(process.cwd(), options.output)}: ${page.length} bytes (${sizes.join(", ")})`);
