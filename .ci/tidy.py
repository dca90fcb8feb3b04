#!/usr/bin/env python3
"""tidy.py [--seconds N] BUILT TIDY SOURCE...: clang-tidy over sources, of which only those that changed are read.

BUILT is a build folder with everything built: its dependencies say what each source includes. TIDY
is one configured for clang with precompiled headers: its compile commands are what clang-tidy uses.
Tests are read with their precompiled headers, which halves the time; the program's sources as they
stand, so that none relies on them.

A source that was found clean is not read again while all of these are as they were, here or in
another clone: its text and that of every header, its compile commands, every .clang-tidy, and
clang-tidy's version. What was clean is remembered in ~/.cache/lockstep/tidy.

With --seconds no source is begun after that time; those that changed last come first. 0: no limit.
"""
import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

TIDY = "clang-tidy-22"
ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache",
                     "lockstep", "tidy")
DAYS_KEPT = 30


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def dependencies(built):
    """From each built source to the files that its objects were made of."""
    of_output, output = {}, None
    for line in output_of("ninja", "-C", built, "-t", "deps").splitlines():
        if line.startswith("    "):
            of_output[output].add(os.path.normpath(os.path.join(built, line.strip())))
        elif "#deps" in line:
            output = line.split(":")[0]
            of_output[output] = set()
    of_source = {}
    for command in json.loads((built / "compile_commands.json").read_text()):
        output = re.search(r" -o (\S+)", command["command"]).group(1)
        precompiled = re.sub(r"(\.dir)/.*", r"\1/cmake_pch.hxx.gch", output)
        if output in of_output:
            of_source.setdefault(command["file"], set()).update(
                of_output[output], of_output.get(precompiled, ()))
    return of_source


def without_precompiled(command):
    """The command without `-Xclang -include-pch -Xclang F -Xclang -include -Xclang F`."""
    return re.sub(r"-Xclang -include-pch -Xclang \S+ -Xclang -include -Xclang \S+", "", command)


def command_like(command, source):
    """The same for a source that this configuration does not build, as a fuzz target."""
    text = without_precompiled(command["command"]).replace(command["file"], str(source))
    return {**command, "command": text, "file": str(source)}


def compile_commands(tidy, sources):
    """From each source to its commands; they are written, too, for clang-tidy to find."""
    commands = json.loads((tidy / "compile_commands.json").read_text())
    for command in commands:
        if "lockstep_tests.dir/" not in command["command"]:  # whose headers `precompile` makes
            command["command"] = without_precompiled(command["command"])
    built = {command["file"] for command in commands}
    like = next(command for command in commands if command["file"].endswith("/cli/main.cpp"))
    commands += [command_like(like, source) for source in sources if str(source) not in built]
    folder = tidy / "clang-tidy"
    folder.mkdir(exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(commands))
    of_source = {}
    for command in commands:
        of_source.setdefault(command["file"], []).append(command["command"])
    return folder, of_source


def precompile(tidy):
    for command in json.loads((tidy / "compile_commands.json").read_text()):
        if command["file"].endswith("lockstep_tests.dir/cmake_pch.hxx.cxx"):
            subprocess.run(shlex.split(command["command"]), cwd=command["directory"], check=True)


@functools.cache
def digest(path):
    try:
        return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    except OSError:
        return "none"


def key(source, commands, files, rules):
    """What clang-tidy reads; nothing where that is not known. Equal in every clone."""
    if not commands or not files:
        return None
    # Made by each build from the list of headers, with its own paths in it.
    read = sorted(path for path in files if "/cmake_pch.hxx" not in path)
    parts = rules + [str(source.relative_to(ROOT))]
    parts += [command.replace(str(ROOT), ".") for command in commands]
    parts += [path.replace(str(ROOT), ".") + " " + digest(path) for path in read]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def found_clean(folder, source):
    run = subprocess.run([TIDY, "--quiet", "-p", folder, source], capture_output=True, text=True)
    said = [line for line in (run.stdout + run.stderr).splitlines()
            if line and not re.match(r"\d+ warnings? (generated|treated)", line)]
    if said:
        print("\n".join(said), flush=True)
    return run.returncode == 0


def forget_old():
    for entry in CACHE.iterdir():
        if time.time() - entry.stat().st_mtime > DAYS_KEPT * 86400:
            entry.unlink(missing_ok=True)


def last_changed_first(sources):
    """Uncommitted changes, then by the last commit that changed a source."""
    lines = output_of("git", "-C", str(ROOT), "diff", "--name-only", "HEAD").splitlines()
    lines += output_of("git", "-C", str(ROOT), "log", "--name-only", "--format=", "-n200").splitlines()
    place = {}
    for line in lines:
        place.setdefault(line, len(place))
    return sorted(sources, key=lambda source: place.get(str(source.relative_to(ROOT)), len(place)))


def main(built, tidy, sources, seconds):
    end = time.monotonic() + seconds if seconds else float("inf")
    CACHE.mkdir(parents=True, exist_ok=True)
    folder, commands = compile_commands(tidy, sources)
    files = dependencies(built)
    rules = [output_of(TIDY, "--version")]
    rules += [digest(path) for path in sorted(ROOT.glob("**/.clang-tidy"))]
    entries = {source: key(source, commands.get(str(source)), files.get(str(source)), rules)
               for source in sources}
    unread = []
    for source, name in entries.items():
        if name and (CACHE / name).exists():
            (CACHE / name).touch()
        else:
            unread.append(source)
    unread = last_changed_first(unread)
    if any("/tests/" in str(source) for source in unread):
        precompile(tidy)

    def read(source):
        if time.monotonic() > end:
            return None
        clean = found_clean(folder, source)
        if clean and entries[source]:
            (CACHE / entries[source]).touch()
        return clean

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        clean = list(pool.map(read, unread))
    forget_old()
    faulty, left = clean.count(False), clean.count(None)
    print(f"clang-tidy: {len(sources)} sources, {len(sources) - len(unread)} as they were found "
          f"clean, {len(unread) - left} read, {faulty} with findings"
          + (f"; {left} left for another time" if left else ""))
    return 1 if faulty else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("built")
    parser.add_argument("tidy")
    parser.add_argument("source", nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    sys.exit(main(pathlib.Path(given.built).resolve(), pathlib.Path(given.tidy).resolve(),
                  [pathlib.Path(source).resolve() for source in given.source], given.seconds))
