// Made by build.mjs: the bundled text of engine/worker.ts.
declare module "worker-source" {
  const source: string;
  export default source;
}
