// The way of a message over the drawn cluster: a shortest path. Where several are equally short, the
// run may have taken another one; the picture takes the first.

import type { Cluster } from "../../../../reports/web/src/data";
import type { Place } from "../../../../reports/web/src/layout";

export class Routes {
  private readonly neighbours: number[][];
  private readonly parents = new Map<number, Int32Array>(); // by where a way begins

  constructor({ nodes, links }: Cluster) {
    this.neighbours = nodes.map(() => []);
    for (const { from, to } of links) {
      this.neighbours[from].push(to);
      this.neighbours[to].push(from);
    }
  }

  // Nodes from `from` to `to`; straight across where no links lead there.
  between(from: number, to: number): number[] {
    const parent = this.parentsFrom(from);
    if (from !== to && parent[to] < 0) return [from, to];
    const way = [to];
    while (way[0] !== from) way.unshift(parent[way[0]]);
    return way;
  }

  private parentsFrom(from: number): Int32Array {
    const known = this.parents.get(from);
    if (known !== undefined) return known;
    const parent = new Int32Array(this.neighbours.length).fill(-1);
    parent[from] = from;
    const queue = [from];
    for (let i = 0; i < queue.length; ++i)
      for (const next of this.neighbours[queue[i]])
        if (parent[next] < 0) {
          parent[next] = queue[i];
          queue.push(next);
        }
    this.parents.set(from, parent);
    return parent;
  }
}

// The point at a share of a way's drawn length.
export function alongWay(places: Place[], share: number): Place {
  const lengths = places.slice(1).map((place, i) => Math.hypot(place.x - places[i].x, place.y - places[i].y));
  let left = share * lengths.reduce((sum, one) => sum + one, 0);
  for (let i = 0; i < lengths.length; ++i) {
    if (left <= lengths[i] && lengths[i] > 0) {
      const part = left / lengths[i];
      return { x: places[i].x + part * (places[i + 1].x - places[i].x), y: places[i].y + part * (places[i + 1].y - places[i].y) };
    }
    left -= lengths[i];
  }
  return places.at(-1)!;
}

// The node of each rank. Without the program's word for it, rank i is on the i-th host.
export function nodesOfRanks(cluster: Cluster, ranks: number, nodes: number[] | undefined): number[] {
  if (nodes !== undefined) return nodes;
  const hosts = cluster.nodes.flatMap(({ host }, i) => (host ? [i] : []));
  return Array.from({ length: ranks }, (_, rank) => hosts[rank % Math.max(1, hosts.length)] ?? 0);
}
