// What each worker, and each server, holds, against what its device has.

import { bestFirst, type Memory, type PageDocument } from "../data";
import { median } from "../columns";
import { figure, type View } from "../figure";
import { byteUnit, bytes, bytesOf } from "../format";
import { rowNames, spread, stackedBars, wideSpread, type Bar, type Mark } from "./bars";

const parts: { key: keyof Memory; colour: string }[] = [
  { key: "parameters", colour: "var(--blue)" },
  { key: "gradients", colour: "var(--orange)" },
  { key: "activations", colour: "var(--green)" },
  { key: "versions", colour: "var(--purple)" },
  { key: "buffers", colour: "var(--yellow)" },
];

const nameOf = (key: keyof Memory) => (key === "versions" ? "further versions" : key);
const deviceMemory = "the device's memory";

interface Row {
  name: string;
  server: boolean;
  memory: Memory;
  limit: number | null;
}

export function memoryRows(document: PageDocument): Row[] {
  const order = bestFirst(document);
  const runs = order.map((place) => document.report.runs![place]);
  const names = rowNames(runs.map((run) => run.label));
  return runs.flatMap((run, i) => {
    const picture = document.runs[order[i]];
    const { memory_bytes_per_worker: worker, memory_bytes_per_server: server } = run.analytic;
    const rows: Row[] = [{ name: names[i], server: false, memory: worker, limit: picture.worker_memory_limit_bytes }];
    if (server) rows.push({ name: `${names[i]}, server`, server: true, memory: server, limit: picture.server_memory_limit_bytes });
    return rows;
  });
}

// Limits that would leave bars too short to be told apart.
function isFar(rows: Row[]): boolean {
  const most = Math.max(0, ...rows.map((row) => row.memory.total));
  return rows.every((row) => row.limit === null || row.limit > 5 * most);
}

function sentence(rows: Row[]): string {
  const over = rows.flatMap((row) => (row.limit !== null && row.memory.total > row.limit ? [`${row.name} (${bytesOf(row.memory.total, row.limit)})`] : []));
  const limited = rows.some((row) => row.limit !== null);
  const words = `What the worker that needs most holds${rows.some((row) => row.server) ? ", and a server, on top of a worker where both are on one host" : ""}.`;
  if (!limited) return `${words} The scenario sets its devices no limit.`;
  const least = Math.min(...rows.flatMap((row) => (row.limit === null ? [] : [row.limit])));
  return over.length === 0 ? `${words} All of them fit their device, of ${bytes(least)}${isFar(rows) ? ", which is far to the right of the picture" : ""}.` : `${words} Too much for its device: ${over.join(", ")}.`;
}

export function memory(document: PageDocument): HTMLElement {
  const rows = memoryRows(document);
  const limited = isFar(rows) ? [] : rows;
  const totals = rows.map((row) => row.memory.total);
  const wide = spread(totals) > wideSpread;
  const unit = byteUnit(wide ? median(totals) : Math.max(0, ...totals, ...limited.map((row) => row.limit ?? 0)));
  const bars: Bar[] = rows.flatMap((row) =>
    parts.map(({ key, colour }) => ({ row: row.name, part: nameOf(key), value: row.memory[key] / unit.size, colour, tip: `${row.name}\n${nameOf(key)}: ${bytes(row.memory[key])}` })),
  );
  const marks: Mark[] = limited.flatMap((row) => (row.limit === null ? [] : [{ row: row.name, part: deviceMemory, value: row.limit / unit.size, tip: `the device has ${bytes(row.limit)}` }]));
  const axis = `memory (${unit.name})`;
  const views: View[] = [{ label: "Linear", draw: (width, hidden) => stackedBars(width, hidden, { bars, marks, axis }) }];
  if (wide) views.unshift({ label: "Logarithmic", draw: (width, hidden) => stackedBars(width, hidden, { bars, marks, axis, log: true }) });
  return figure({
    id: "memory",
    title: "Memory of one worker",
    sentence: sentence(rows) + (wide ? " On the logarithmic axis a bar's end is the sum, and its colours divide it as they divide the sum." : ""),
    legend: [...parts.map(({ key, colour }) => ({ label: nameOf(key), colour })), ...(marks.length > 0 ? [{ label: deviceMemory, colour: "var(--text)", line: true }] : [])],
    draw: views,
  });
}
