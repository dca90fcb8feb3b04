// A timeline: one algorithm, or some below each other on one axis. It holds what is in view and what
// is selected, and draws when either changes. Other runs take the place of these on the same canvas:
// fresh memory for pictures takes longer than drawing them.

import { h } from "../dom";
import { seconds } from "../format";
import { instant } from "./axis";
import { coloursOf, type Colours } from "./colours";
import { drawTimeline, type Geometry, type Hit, type Picture } from "./draw";
import { GestureReader, type Gestures } from "./gestures";
import { spanAt, type Group } from "./lanes";
import { Overview } from "./overview";
import { Pixels } from "./pixels";
import { rowsOf, type Row, type Rows } from "./rows";
import { Tooltip } from "./tooltip";
import { totalsTable } from "./totals";
import { clamped, panned, zoomed, type View } from "./view";
import { gapWords, spanWords, stretchWords } from "./words";

const mostHeight = 640;
const axis = 24;

// What a link to the page tells of a timeline.
export interface Place {
  view: View | null; // null: the whole run
  range: View | null;
}

export class Timeline implements Gestures {
  readonly canvas = h("canvas", { class: "lanes", tabindex: 0, role: "img", "aria-describedby": "timeline-help" });
  readonly reading = h("p", { class: "reading", "aria-live": "polite" });
  readonly selected = h("div", { class: "selected", hidden: true });
  readonly note = h("p", { class: "help rows" });
  readonly element: HTMLElement;
  readonly overview: Overview;
  arrows = true;
  private readonly spacer = h("div");
  private readonly scroller = h("div", { class: "lanes-scroll" }, this.canvas, this.spacer);
  private readonly tooltip = new Tooltip();
  private groups: Group[] = [];
  private whole = 0;
  private rows: Rows = rowsOf([], mostHeight - axis, false);
  private allRows = false;
  private view: View = { begin: 0, end: 0 };
  private range: View | null;
  private hit: Hit | null = null;
  private pixels = new Pixels(1, 1);
  private known: Colours | null = null; // of the theme
  private place: Geometry = { width: 0, height: 0, gutter: 0, axis, top: 0 };
  private waiting = false;

  constructor(groups: Group[], private asked: Place, private readonly moved: (place: Place) => void) {
    this.range = asked.range;
    this.overview = new Overview(() => this.place.gutter, () => this.colours(), (view) => this.show(view), this);
    this.take(groups);
    new GestureReader(this.canvas, this, axis, () => this.place.width - this.place.gutter);
    this.scroller.addEventListener("scroll", () => this.scrolled());
    this.element = h("div", { class: "lanes-place" }, this.scroller, this.tooltip.element);
    new ResizeObserver(() => this.resize()).observe(this.scroller);
    this.showTotals();
  }

  // Shows other runs, at once where it has been drawn before.
  follow(groups: Group[]): void {
    this.hit = null;
    this.tooltip.hide();
    this.take(groups);
    this.showTotals();
    if (this.place.width > 0) this.lay(this.place.width);
  }
  // As far as the view that was asked for is within these runs, it is what is shown.
  private take(groups: Group[]): void {
    this.groups = groups;
    this.whole = Math.max(...groups.map(({ data }) => data.makespan_s));
    this.rows = rowsOf(groups, mostHeight - axis, this.allRows);
    this.view = clamped(this.asked.view ?? { begin: 0, end: this.whole }, this.whole);
    this.overview.take(groups, this.whole);
    const words = `timeline of ${groups.map(({ label, data }) => `${label}, ${data.ranks.length} ranks, ${seconds(data.makespan_s)}`).join("; ")}`;
    this.canvas.setAttribute("aria-label", words);
  }

  showAllRows(all: boolean): void {
    this.allRows = all;
    this.rows = rowsOf(this.groups, mostHeight - axis, all);
    this.scroller.scrollTop = this.place.top = 0;
    if (this.scroller.clientWidth > 0) this.lay(this.scroller.clientWidth);
  }

  zoom(factor: number, x?: number): void {
    this.show(zoomed(this.view, factor, x === undefined ? (this.view.begin + this.view.end) / 2 : this.timeAt(x), this.whole));
  }
  pan(share: number): void {
    this.show(panned(this.view, share, this.whole));
  }
  reset(): void {
    this.show({ begin: 0, end: this.whole });
  }
  scroll(pixels: number): void {
    this.scroller.scrollTop += pixels;
  }
  select(from: number, to: number | null): void {
    if (to === null) return;
    const [begin, end] = [this.timeAt(Math.min(from, to)), this.timeAt(Math.max(from, to))];
    this.range = end > begin ? { begin, end } : null;
    this.selectionChanged();
  }
  unselect(): void {
    this.range = null;
    this.selectionChanged();
  }
  zoomToSelection(): void {
    if (this.range !== null) this.show(this.range);
  }
  leave(): void {
    this.tooltip.hide();
    this.hit = null;
    this.redraw();
  }

  // What is at the pointer: a span, or where several share a pixel, how they do.
  point(x: number, y: number): void {
    const row = this.rowAt(y);
    this.canvas.style.cursor = y < axis ? "col-resize" : "grab";
    if (row === undefined || x < this.place.gutter) return this.leave();
    const time = this.timeAt(x);
    const pixel = (this.view.end - this.view.begin) / (this.place.width - this.place.gutter);
    const { data } = this.groups[row.group];
    const span = spanAt(row.lane, time, pixel);
    const isWide = span !== null && row.lane.ends[span] - row.lane.begins[span] >= 2 * pixel;
    const hasShares = row.lane.shares.kinds.length > 0;
    if (time > data.makespan_s || (span === null && !hasShares)) return this.leave();
    const words =
      span === null ? gapWords(row.lane, time, data, pixel)
      : isWide || !hasShares ? spanWords(row.lane, span, data, pixel)
      : stretchWords(row.lane, Math.max(0, time - pixel), Math.min(data.makespan_s, time + pixel), data, pixel);
    this.hit = span !== null && isWide ? { row, span } : null;
    this.tooltip.show(words, x, y, this.place.width, this.place.height);
    this.redraw();
  }

  redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }
  // After a change of theme.
  repaint(): void {
    this.known = null;
    this.overview.paint();
    this.redraw();
  }

  show(view: View): void {
    this.view = clamped(view, this.whole);
    this.tell();
    this.redraw();
    this.tellPlace();
  }

  private linked(): Place {
    const isWhole = this.view.begin === 0 && this.view.end === this.whole;
    return { view: isWhole ? null : this.view, range: this.range };
  }
  private tellPlace(): void {
    this.asked = this.linked();
    this.moved(this.asked);
  }
  private tell(): void {
    const step = (this.view.end - this.view.begin) / 100;
    const words = `In view: ${instant(this.view.begin, step)} to ${instant(this.view.end, step)}, ${seconds(this.view.end - this.view.begin)}.`;
    if (this.reading.textContent !== words) this.reading.textContent = words;
  }
  private selectionChanged(): void {
    this.showTotals();
    this.redraw();
    this.tellPlace();
  }
  private showTotals(): void {
    this.selected.hidden = this.range === null;
    if (this.range === null) return this.selected.replaceChildren();
    const { begin, end } = this.range;
    const step = (end - begin) / 100;
    this.selected.replaceChildren(
      h("p", {}, h("strong", {}, `Selected: ${instant(begin, step)} to ${instant(end, step)}, ${seconds(end - begin)}`), ". Time is that of all ranks together; messages are those that arrive in it."),
      h("div", { class: "scroll", tabindex: 0 }, totalsTable(this.groups, this.range)),
    );
  }

  private resize(): void {
    const width = this.scroller.clientWidth;
    if (width > 0 && width !== this.place.width) this.lay(width);
  }
  // The canvas keeps its size, and so its memory, as long as it can.
  private lay(width: number): void {
    const whole = axis + this.rows.height + 4;
    const height = Math.min(mostHeight, whole);
    const sharp = window.devicePixelRatio || 1;
    if (width !== this.place.width || height !== this.place.height) {
      this.place = { ...this.place, width, height, gutter: width < 500 ? 66 : 120 };
      this.pixels = this.pixels.ofSize(Math.round(width * sharp), Math.round(height * sharp), this.canvas);
      this.canvas.style.height = this.scroller.style.height = `${height}px`;
    }
    this.spacer.style.height = `${whole - height}px`;
    this.tellRows();
    this.overview.paint();
    this.draw();
    this.tell();
  }
  private tellRows(): void {
    const { ranks, links } = this.rows;
    const missing = [
      ranks.shown < ranks.all ? `${ranks.shown} of ${ranks.all} ranks, the first and the last among them` : "",
      links.shown < links.all ? `${links.shown} of ${links.all} links${links.shown > 0 ? ", the busiest" : ""}` : "",
    ].filter((words) => words !== "");
    const words = missing.length > 0 ? `Shown: ${missing.join("; ")}. “All rows” shows the others, and scrolls.` : "";
    if (this.note.textContent !== words) this.note.textContent = words;
  }
  private scrolled(): void {
    this.place.top = this.scroller.scrollTop;
    this.redraw();
  }

  private draw(): void {
    const canvas = this.canvas.getContext("2d");
    if (canvas === null || this.place.width === 0) return;
    const begin = performance.now();
    const picture: Picture = { groups: this.groups, rows: this.rows, view: this.view, place: this.place, hit: this.hit, range: this.range, arrows: this.arrows };
    const drawn = drawTimeline(canvas, this.pixels, picture, this.colours(), window.devicePixelRatio || 1);
    this.overview.draw(this.view, this.range);
    Object.assign(this.canvas.dataset, {
      begin: String(this.view.begin),
      end: String(this.view.end),
      drawn: String(drawn),
      rows: this.rows.rows.map((row) => row.lane.name).join("\n"),
      tops: this.rows.rows.map((row) => axis + row.top - this.place.top).join(" "),
      milliseconds: (performance.now() - begin).toFixed(2),
    });
  }

  private colours(): Colours {
    this.known ??= coloursOf(this.canvas);
    return this.known;
  }
  private timeAt(x: number): number {
    const share = (x - this.place.gutter) / Math.max(1, this.place.width - this.place.gutter);
    return this.view.begin + Math.min(1, Math.max(0, share)) * (this.view.end - this.view.begin);
  }
  private rowAt(y: number): Row | undefined {
    const under = y - axis + this.place.top;
    return y < axis ? undefined : this.rows.rows.find((row) => under >= row.top - 1 && under < row.top + row.height + 1);
  }
}
