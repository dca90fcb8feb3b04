#!/usr/bin/env python3
"""The scenarios of compare.sh, and their makespans.

work.py FOLDER            writes NAME.json for Lockstep, and NAME.flows for SimGrid
work.py --makespan FILE   prints the simulated seconds of a report
"""
import json
import random
import sys

LINK = {"bandwidth": "1.25 GB/s", "latency": "10 us"}


def makespan(report):
    if "traffic" in report:
        return max(flow["finish_s"] for flow in report["traffic"])
    return report["runs"][0]["simulated"]["makespan_s"]


def star(hosts):
    return {"kind": "star", "hosts": hosts, "link": LINK}


def tree(hosts, leaves, uplink_hosts):
    """Host i is behind leaf i mod `leaves`: neighbours are far apart."""
    names = [f"h{i}" for i in range(hosts)]
    switches = [f"leaf{i}" for i in range(leaves)]
    uplink = {"bandwidth": f"{1.25 * uplink_hosts} GB/s", "latency": "10 us"}
    links = [{"from": names[i], "to": switches[i % leaves], **LINK} for i in range(hosts)]
    links += [{"from": leaf, "to": "core", **uplink} for leaf in switches]
    nodes = [{"name": name} for name in names]
    nodes += [{"name": name, "kind": "switch"} for name in [*switches, "core"]]
    return {"kind": "custom", "nodes": nodes, "links": links}


def ring(topology, granularity):
    """67 MB, 65,520 bytes for each of 1,024 ranks; computing takes next to no time."""
    return {
        "model": {"layers": 1, "width": 4095},
        "training": {"batch_per_worker": 1, "iterations": 1},
        "cluster": {"topology": topology, "device": {"flops": 1e30}, "granularity": granularity},
        "algorithm": "sync_sgd",
    }


def flows(topology, names, chosen):
    return {
        "cluster": {"topology": topology},
        "traffic": [{"from": names(a), "to": names(b), "bytes": size} for a, b, size in chosen],
    }


def write(folder, name, scenario, chosen=None):
    with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
        json.dump(scenario, file)
    if chosen:
        with open(f"{folder}/{name}.flows", "w", encoding="utf-8") as file:
            file.writelines(f"{a} {b} {size}\n" for a, b, size in chosen)


def main():
    if sys.argv[1] == "--makespan":
        with open(sys.argv[2], encoding="utf-8") as file:
            print(f"{makespan(json.load(file)):.12g}")
        return
    folder = sys.argv[1]
    draw = random.Random(1)
    write(folder, "ring", ring(star(1024), "message"))
    write(folder, "ring_by_steps", ring(star(1024), "auto"))
    write(folder, "tree", ring(tree(1024, 32, 4), "message"))
    incast = [(i, 1024, draw.randrange(1_000_000, 10_000_000)) for i in range(1024)]
    write(folder, "incast", flows(star(1025), lambda i: f"host{i}", incast), incast)
    chosen = []
    for _ in range(10_000):
        start = draw.randrange(256)
        chosen.append((start, (start + 1 + draw.randrange(255)) % 256,
                       draw.randrange(1_000_000, 10_000_000)))
    write(folder, "flows", flows(tree(256, 16, 4), lambda i: f"h{i}", chosen), chosen)


main()
