// Arrows of messages, from where and when each was sent to where and when it arrived.

import type { Colours } from "./colours";
import type { Picture } from "./draw";
import { inView } from "./lanes";
import type { Row } from "./rows";

// With more in view than these, arrows would hide what they join: then only that of the message at
// the pointer is drawn.
export const mostArrows = 250;

interface Arrow {
  fromRow: Row;
  toRow: Row;
  begin: number;
  end: number;
}

// Those messages whose two ranks are drawn; joined ones have no single sender or time.
function arrowOf(row: Row, i: number, devices: Map<string, Row>): Arrow | null {
  const [from, , messages] = row.lane.columns;
  const fromRow = devices.get(`${row.group}:${from[i]}`);
  return fromRow === undefined || messages[i] > 1 ? null : { fromRow, toRow: row, begin: row.lane.begins[i], end: row.lane.ends[i] };
}

export function arrowsOf({ rows, view, hit, arrows }: Picture): { all: Arrow[]; hit: Arrow | null } {
  const devices = new Map(rows.rows.filter(({ lane }) => lane.kind === "device").map((row) => [`${row.group}:${row.lane.rank}`, row]));
  const ranges = rows.rows.filter(({ lane }) => lane.kind === "messages").map((row) => ({ row, ...inView(row.lane, view) }));
  const many = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
  const all: Arrow[] = [];
  if (arrows && many <= mostArrows)
    for (const { row, first, end } of ranges)
      for (let i = first; i < end; ++i) {
        const arrow = row.lane.ends[i] < view.begin ? null : arrowOf(row, i, devices);
        if (arrow !== null) all.push(arrow);
      }
  return { all, hit: hit !== null && hit.row.lane.kind === "messages" ? arrowOf(hit.row, hit.span, devices) : null };
}

export function drawArrows(canvas: CanvasRenderingContext2D, picture: Picture, colours: Colours, x: (time: number) => number, y: (top: number) => number): void {
  const draw = ({ fromRow, toRow, begin, end }: Arrow, width: number) => {
    const down = toRow.top > fromRow.top;
    const from = { x: x(begin), y: y(fromRow.top + (down ? fromRow.height : 0)) };
    const to = { x: x(end), y: y(toRow.top + (down ? 0 : toRow.height)) };
    const bend = Math.max(6, Math.abs(to.y - from.y) * 0.4) * (down ? 1 : -1);
    const size = 3 + width;
    canvas.lineWidth = width;
    canvas.beginPath();
    canvas.moveTo(from.x, from.y);
    canvas.bezierCurveTo(from.x, from.y + bend, to.x, to.y - bend, to.x, to.y);
    canvas.stroke();
    canvas.beginPath();
    canvas.moveTo(to.x, to.y);
    canvas.lineTo(to.x - size * 0.7, to.y - Math.sign(bend) * size * 1.4);
    canvas.lineTo(to.x + size * 0.7, to.y - Math.sign(bend) * size * 1.4);
    canvas.fill();
  };
  const { all, hit } = arrowsOf(picture);
  canvas.strokeStyle = canvas.fillStyle = colours.names.text;
  canvas.globalAlpha = all.length > 60 ? 0.3 : 0.55;
  for (const arrow of all) draw(arrow, 0.8);
  canvas.globalAlpha = 1;
  if (hit !== null) draw(hit, 2);
}
