// Bundles the tests of a folder and hands them to Node's test runner, one file after the other:
//   tests/run.mjs unit|browser [NAME]
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const [folder, only = ""] = process.argv.slice(2);
const here = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const out = `node_modules/.tests/${folder}`;
const names = readdirSync(`tests/${folder}`).filter((name) => name.endsWith(".test.ts") && name.includes(only));
if (names.length === 0) throw new Error(`no test in tests/${folder} is called ${only}`);
rmSync(out, { recursive: true, force: true });
// Packages come from this folder, also those of the sources of reports/web.
const packagesFromHere = {
  name: "packages-from-here",
  setup({ onResolve, resolve: find }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, pluginData }) => {
      if (pluginData === "found" || path.startsWith("node:")) return undefined;
      if (path === "playwright-core" || path === "axe-core" || path === "ws") return { path, external: true };
      return find(path, { kind, resolveDir: here, pluginData: "found" });
    });
  },
};
await build({
  entryPoints: names.map((name) => `tests/${folder}/${name}`),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node18",
  plugins: [packagesFromHere],
});
const files = names.map((name) => `${out}/${name.replace(/\.ts$/, ".mjs")}`);
const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=1", ...files], { stdio: "inherit" });
process.exit(status ?? 1);
