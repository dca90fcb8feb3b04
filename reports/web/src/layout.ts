// Where the nodes of a cluster stand in a picture of width and height 1.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from "d3-force";

import type { Cluster } from "./data";

export interface Place {
  x: number;
  y: number;
}

function onCircle(count: number): Place[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count - Math.PI / 2;
    return { x: 0.5 + 0.42 * Math.cos(angle), y: 0.5 + 0.42 * Math.sin(angle) };
  });
}

// Hosts on a circle, what is none in the middle.
function around(cluster: Cluster): Place[] {
  const circle = onCircle(cluster.nodes.filter((node) => node.host).length);
  let next = 0;
  return cluster.nodes.map((node) => (node.host ? circle[next++] : { x: 0.5, y: 0.5 }));
}

function fitted(nodes: SimulationNodeDatum[]): Place[] {
  const side = (values: number[]) => ({ low: Math.min(...values), span: Math.max(1e-9, Math.max(...values) - Math.min(...values)) });
  const x = side(nodes.map((node) => node.x!));
  const y = side(nodes.map((node) => node.y!));
  return nodes.map((node) => ({ x: 0.06 + (0.88 * (node.x! - x.low)) / x.span, y: 0.06 + (0.88 * (node.y! - y.low)) / y.span }));
}

// Neighbours near each other; the same picture every time, for d3-force starts from a fixed spiral.
function byForce(cluster: Cluster): Place[] {
  const nodes: SimulationNodeDatum[] = cluster.nodes.map(() => ({}));
  const links = cluster.links.map((link) => ({ source: link.from, target: link.to }));
  forceSimulation(nodes)
    .force("link", forceLink(links).distance(30).strength(1))
    .force("charge", forceManyBody().strength(-120))
    .force("collide", forceCollide(12))
    .force("x", forceX().strength(0.05))
    .force("y", forceY().strength(0.08))
    .stop()
    .tick(nodes.length > 400 ? 80 : 300);
  return fitted(nodes);
}

export function layout(cluster: Cluster): Place[] {
  const others = cluster.nodes.filter((node) => !node.host).length;
  if (others <= 1 && cluster.kind !== "custom") return around(cluster);
  return byForce(cluster);
}
