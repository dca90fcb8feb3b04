#!/usr/bin/env python3
"""sizes.py: how long the program's files and functions are, and how much of them is comment.

Counts what git tracks, or would: sources of the program, not of tests and benchmarks. A function is
what begins at the left edge of a source and ends with a brace there; a comment line is one with
nothing else. design.md names the sizes that hold.
"""
import pathlib
import re
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = ("sim", "topologies", "models", "scenarios", "reports", "runs", "cli", "playground")
NOT_A_FUNCTION = re.compile(r"(namespace|struct|class|enum|union|extern|using|template <.*>$|//|#)"
                            r"|.*= \w*\(?\{$|.*= \[.*\{$|(inline )?constexpr .*= .*\{$")


def sources():
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "*.cpp", "*.hpp"],
        check=True, capture_output=True, text=True).stdout.split()
    return [path for path in sorted(set(listed))
            if path.startswith(FOLDERS) and (ROOT / path).exists()]


def functions(lines):
    """The lengths of functions, signature and braces included."""
    begin = None
    for number, line in enumerate(lines):
        if begin is None:
            if line and line[0] not in " }/#" and not NOT_A_FUNCTION.match(line):
                begin = number
        if begin is not None:
            if line == "}" or line.endswith("}") and line[0] != " ":
                if any("(" in text for text in lines[begin:number + 1]):
                    yield number - begin + 1, lines[begin]
                begin = None
            elif line.endswith(";") and not line.startswith(" ") or line == "":
                begin = begin if "{" in "".join(lines[begin:number + 1]) else None


def row(name, lengths):
    ordered = sorted(lengths)
    tenth = ordered[int(0.9 * (len(ordered) - 1))]
    print(f"| {name} | {len(ordered)} | {sum(ordered)} | {statistics.median(ordered):g} | {tenth} "
          f"| {ordered[-1]} |")


def main():
    lines = {path: (ROOT / path).read_text().splitlines() for path in sources()}
    print("| what | how many | lines | median | nine of ten at most | longest |")
    print("|---|---|---|---|---|---|")
    row("files", [len(text) for text in lines.values()])
    for folder in FOLDERS:
        row(f"files of {folder}", [len(t) for path, t in lines.items() if path.startswith(folder)])
    algorithms = {path: text for path, text in lines.items() if path.startswith("models/algorithms/")}
    programs = [text for path, text in algorithms.items()
                if path.endswith(".cpp") and not re.search(r"_(cost|rules|prefetch|training)\.cpp$", path)
                and not path.endswith("registry.cpp")]
    row("algorithms' program files", [len(text) for text in programs])
    row("algorithms' cost files",
        [len(text) for path, text in algorithms.items() if path.endswith("_cost.cpp")])
    row("functions", [length for path, text in lines.items() if path.endswith(".cpp")
                      for length, _ in functions(text)])
    comments = sum(line.lstrip().startswith("//") for text in lines.values() for line in text)
    everything = sum(len(text) for text in lines.values())
    print(f"\n{100 * comments / everything:.0f} % of {everything} lines are comments.")


if __name__ == "__main__":
    main()
