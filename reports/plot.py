#!/usr/bin/env python3
"""Loss against time, or else time per iteration, from a report alone, or a figure over an axis of a
sweep from its lines alone, as SVG; standard library only.

    python3 reports/plot.py report.json > report.svg
    python3 reports/plot.py results.jsonl /cluster/topology/hosts speedup > sweep.svg

An axis is logarithmic where values are far apart. Every field is told of in docs/report.md and
docs/sweep.md.
"""
import json
import math
import re
import sys
from html import escape

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#a89b00"]
DASHES = ["", "7 3", "2 2", "9 2 2 2", "14 4"]  # where there are more lines than colours
WIDTH, TOP, BOTTOM = 860, 40, 54
ROW = 15  # from label to label
FAR_APART = 20


def words_width(words):
    return max((6.6 * len(each) for each in words), default=0)


def svg(height, parts):
    size = f'width="{WIDTH}" height="{height:.0f}"'
    ground = f'<rect {size} fill="white"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">{ground}{"".join(parts)}</svg>'


def label(x, y, words, colour="black", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'


def shortened(words, most=32):
    return words if len(words) <= most else words[: most // 2] + "…" + words[-(most // 2 - 1) :]


def tick_text(value):
    return f"{value:g}" if value == 0 or 1e-4 <= abs(value) < 1e6 else f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")


def is_far(values):
    """Whether the least and the most are so far apart that only a logarithmic axis shows both."""
    above = [value for value in values if value > 0]
    return bool(above) and max(above) > FAR_APART * min(above)


def linear_ticks(least, most, wanted):
    step = 10 ** math.floor(math.log10((most - least) / wanted))
    step *= next(factor for factor in (1, 2, 5, 10) if factor * step * wanted >= most - least)
    digits = max(0, -math.floor(math.log10(step)))
    return [round(i * step, digits) for i in range(math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9) + 1)]


def logarithmic_ticks(least, most):
    """Round numbers from just below the least to just above the most."""
    decades = range(math.floor(math.log10(least)) - 1, math.ceil(math.log10(most)) + 2)
    factors = (1, 2, 5) if most / least < 500 else (1,)
    ticks = [float(f"{factor}e{decade}") for decade in decades for factor in factors]
    first = max(i for i, tick in enumerate(ticks) if tick <= least * (1 + 1e-9))
    last = min(i for i, tick in enumerate(ticks) if tick >= most * (1 - 1e-9))
    return ticks[first : max(last, first + 1) + 1]


class Axis:
    """From values to places between `begin` and `end`, in pixels, with round ticks."""

    def __init__(self, values, begin, end, logarithmic, wanted=6, ticks=None):
        self.begin, self.end, self.logarithmic = begin, end, logarithmic
        values = [value for value in values if not logarithmic or value > 0] or [1]
        if logarithmic:
            self.ticks = logarithmic_ticks(min(values), max(values))
        else:
            self.ticks = linear_ticks(min(0, min(values)), max(values) if max(values) > 0 else 1, wanted)
        self.least, self.most = self.ticks[0], self.ticks[-1]
        if ticks:
            self.least, self.most, self.ticks = min(ticks), max(ticks), ticks

    def __call__(self, value):
        if self.logarithmic:
            share = math.log(max(value, self.least) / self.least) / (math.log(self.most / self.least) or 1)
        else:
            share = (value - self.least) / ((self.most - self.least) or 1)
        return self.begin + (self.end - self.begin) * share


def frame(x, y, name_x, name_y=None):
    """Both axes with a faint line at each tick; without a name, the second has none."""
    parts = []
    for tick in x.ticks:
        parts.append(f'<path d="M{x(tick):.1f},{TOP}V{y.begin:.1f}" stroke="#e4e4e4"/>')
        parts.append(label(x(tick), y.begin + 17, tick_text(tick), anchor="middle"))
    for tick in y.ticks if name_y else ():
        parts.append(f'<path d="M{x.begin:.1f},{y(tick):.1f}H{x.end:.1f}" stroke="#e4e4e4"/>')
        parts.append(label(x.begin - 7, y(tick) + 4, tick_text(tick), anchor="end"))
    parts.append(f'<path d="M{x.begin:.1f},{TOP}V{y.begin:.1f}H{x.end:.1f}" fill="none" stroke="black"/>')
    scale = lambda axis: ", logarithmic" if axis.logarithmic else ""
    parts.append(label((x.begin + x.end) / 2, y.begin + 40, name_x + scale(x), anchor="middle"))
    if name_y:
        parts.append(label(8, TOP - 16, name_y + scale(y)))
    return parts


def spread(wanted, least, most):
    """Places at least a row apart and as near to the wanted ones as that allows, in their order."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = [0.0] * len(wanted)
    free = least
    for i in order:
        places[i] = max(wanted[i], free)
        free = places[i] + ROW
    free = most
    for i in reversed(order):
        places[i] = min(places[i], free)
        free = places[i] - ROW
    return places


def curves(lines, name_x, name_y, log_x, log_y, ticks_x=None):
    """A line for each label, beside which a piece of it stands, as high as it ends if there is room."""
    lines = [(words, [(x, y) for x, y in points if (x > 0 or not log_x) and (y > 0 or not log_y)]) for words, points in lines]
    lines = [(shortened(words), points) for words, points in lines if points]
    height = max(420, TOP + BOTTOM + ROW * (len(lines) + 1))
    right = WIDTH - 50 - words_width(words for words, _ in lines)
    x = Axis([x for _, points in lines for x, _ in points], 66, right, log_x, ticks=ticks_x)
    y = Axis([y for _, points in lines for _, y in points], height - BOTTOM, TOP, log_y)
    parts = frame(x, y, name_x, name_y)
    places = spread([y(points[-1][1]) for _, points in lines], TOP, height - BOTTOM)
    for i, ((words, points), place) in enumerate(zip(lines, places)):
        colour = COLOURS[i % len(COLOURS)]
        dash = DASHES[i // len(COLOURS) % len(DASHES)]
        style = f'fill="none" stroke="{colour}" stroke-width="2"' + (f' stroke-dasharray="{dash}"' if dash else "")
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
        parts.append(f'<polyline points="{path}" {style}/>')
        end_x, end_y = x(points[-1][0]), y(points[-1][1])
        parts.append(f'<circle cx="{end_x:.1f}" cy="{end_y:.1f}" r="2.5" fill="{colour}"/>')
        if right - end_x < 60 and abs(place - end_y) < 40:
            parts.append(f'<path d="M{end_x:.1f},{end_y:.1f}L{right + 12:.1f},{place:.1f}" stroke="{colour}" stroke-width="0.6"/>')
        parts.append(f'<path d="M{right + 12:.1f},{place:.1f}h24" {style}/>')
        parts.append(label(right + 42, place + 4, words, colour))
    return svg(height, parts)


def losses(runs):
    lines = [(run["label"], list(zip(run["loss"]["time_s"], run["loss"]["loss"]))) for run in runs]
    ends = [points[-1][0] for _, points in lines]
    log_y = is_far([y for _, points in lines for _, y in points])
    return curves(lines, "simulated time (s)", "loss (held-out samples)", is_far(ends), log_y)


def times(runs, iterations):
    """A bar for each run; on a logarithmic axis they all begin at its least value."""
    times_s = [run.get("simulated", {}).get("makespan_s", run["analytic"]["time_s"]) / iterations for run in runs]
    names = [shortened(run["label"]) for run in runs]
    left = 16 + words_width(names)
    bottom = TOP + (ROW + 3) * len(runs)
    x = Axis(times_s, left, WIDTH - 80, is_far(times_s))
    parts = frame(x, Axis([0, 1], bottom, TOP, False), "time per iteration (s)")
    for i, (name, time_s) in enumerate(zip(names, times_s)):
        top = TOP + (ROW + 3) * i + 3
        parts.append(f'<rect x="{left:.1f}" y="{top}" width="{x(time_s) - left:.1f}" height="{ROW - 3}" fill="{COLOURS[0]}"/>')
        parts.append(label(left - 7, top + 10, name, anchor="end"))
        parts.append(label(x(time_s) + 5, top + 10, f"{time_s:.3g}", "#555555"))
    return svg(bottom + BOTTOM, parts)


def number(value):
    """Of 4 or "4 Gbit/s": 4."""
    found = re.match(r"[-+0-9.e]+", str(value))
    return float(found.group()) if found else math.nan


def swept(lines, pointer, figure):
    """A line for each algorithm, on logarithmic axes; of several points with one value, the best."""
    best = {}
    for line in lines:
        for run in line.get("runs", []):
            if run.get(figure, 0) > 0:
                curve = best.setdefault(run["label"], {})
                x = number(line["at"][pointer])
                curve[x] = max(run[figure], curve.get(x, 0))
    if not best:
        sys.exit(f'plot.py: no line has "{figure}"')
    xs = sorted({x for curve in best.values() for x in curve})
    log_x = xs[0] > 0 and xs[-1] > xs[0]
    # The values themselves are the best ticks, if their numbers have room beside each other.
    place = Axis(xs, 0, WIDTH - 260, log_x)
    roomy = all(place(b) - place(a) > 34 for a, b in zip(xs, xs[1:]))
    lines = [(name, sorted(curve.items())) for name, curve in best.items()]
    return curves(lines, pointer, figure, log_x, True, ticks_x=xs if roomy and len(xs) > 1 else None)


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
