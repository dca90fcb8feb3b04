#!/usr/bin/env python3
"""floors.py [--check]: draws docs/floors.svg, the picture of the floors, from the includes.

Floors and their heights are those of tests/structure/floors_test.cpp; an arrow says that a file of one
room includes a file of another. Arrows that follow from others are left out: who uses the room above
uses what that one stands on. With --check nothing is written, and exit code 1 says that the picture is
not what the sources make.
"""
import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "floors.svg"
WIDTH, ROW, BOX_HEIGHT, GAP = 860, 58, 30, 14


def floors():
    text = (ROOT / "tests/structure/floors_test.cpp").read_text()
    return {name: int(height) for name, height in re.findall(r'Floor\{"([^"]+)/", (\d+)\}', text)
            if name not in ("tests", "bench")}


def sources():
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "*.cpp", "*.hpp"],
        check=True, capture_output=True, text=True).stdout.split()
    return sorted(path for path in set(listed) if (ROOT / path).exists())


def room_of(path, rooms):
    # The longest name that fits: sim/base before sim.
    fitting = [room for room in rooms if path.startswith(room + "/")]
    return max(fitting, key=len) if fitting else None


def arrows(rooms):
    uses = collections.defaultdict(set)
    for path in sources():
        room = room_of(path, rooms)
        if room is None:
            continue
        for included in re.findall(r'^#include "([^"]+)"', (ROOT / path).read_text(), re.MULTILINE):
            other = room_of(included, rooms)
            if other not in (None, room):
                uses[room].add(other)
    return uses


def without_what_follows(uses):
    reached = {}

    def reach(room):
        if room not in reached:
            reached[room] = set(uses[room]).union(*(reach(other) for other in uses[room]), set())
        return reached[room]

    return {room: {other for other in uses[room]
                   if not any(other in reach(between) for between in uses[room] - {other})}
            for room in sorted(uses)}


def box_width(room):
    return 8 * len(room) + 24


def places(rooms):
    """From each room to the left edge and the top of its box; floors from the top down."""
    by_height = collections.defaultdict(list)
    for room, height in rooms.items():
        by_height[height].append(room)
    boxes = {}
    for row, height in enumerate(sorted(by_height, reverse=True)):
        line = by_height[height]
        left = (WIDTH - sum(map(box_width, line)) - GAP * (len(line) - 1)) / 2
        for room in line:
            boxes[room] = (left, 10 + row * ROW)
            left += box_width(room) + GAP
    return boxes


def picture():
    rooms = floors()
    boxes = places(rooms)
    height = max(top for _, top in boxes.values()) + BOX_HEIGHT + 10
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" '
             f'font-family="sans-serif" font-size="13">',
             "<title>Who includes whom</title>",
             '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
             'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#567"/></marker></defs>',
             f'<rect width="{WIDTH}" height="{height:g}" fill="#fff"/>']
    for room, others in without_what_follows(arrows(rooms)).items():
        left, top = boxes[room]
        for other in sorted(others):
            below, floor = boxes[other]
            begin = (left + box_width(room) / 2, top + BOX_HEIGHT)
            end = (below + box_width(other) / 2, floor)
            bend = (end[1] - begin[1]) / 2
            lines.append(f'<path d="M{begin[0]:g} {begin[1]:g}C{begin[0]:g} {begin[1] + bend:g} '
                         f'{end[0]:g} {end[1] - bend:g} {end[0]:g} {end[1]:g}" fill="none" '
                         f'stroke="#567" marker-end="url(#tip)"/>')
    for room, (left, top) in boxes.items():
        lines.append(f'<rect x="{left:g}" y="{top:g}" width="{box_width(room)}" height="{BOX_HEIGHT}" '
                     f'rx="4" fill="#eef3f8" stroke="#567"/>')
        lines.append(f'<text x="{left + box_width(room) / 2:g}" y="{top + 20:g}" '
                     f'text-anchor="middle">{room}</text>')
    return "\n".join(lines + ["</svg>", ""])


def main():
    drawn = picture()
    if "--check" not in sys.argv[1:]:
        PICTURE.write_text(drawn)
        return 0
    if PICTURE.exists() and PICTURE.read_text() == drawn:
        return 0
    print("docs/floors.svg is not what the includes make: run docs/floors.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
