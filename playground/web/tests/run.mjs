// Bundles the tests of a folder and hands them to Node's test runner, one file after the other:
//   tests/run.mjs unit|browser [NAME]
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

import { packagesFromHere } from "../packages.mjs";

const [folder, only = ""] = process.argv.slice(2);
const out = `node_modules/.tests/${folder}`;
const names = readdirSync(`tests/${folder}`).filter((name) => name.endsWith(".test.ts") && name.includes(only));
if (names.length === 0) throw new Error(`no test in tests/${folder} is called ${only}`);
rmSync(out, { recursive: true, force: true });
const installed = ["playwright-core", "axe-core", "ws"]; // and not bundled
await build({
  entryPoints: names.map((name) => `tests/${folder}/${name}`),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node18",
  external: installed,
  plugins: [packagesFromHere((path) => path.startsWith("node:") || installed.includes(path))],
});
const files = names.map((name) => `${out}/${name.replace(/\.ts$/, ".mjs")}`);
const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=1", ...files], { stdio: "inherit" });
process.exit(status ?? 1);
