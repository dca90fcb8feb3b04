// What tests read in pages: their commands and their links.
import { spawnSync } from "node:child_process";

// The words of a command as a shell would split them; only single quotes occur.
const words = (command) => command.match(/(?:'[^']*'|[^\s'])+/g).map((word) => word.replaceAll("'", ""));

// The commands in a page's code blocks, each as its words: ["./run.sh", "run", ...].
export function commandsOf(page) {
  return [...page.matchAll(/^\.\/run\.sh (?:.*\\\n)*.*$/gm)].map(([command]) => words(command.replace(/\\\n/g, " ")));
}

// Runs a command of a page as it is written, but for the length of a training, which is cut. Returns what it says if it
// fails, and nothing if it does not.
export function faultOf([, command, ...rest], program, folder) {
  const shorter = command === "train" ? ["--set", "/training/iterations=2"] : [];
  const report = command === "explain" ? [] : ["-o", "/dev/null"];
  const words = [command, ...rest, ...shorter, "--quiet", ...report];
  const { status, stderr } = spawnSync(program, words, { cwd: folder, encoding: "utf8" });
  return status === 0 ? "" : `${words.join(" ")}: exit code ${status}: ${stderr}`;
}

export const linksOf = (page) => [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
