// The picture of a timeline: lanes as pixels, and above them the axis, names, marks and arrows.

import { shorten } from "../format";
import { drawArrows } from "./arrows";
import { axisTicks, instant, type Tick } from "./axis";
import type { Colours } from "./colours";
import { inView, type Group } from "./lanes";
import { paintLane } from "./paint";
import type { Pixels } from "./pixels";
import { headingHeight, type Row, type Rows } from "./rows";
import type { View } from "./view";
import { shortActivities, shortNames } from "./words";

// In CSS pixels.
export interface Geometry {
  width: number;
  height: number;
  gutter: number; // for names
  axis: number; // for times
  top: number; // how far lanes are scrolled
}

export interface Hit {
  row: Row;
  span: number;
}

export interface Picture {
  groups: Group[];
  rows: Rows;
  view: View;
  place: Geometry;
  hit: Hit | null; // what the pointer is at
  range: View | null; // what is selected
  arrows: boolean;
}

export function xOf(time: number, view: View, place: Geometry): number {
  return place.gutter + ((time - view.begin) / (view.end - view.begin)) * (place.width - place.gutter);
}

const font = "11px system-ui, sans-serif";

class Drawing {
  private readonly ticks: Tick[];

  constructor(private readonly canvas: CanvasRenderingContext2D, private readonly picture: Picture, private readonly colours: Colours) {
    canvas.font = font;
    this.ticks = axisTicks(picture.view, picture.place.width - picture.place.gutter, (words) => canvas.measureText(words).width);
  }

  private x(time: number): number {
    return xOf(time, this.picture.view, this.picture.place);
  }
  private y(top: number): number {
    return this.picture.place.axis + top - this.picture.place.top;
  }
  private visible(top: number, height: number): boolean {
    return this.y(top) + height > this.picture.place.axis && this.y(top) < this.picture.place.height;
  }

  // The first of some texts that fits into a span, if any does.
  private word(texts: string[], left: number, right: number, row: Row): void {
    const text = texts.find((one) => this.canvas.measureText(one).width <= right - left - 8);
    if (text === undefined) return;
    this.canvas.textAlign = "left";
    this.canvas.fillText(text, left + 4, this.y(row.top) + row.height / 2 + 4);
  }

  names(): void {
    const { rows, place, groups, view } = this.picture;
    for (const row of rows.rows) {
      if (!this.visible(row.top, row.height)) continue;
      const { lane } = row;
      this.canvas.fillStyle = lane.kind === "messages" || lane.kind === "engine" ? this.colours.names.muted : this.colours.names.text;
      this.canvas.textAlign = "right";
      if (row.height >= 10) this.canvas.fillText(shorten(lane.name, Math.floor(place.gutter / 6.4)), place.gutter - 6, this.y(row.top) + row.height / 2 + 4);
      if ((lane.kind !== "device" && lane.kind !== "path") || row.height < 12) continue;
      const { first, end } = inView(lane, view);
      if (end - first > place.width / 12) continue;
      this.canvas.fillStyle = "#000";
      for (let i = first; i < end; ++i) {
        const [left, right] = [Math.max(place.gutter, this.x(lane.begins[i])), Math.min(place.width, this.x(lane.ends[i]))];
        if (right - left > 24) this.word((lane.kind === "path" ? shortActivities : shortNames)(lane, i, groups[row.group].data), left, right, row);
      }
    }
  }

  // A band for each iteration, and where each rank begins it a line on its device.
  iterations(): void {
    const { rows, view, place, groups } = this.picture;
    for (const row of rows.rows) {
      if (!this.visible(row.top, row.height)) continue;
      if (row.lane.kind === "iterations") this.bands(row);
      if (row.lane.kind !== "device") continue;
      const begins = groups[row.group].unpacked.iterations[row.lane.rank] ?? [];
      const marks = [...begins].filter((begin) => begin >= view.begin && begin <= view.end);
      if (marks.length > place.width / 12) continue;
      this.canvas.fillStyle = this.colours.names.text;
      for (const begin of marks) this.canvas.fillRect(this.x(begin) - 0.5, this.y(row.top) - 1, 1, row.height + 2);
    }
  }
  private bands(row: Row): void {
    const { view, place } = this.picture;
    const { lane } = row;
    const { first, end } = inView(lane, view);
    this.canvas.fillStyle = this.colours.names.muted;
    if (end - first > place.width / 6) return this.word([`${lane.begins.length} in all; zoom in to see each`], place.gutter, place.width, row);
    for (let i = first; i < end; ++i) {
      const [left, right] = [Math.max(place.gutter, this.x(lane.begins[i])), Math.min(place.width, this.x(lane.ends[i]))];
      const number = String(lane.columns[0][i]);
      this.canvas.fillStyle = this.colours.names.line;
      if (lane.columns[0][i] % 2 === 1) this.canvas.fillRect(left, this.y(row.top), right - left, row.height);
      this.canvas.fillStyle = this.colours.names.text;
      this.canvas.fillRect(left, this.y(row.top), 1, row.height);
      this.word([`iteration ${number}`, number], left, right, row);
    }
  }

  // The name of each algorithm, and from when on it has finished.
  headings(): void {
    const { rows, groups, place, view } = this.picture;
    for (const { label, group, top } of rows.headings) {
      if (!this.visible(top, headingHeight)) continue;
      this.canvas.fillStyle = this.colours.names.text;
      this.canvas.font = `600 12px system-ui, sans-serif`;
      this.canvas.textAlign = "left";
      this.canvas.fillText(label, 2, this.y(top) + 16);
      this.canvas.font = font;
      this.canvas.fillStyle = this.colours.names.line;
      if (group > 0) this.canvas.fillRect(0, this.y(top), place.width, 1);
    }
    rows.ends.forEach(({ top, bottom }, group) => {
      const end = groups[group].data.makespan_s;
      if (end >= view.end || end < view.begin) return;
      const at = this.x(end);
      this.canvas.fillStyle = this.colours.names.text;
      this.canvas.fillRect(at, this.y(top), 1, bottom - top);
      this.canvas.textAlign = place.width - at > 130 ? "left" : "right";
      this.canvas.fillText(`ends at ${instant(end, end / 1000)}`, at + (place.width - at > 130 ? 5 : -5), this.y(top) + 16);
    });
  }

  // An outline of the span at the pointer.
  hit(): void {
    const { hit, place } = this.picture;
    if (hit === null) return;
    const { lane, top, height } = hit.row;
    const [left, right] = [Math.max(place.gutter, this.x(lane.begins[hit.span])), Math.min(place.width, this.x(lane.ends[hit.span]))];
    this.canvas.strokeStyle = this.colours.names.text;
    this.canvas.lineWidth = 1.5;
    this.canvas.strokeRect(left, this.y(top), Math.max(2, right - left), height);
  }

  axis(): void {
    const { place } = this.picture;
    this.canvas.fillStyle = this.colours.names.surface;
    this.canvas.fillRect(0, 0, place.width, place.axis);
    this.canvas.textAlign = "center";
    for (const { time, label } of this.ticks) {
      const at = this.x(time);
      const half = this.canvas.measureText(label).width / 2;
      this.canvas.fillStyle = this.colours.names.muted;
      this.canvas.fillRect(at, place.axis - 5, 1, 5);
      this.canvas.fillStyle = this.colours.names.text;
      this.canvas.fillText(label, Math.min(Math.max(at, place.gutter + half), place.width - half - 2), place.axis - 9);
    }
  }
  grid(): void {
    const { place, rows } = this.picture;
    this.canvas.fillStyle = this.colours.names.line;
    for (const { time } of this.ticks) this.canvas.fillRect(this.x(time), place.axis, 1, Math.min(place.height, this.y(rows.height)) - place.axis);
  }

  range(): void {
    const { range, place, view } = this.picture;
    if (range === null || range.end < view.begin || range.begin > view.end) return;
    const [left, right] = [Math.max(place.gutter, this.x(range.begin)), Math.min(place.width, this.x(range.end))];
    this.canvas.fillStyle = this.colours.names.accent;
    this.canvas.globalAlpha = 0.14;
    this.canvas.fillRect(left, 0, right - left, place.height);
    this.canvas.globalAlpha = 1;
    for (const at of [left, right]) this.canvas.fillRect(Math.round(at) - 0.5, 0, 1, place.height);
  }

  all(): void {
    const { place } = this.picture;
    this.canvas.save();
    this.canvas.beginPath();
    this.canvas.rect(0, place.axis, place.width, place.height - place.axis);
    this.canvas.clip();
    this.canvas.globalCompositeOperation = "destination-over";
    this.grid();
    this.canvas.globalCompositeOperation = "source-over";
    this.iterations();
    this.names();
    this.headings();
    drawArrows(this.canvas, this.picture, this.colours, (time) => this.x(time), (top) => this.y(top));
    this.hit();
    this.canvas.restore();
    this.axis();
    this.range();
  }
}

// Returns how many columns of pixels hold anything, of all lanes.
export function drawTimeline(canvas: CanvasRenderingContext2D, pixels: Pixels, picture: Picture, colours: Colours, sharp: number): number {
  const { place, rows, view } = picture;
  pixels.clear(colours.nothing);
  const left = Math.round(place.gutter * sharp);
  let drawn = 0;
  for (const row of rows.rows) {
    const top = Math.round((place.axis + row.top - place.top) * sharp);
    const height = Math.round(row.height * sharp);
    if (top + height < place.axis * sharp || top > place.height * sharp) continue;
    drawn += paintLane(pixels, row.lane, view, { left, top, width: pixels.width - left, height }, colours, sharp);
  }
  canvas.setTransform(1, 0, 0, 1, 0, 0);
  pixels.show(canvas);
  canvas.setTransform(sharp, 0, 0, sharp, 0, 0);
  new Drawing(canvas, picture, colours).all();
  return drawn;
}
