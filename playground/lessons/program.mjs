// Runs the native program and keeps its reports, so that a scenario that several lessons use runs once.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

// The last digits of losses depend on the processor's instructions; these are what every x86-64 has, so that a build
// on any of them gives the same pages.
const environment = { ...process.env, LOCKSTEP_INSTRUCTION_SET: "x86-64" };

export class ProgramFault extends Error {}

export class Program {
  #reports = new Map();

  constructor(path) {
    this.path = resolve(path);
    this.folder = mkdtempSync(join(tmpdir(), "lockstep-lessons-"));
    this.slowest = { seconds: 0, command: "", text: "" };
  }

  // What it prints, run in `folder`; a fault if it does not end with exit code 0.
  output(args, folder = this.folder) {
    const run = spawnSync(this.path, args, { cwd: folder, encoding: "utf8", env: environment, maxBuffer: 1 << 28 });
    if (run.error) throw new ProgramFault(`${this.path}: ${run.error.message}`);
    if (run.status !== 0) throw new ProgramFault(`lockstep ${args.join(" ")}: exit code ${run.status}\n${run.stderr}`);
    return run.stdout;
  }

  // The report of a scenario, which is given as its JSON text.
  report(command, text, options = []) {
    const key = `${[command, ...options].join(" ")} ${text}`;
    if (!this.#reports.has(key)) this.#reports.set(key, this.#run(command, text, options));
    return this.#reports.get(key);
  }

  #run(command, text, options) {
    const file = join(this.folder, "scenario.json");
    writeFileSync(file, text);
    const begin = performance.now();
    const report = JSON.parse(this.output([command, file, "-o", "-", "--quiet", ...options]));
    const seconds = (performance.now() - begin) / 1000;
    if (seconds > this.slowest.seconds) this.slowest = { seconds, command, text };
    return report;
  }

  end() {
    rmSync(this.folder, { recursive: true });
  }
}
