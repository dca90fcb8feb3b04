// The engine as it stands in the page: WebAssembly, deflated, in base64.

import { bytesOf } from "../../../../reports/web/src/base64";

async function compiled(): Promise<WebAssembly.Module> {
  const element = document.getElementById("engine");
  if (element === null) throw new Error("this page holds no engine");
  const inflated = new Blob([bytesOf(element.textContent ?? "")]).stream().pipeThrough(new DecompressionStream("deflate"));
  const module = await WebAssembly.compile(await new Response(inflated).arrayBuffer());
  element.remove(); // its text is megabytes that nobody needs any more
  return module;
}

let module: Promise<WebAssembly.Module> | null = null;

// Compiled once; every worker gets the same.
export function engineModule(): Promise<WebAssembly.Module> {
  module ??= compiled();
  return module;
}
