#!/usr/bin/env python3
"""Loss against time, or else time per iteration, from a report alone, or a figure over an axis of a
sweep from its lines alone, as SVG; standard library only.

    python3 reports/plot.py report.json > report.svg
    python3 reports/plot.py results.jsonl /cluster/topology/hosts speedup > sweep.svg

Every field is told of in docs/report.md and docs/sweep.md.
"""
import json
import math
import re
import sys
from html import escape

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#a89b00"]
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 800, 420, 70, 50, 30


def svg(parts):
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    ground = f'<rect {size} fill="white"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">{ground}{"".join(parts)}</svg>'


def label(x, y, words, colour="black", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'


def axes(most_x, most_y, name_x, name_y, ticks_y=True):
    """The frame, and functions from values to places."""
    x = lambda value: LEFT + (WIDTH - LEFT - 180) * value / (most_x or 1)
    y = lambda value: HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / (most_y or 1)
    parts = [f'<path d="M{LEFT},{TOP}V{HEIGHT - BOTTOM}H{x(most_x):.1f}" fill="none" stroke="black"/>']
    for share in (0, 0.5, 1):
        parts.append(label(x(share * most_x), HEIGHT - BOTTOM + 16, f"{share * most_x:.3g}", anchor="middle"))
        if ticks_y:
            parts.append(label(LEFT - 6, y(share * most_y) + 4, f"{share * most_y:.3g}", anchor="end"))
    parts.append(label(x(most_x / 2), HEIGHT - 12, name_x, anchor="middle"))
    parts.append(label(8, TOP - 12, name_y))
    return parts, x, y


def losses(runs):
    most_x = max(run["loss"]["time_s"][-1] for run in runs)
    most_y = max(max(run["loss"]["loss"]) for run in runs)
    parts, x, y = axes(most_x, most_y, "simulated time (s)", "loss (held-out samples)")
    for i, run in enumerate(runs):
        colour = COLOURS[i % len(COLOURS)]
        points = " ".join(f"{x(time):.1f},{y(loss):.1f}" for time, loss in zip(run["loss"]["time_s"], run["loss"]["loss"]))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(label(WIDTH - 170, TOP + 16 * i, run["label"], colour))
    return svg(parts)


def times(runs, iterations):
    times_s = [run.get("simulated", {}).get("makespan_s", run["analytic"]["time_s"]) / iterations for run in runs]
    parts, x, y = axes(max(times_s), len(runs), "time per iteration (s)", "", ticks_y=False)
    for i, (run, time_s) in enumerate(zip(runs, times_s)):
        top = y(len(runs) - i)
        thick = 0.8 * (y(0) - y(1))
        parts.append(f'<rect x="{LEFT}" y="{top:.1f}" width="{x(time_s) - LEFT:.1f}" height="{thick:.1f}" fill="{COLOURS[0]}"/>')
        parts.append(label(x(time_s) + 6, top + thick / 2 + 4, run["label"]))
    return svg(parts)


def number(value):
    """Of 4 or "4 Gbit/s": 4."""
    found = re.match(r"[-+0-9.e]+", str(value))
    return float(found.group()) if found else math.nan


def swept(lines, pointer, figure):
    """A line for each algorithm, on logarithmic axes; of several points with one value, the best."""
    curves = {}
    for line in lines:
        for run in line.get("runs", []):
            if run.get(figure, 0) > 0:
                curve = curves.setdefault(run["label"], {})
                x = number(line["at"][pointer])
                curve[x] = max(run[figure], curve.get(x, 0))
    xs = [x for curve in curves.values() for x in curve]
    ys = [y for curve in curves.values() for y in curve.values()]
    scale = lambda value, least, most: math.log(value / least) / (math.log(most / least) or 1)
    place_x = lambda value: LEFT + (WIDTH - LEFT - 180) * scale(value, min(xs), max(xs))
    place_y = lambda value: HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * scale(value, min(ys), max(ys))
    parts = [f'<path d="M{LEFT},{TOP}V{HEIGHT - BOTTOM}H{place_x(max(xs)):.1f}" fill="none" stroke="black"/>']
    for x in sorted(set(xs)):
        parts.append(label(place_x(x), HEIGHT - BOTTOM + 16, f"{x:.4g}", anchor="middle"))
    for y in (min(ys), max(ys)):
        parts.append(label(LEFT - 6, place_y(y) + 4, f"{y:.3g}", anchor="end"))
    parts.append(label((LEFT + WIDTH - 180) / 2, HEIGHT - 12, pointer, anchor="middle"))
    parts.append(label(8, TOP - 12, figure))
    for i, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[i % len(COLOURS)]
        points = " ".join(f"{place_x(x):.1f},{place_y(y):.1f}" for x, y in sorted(curve.items()))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(label(WIDTH - 170, TOP + 16 * i, name, colour))
    return svg(parts)


def main():
    if sys.argv[1].endswith(".jsonl"):
        with open(sys.argv[1], encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        pointer = sys.argv[2] if len(sys.argv) > 2 else next(iter(lines[0]["at"]))
        print(swept(lines, pointer, sys.argv[3] if len(sys.argv) > 3 else "samples_per_s"))
        return
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
    runs = report["runs"]
    trained = [run for run in runs if run.get("loss", {}).get("loss")]
    print(losses(trained) if trained else times(runs, report["scenario"]["training"]["iterations"]))


if __name__ == "__main__":
    main()
