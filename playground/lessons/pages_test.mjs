// What tests read in pages: their commands and their links.

// The words of a command as a shell would split them; only single quotes occur.
const words = (command) => command.match(/(?:'[^']*'|[^\s'])+/g).map((word) => word.replaceAll("'", ""));

// The commands in a page's code blocks, each as its words: ["./run.sh", "run", ...].
export function commandsOf(page) {
  return [...page.matchAll(/^\.\/run\.sh (?:.*\\\n)*.*$/gm)].map(([command]) => words(command.replace(/\\\n/g, " ")));
}

export const linksOf = (page) => [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
