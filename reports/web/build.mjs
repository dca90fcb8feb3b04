// Makes dist/report.html: styles, code and licences in one file, with a place for the data. The
// policy in it lets nothing run but this very code, and nothing be fetched.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const target = process.argv[2] ?? "dist/report.html";

async function bundled(entry) {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "ascii",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  return { text: result.outputFiles[0].text.trim(), inputs: Object.keys(result.metafile.inputs) };
}

// Of every package that is bundled; each text once, with the names of those that it is for.
function licences(inputs) {
  const packages = [...new Set(inputs.map((input) => /^node_modules\/((@[^/]+\/)?[^/]+)/.exec(input)?.[1]).filter(Boolean))].sort();
  const texts = new Map();
  for (const name of packages) {
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((one) => `node_modules/${name}/${one}`).find((one) => existsSync(one));
    if (!file) throw new Error(`${name}: no licence found`);
    const text = readFileSync(file, "utf8").trim();
    texts.set(text, [...(texts.get(text) ?? []), name]);
  }
  return [...texts].map(([text, names]) => `${names.join(", ")}:\n\n${text}`).join("\n\n").replaceAll("<", "&lt;");
}

const [script, style] = await Promise.all([bundled("src/main.ts"), bundled("src/styles.css")]);
const parts = {
  HASH: `sha256-${createHash("sha256").update(script.text).digest("base64")}`,
  STYLE: style.text,
  SCRIPT: script.text,
  LICENCES: licences(script.inputs),
};
const page = readFileSync("src/template.html", "utf8").replace(/@([A-Z]+)@/g, (all, name) => parts[name] ?? all);
writeFileSync(target, page);
console.log(`${target}: ${page.length} bytes`);
