// What each worker, and each server, holds, against what its device has.

import type { Memory, PageDocument } from "../data";
import { figure } from "../figure";
import { byteUnit, bytes } from "../format";
import { rowNames, stackedBars, type Bar, type Mark } from "./bars";

const parts: { key: keyof Memory; colour: string }[] = [
  { key: "parameters", colour: "var(--blue)" },
  { key: "gradients", colour: "var(--orange)" },
  { key: "activations", colour: "var(--green)" },
  { key: "versions", colour: "var(--purple)" },
  { key: "buffers", colour: "var(--yellow)" },
];

interface Row {
  name: string;
  server: boolean;
  memory: Memory;
  limit: number | null;
}

export function memoryRows(document: PageDocument): Row[] {
  const runs = document.report.runs ?? [];
  const names = rowNames(runs.map((run) => run.label));
  return runs.flatMap((run, i) => {
    const { memory_bytes_per_worker: worker, memory_bytes_per_server: server } = run.analytic;
    const rows: Row[] = [{ name: names[i], server: false, memory: worker, limit: document.runs[i].worker_memory_limit_bytes }];
    if (server) rows.push({ name: `${names[i]}, server`, server: true, memory: server, limit: document.runs[i].server_memory_limit_bytes });
    return rows;
  });
}

// Limits that would leave bars too short to be told apart.
function isFar(rows: Row[]): boolean {
  const most = Math.max(0, ...rows.map((row) => row.memory.total));
  return rows.every((row) => row.limit === null || row.limit > 5 * most);
}

function sentence(rows: Row[]): string {
  const over = rows.filter((row) => row.limit !== null && row.memory.total > row.limit).map((row) => row.name);
  const limited = rows.some((row) => row.limit !== null);
  const words = `What the worker that needs most holds${rows.some((row) => row.server) ? ", and a server, on top of a worker where both are on one host" : ""}.`;
  if (!limited) return `${words} The scenario sets its devices no limit.`;
  const least = Math.min(...rows.flatMap((row) => (row.limit === null ? [] : [row.limit])));
  return over.length === 0 ? `${words} All of them fit their device, of ${bytes(least)}${isFar(rows) ? ", which is far to the right of the picture" : ""}.` : `${words} Too much for its device: ${over.join(", ")}.`;
}

export function memory(document: PageDocument): HTMLElement {
  const rows = memoryRows(document);
  const limited = isFar(rows) ? [] : rows;
  const unit = byteUnit(Math.max(0, ...rows.map((row) => row.memory.total), ...limited.map((row) => row.limit ?? 0)));
  const bars: Bar[] = rows.flatMap((row) =>
    parts.map(({ key, colour }) => ({ row: row.name, part: key, value: row.memory[key] / unit.size, colour, tip: `${row.name}\n${key}: ${bytes(row.memory[key])}` })),
  );
  const marks: Mark[] = limited.flatMap((row) => (row.limit === null ? [] : [{ row: row.name, value: row.limit / unit.size, tip: `the device has ${bytes(row.limit)}` }]));
  return figure({
    id: "memory",
    title: "Memory per worker",
    sentence: sentence(rows),
    legend: [
      ...parts.map(({ key, colour }) => ({ label: key === "versions" ? "further versions" : key, colour })),
      ...(marks.length > 0 ? [{ label: "the device's memory", colour: "var(--text)", line: true }] : []),
    ],
    draw: (width) => stackedBars(width, bars, `memory (${unit.name})`, marks),
  });
}
