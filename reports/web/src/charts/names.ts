// Where the names of a chart's rows stand: before them where there is room, else above them. They are
// never cut: long ones take several lines.

import * as Plot from "@observablehq/plot";

const lineHeight = 15;

let canvas: CanvasRenderingContext2D | null | undefined;

export function textWidth(text: string): number {
  if (canvas === undefined) canvas = document.createElement("canvas").getContext("2d");
  if (!canvas) return 7 * text.length;
  canvas.font = "12px system-ui, sans-serif";
  return canvas.measureText(text).width;
}

// At spaces where possible, else between characters.
export function wrapped(text: string, width: number, measure: (text: string) => number = textWidth): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=[ ,/_-])/)) {
    if (line !== "" && measure(line + word.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    for (const letter of Array.from(word)) {
      if (line !== "" && measure(line + letter) > width && letter !== " ") {
        lines.push(line);
        line = "";
      }
      line += letter;
    }
  }
  return [...lines, line.trimEnd()];
}

export interface NameLayout {
  margin: number; // left of the plot
  above: number; // of a row's height
  rowHeight: number;
  marks: (rows: string[]) => Plot.Markish[];
}

export function nameLayout(rows: string[], width: number, barHeight = 26): NameLayout {
  const longest = Math.max(20, ...rows.map(textWidth));
  if (longest <= 0.3 * width) {
    const text = (all: string[]) => [Plot.text(all, { y: (row: string) => row, text: (row: string) => row, frameAnchor: "left", textAnchor: "end", dx: -8, fill: "var(--text)" })];
    return { margin: Math.ceil(longest) + 14, above: 0, rowHeight: barHeight, marks: text };
  }
  const lines = new Map(rows.map((row) => [row, wrapped(row, width - 30)]));
  const above = lineHeight * Math.max(...[...lines.values()].map((one) => one.length)) + 2;
  const rowHeight = above + barHeight - 4;
  const text = (all: string[]) => [
    Plot.text(all, { y: (row: string) => row, text: (row: string) => lines.get(row)!.join("\n"), frameAnchor: "left", textAnchor: "start", lineAnchor: "top", lineHeight: lineHeight / 12, dx: 3, dy: 4 - rowHeight / 2, fill: "var(--text)" }),
  ];
  return { margin: 10, above, rowHeight, marks: text };
}
