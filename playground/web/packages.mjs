// Packages come from this folder, also those of the sources of reports/web, which esbuild would look for
// beside them. What `isLeft` says of is left to others.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

export const packagesFromHere = (isLeft) => ({
  name: "packages-from-here",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, pluginData }) => (pluginData === "found" || isLeft(path) ? undefined : resolve(path, { kind, resolveDir: here, pluginData: "found" })));
  },
});
