// What tests read in pages: their commands and their links.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { formsOf, readGlossary } from "./terms.mjs";

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

const linksOf = (page) => [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);

// The links of a page that lead to no file, or to no entry of the glossary.
export function brokenLinks(page, path, repository) {
  return linksOf(page).filter((target) => {
    const [name, anchor] = target.split("#");
    const file = join(repository, dirname(path), name);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !readGlossary(readFileSync(file, "utf8")).some((term) => term.anchor === anchor);
  });
}

// The terms of the glossary that running text of a page uses before, or without, a link to their entries, or that are
// linked twice. `otherSense` are those that mean something else there.
export function unlinkedTerms(page, glossary, otherSense = []) {
  const running = page
    .replace(/```[^]*?```/g, "")
    .replace(/`[^`]*`/g, "")
    .replace(/^(#|\||<).*$/gm, "")
    .replace(/\[([^\]]*)\]\((?!\.\.\/glossary\.md#)[^)]*\)/g, "");
  const terms = glossary.filter(({ name }) => !otherSense.includes(name));
  const faults = terms.filter(({ name, anchor }) => {
    const [before, ...after] = running.split(`](../glossary.md#${anchor})`);
    if (after.length > 1) return true;
    const linkedWord = after.length === 1 ? before.lastIndexOf("[") : before.length;
    const free = before.slice(0, linkedWord).replace(/\]\([^)]*\)/g, "]");
    return formsOf(name).test(free);
  });
  return faults.map(({ name }) => name);
}
