// The timeline itself: what is shown, selected and asked for. Draws a frame whenever something changed, and only then.
import { fetchAnew, fetchJson } from "../../api/client";
import { fetchTiles, levelHolding, type TileAddress } from "../../api/tiles";
import type { Slice, TimelineReply } from "../../api/types";
import { paletteFor } from "../../palette";
import { axisSpan } from "../../reading";
import { href } from "../../router";
import { recall, recallList, recallNumber, remember, rememberList } from "../../storage";
import { isDark } from "../../theme";
import { gapsWithin } from "../../ui/gaps";
import { prepareCanvas } from "../../ui/size";
import { axisTicks, drawHead, UTILISATION_LANE } from "./draw-head";
import { drawLanes, STW_LANE, type Selected } from "./draw-lanes";
import { Scales } from "./draw-counters";
import { formatFragment, parseFragment } from "./fragment";
import { HEAD_HEIGHT, levelFor, tilesOver, type Frame } from "./frame";
import { hitCounter, hitSlices, sliceAt, type BucketHit, type Hit, type LaneHit } from "./hit";
import { Layout, type LaneRow, type Row } from "./layout";
import { TileStore, WHOLE, type Wish } from "./tile-store";
import { Viewport, type Range } from "./viewport";

const URL_DELAY = 120; // ms; browsers limit how often the URL may change
const MINIMAP_TILES = 4;
const REACH = 4; // px: how near the pointer must be to a thin slice
const GAP_REACH = 2; // px

export interface TimelineEvents {
  readonly onSelect: (slice: Slice | null) => void;
  readonly onError: (message: string | null) => void;
  readonly onLayout: (height: number, scroll: number) => void;
}

export class Timeline {
  readonly view: Viewport;
  readonly store: TileStore;
  layout: Layout;
  left = recallNumber("timeline.names", 168);
  range: Range | null = null;
  slice: Slice | null = null;
  // Speeds of the keys held: zoom in powers of two and pan in widths, a second.
  readonly motion = { zoom: 0, pan: 0, scroll: 0, anchor: 0.5 };

  private readonly scales = new Scales();
  private readonly folded = new Set(recallList("timeline.folded"));
  private compact = recall("timeline.compact") === "yes";
  private selected: Selected | null = null;
  private selectionNumber = 0;
  private mark: number | null = null;
  private hovered: string | null = null;
  private scroll = 0;
  private width = 0;
  private height = 0;
  private scheduled = 0;
  private lastFrame = 0;
  private urlTimer = 0;
  private closed = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private reply: TimelineReply,
    private readonly events: TimelineEvents,
  ) {
    this.view = new Viewport(this.axisSpan(0));
    this.store = new TileStore(this.view.span, (error) => {
      events.onError(error);
      this.invalidate();
    });
    this.layout = this.makeLayout();
    this.readFragment(false);
    this.update(reply);
  }

  // A stretch that the URL asks for may not have been read yet.
  private axisSpan(before: number): number {
    const { reading, span_ns: span } = this.reply;
    const asked = reading ? parseFragment(location.hash) : null;
    return Math.max(axisSpan(reading, span, before), asked ? asked.start + asked.width : 0);
  }

  // More of the trace has been read.
  update(reply: TimelineReply): void {
    const { lanes } = this.reply;
    this.reply = reply;
    this.view.setSpan(this.axisSpan(this.view.span));
    this.store.update(this.view.span, reply.reading ? { asOf: reply.span_ns, until: reply.reading.until_ns } : WHOLE);
    if (lanes.length !== reply.lanes.length) this.relayout();
    this.invalidate();
  }

  private makeLayout(): Layout {
    const drawn = this.reply.lanes.filter((lane) => lane.id !== UTILISATION_LANE);
    return new Layout(drawn, this.folded, this.compact);
  }

  private relayout(): void {
    this.layout = this.makeLayout();
    this.scrollTo(this.scroll);
  }

  // ---- Geometry

  get plot(): number {
    return Math.max(1, this.width - this.left);
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.left = Math.max(80, Math.min(this.left, width / 2));
    this.scrollTo(this.scroll);
  }

  setLeft(left: number): void {
    this.left = Math.round(Math.max(80, Math.min(left, this.width / 2)));
    remember("timeline.names", String(this.left));
    this.invalidate();
  }

  timeAt(x: number): number {
    return this.view.start + ((x - this.left) / this.plot) * this.view.width;
  }

  anchorAt(x: number): number {
    return Math.max(0, Math.min(1, (x - this.left) / this.plot));
  }

  // Where a position on the minimap lies in the trace.
  minimapTime(x: number): number {
    return ((x - this.left) / this.plot) * this.view.span;
  }

  get scrollTop(): number {
    return this.scroll;
  }

  scrollTo(top: number): void {
    this.scroll = Math.max(0, Math.min(Math.round(top), this.layout.height - (this.height - HEAD_HEIGHT)));
    this.events.onLayout(this.layout.height, this.scroll);
    this.invalidate();
  }

  rowAt(y: number): Row | null {
    if (y < HEAD_HEIGHT) return null;
    const sticky = this.layout.sticky(this.scroll);
    if (sticky && y < HEAD_HEIGHT + sticky.shift + sticky.header.height) return sticky.header;
    const at = y - HEAD_HEIGHT + this.scroll;
    return this.layout.between(at, at + 1)[0] ?? null;
  }

  private get ratio(): number {
    return window.devicePixelRatio || 1;
  }

  private get level(): number {
    return levelFor(this.view.target, this.plot, this.ratio);
  }

  // ---- What the user does

  toggleFold(group: string): void {
    if (!this.folded.delete(group)) this.folded.add(group);
    rememberList("timeline.folded", this.folded);
    this.relayout();
  }

  toggleCompact(): void {
    this.compact = !this.compact;
    remember("timeline.compact", this.compact ? "yes" : "no");
    this.relayout();
  }

  showAll(): void {
    this.view.glideTo({ start: 0, width: this.view.span });
    this.invalidate();
  }

  fitSelection(): void {
    if (this.range) this.view.fit(this.range.start, this.range.start + this.range.width);
    else if (this.selected) this.view.fit(this.selected.start, this.selected.start + this.selected.duration);
    this.invalidate();
  }

  setRange(range: Range | null): void {
    this.range = range;
    this.invalidate();
  }

  setHovered(lane: string | null): void {
    if (lane === this.hovered) return;
    this.hovered = lane;
    this.invalidate();
  }

  // Shows a moment in the middle and marks it.
  centre(time: number): void {
    this.mark = time;
    const { width } = this.view.target;
    this.view.glideTo({ start: time - width / 2, width });
    this.invalidate();
  }

  clear(): void {
    this.selectionNumber++;
    this.range = this.selected = this.mark = this.slice = null;
    this.events.onSelect(null);
    this.invalidate();
  }

  async select(lane: string, index: number, reveal: boolean): Promise<void> {
    const number = ++this.selectionNumber;
    try {
      const path = href("/api/slice", { lane, index: String(index) });
      // The last slice of a goroutine may get a successor.
      const slice = await (this.reply.reading ? fetchAnew<Slice>(path) : fetchJson<Slice>(path));
      if (number !== this.selectionNumber || this.closed) return;
      this.slice = slice;
      this.mark = null;
      this.selected = { lane, index, start: slice.start_ns, duration: slice.duration_ns, state: slice.state };
      if (reveal) this.view.reveal(slice.start_ns, slice.start_ns + slice.duration_ns);
      this.events.onSelect(slice);
    } catch (error) {
      this.events.onError((error as Error).message);
    }
    this.invalidate();
  }

  step(direction: "previous" | "next"): void {
    const index = this.slice?.[direction];
    if (this.slice && index !== null && index !== undefined) void this.select(this.slice.lane, index, true);
  }

  // What the pointer is told of: within a gap, that nothing is known.
  hit(x: number, y: number): Hit | null {
    if (x < this.left || this.rowAt(y)?.kind !== "lane") return null;
    const missing = gapsWithin(this.reply.gaps, this.timeAt(x - GAP_REACH), this.timeAt(x + GAP_REACH));
    return missing ? { kind: "gap", ...missing } : this.laneHit(x, y);
  }

  private laneHit(x: number, y: number): LaneHit | null {
    const row = this.rowAt(y);
    if (row?.kind !== "lane" || x < this.left) return null;
    const time = this.timeAt(x);
    const { lane } = row;
    if (lane.kind === "counter") return hitCounter(this.store, lane, this.level, time);
    return hitSlices(this.store, lane, this.level, time, (REACH * this.view.width) / this.plot);
  }

  async selectAt(x: number, y: number): Promise<void> {
    const hit = this.laneHit(x, y);
    if (hit?.kind === "slice") await this.select(hit.lane.id, hit.index, false);
    else if (hit?.kind === "bucket") await this.selectWithin(hit, this.timeAt(x));
    else if (hit === null) this.clear();
  }

  // Slices too dense to be told apart here: looks closer, until the one under the pointer is known.
  private async selectWithin({ lane, width }: BucketHit, time: number): Promise<void> {
    for (let level = Math.max(0, this.level - 4); ; level = Math.max(0, level - 4)) {
      const [k] = tilesOver({ start: time, width: 0 }, level, this.view.span);
      const [tile] = await fetchTiles(level, [[lane.id, k]]);
      if (tile.kind === "exact") {
        const found = sliceAt(lane, tile, time, width * 4);
        if (found) await this.select(lane.id, found.index, false);
        return;
      }
      if (tile.kind !== "dense" || level === 0) return;
    }
  }

  // ---- The URL

  readFragment(glide: boolean): void {
    const range = parseFragment(location.hash);
    if (!range) return;
    if (glide) this.view.glideTo(range);
    else this.view.jumpTo(range);
    this.invalidate();
  }

  private writeFragment(): void {
    clearTimeout(this.urlTimer);
    if (this.reply.reading && this.view.isWhole) return; // nobody knows yet where the whole ends
    this.urlTimer = window.setTimeout(() => {
      const fragment = formatFragment(this.view.target);
      if (!this.closed && location.hash !== fragment) history.replaceState(history.state, "", fragment);
    }, URL_DELAY);
  }

  // ---- Frames

  invalidate(): void {
    if (this.scheduled === 0 && !this.closed) this.scheduled = requestAnimationFrame((now) => this.frame(now));
  }

  private move(elapsed: number): boolean {
    const { motion, view } = this;
    const seconds = elapsed / 1000;
    if (motion.zoom !== 0) view.zoom(2 ** (motion.zoom * seconds), motion.anchor);
    if (motion.pan !== 0) view.pan(motion.pan * seconds);
    if (motion.scroll !== 0) this.scrollTo(this.scroll + motion.scroll * seconds);
    const held = motion.zoom !== 0 || motion.pan !== 0 || motion.scroll !== 0;
    return view.step(elapsed, this.plot * this.ratio) || held;
  }

  private frame(now: number): void {
    this.scheduled = 0;
    // After a pause the first frame moves on at once, by one frame's time.
    const elapsed = Math.min(50, now - this.lastFrame > 100 ? 16 : now - this.lastFrame);
    this.lastFrame = now;
    const moving = this.move(elapsed);
    this.draw();
    this.wish();
    this.writeFragment();
    if (moving) this.invalidate();
  }

  private get minimapLevel(): number {
    return levelHolding(this.view.span, MINIMAP_TILES);
  }

  private draw(): void {
    if (this.width === 0) return;
    const frame: Frame = {
      context: prepareCanvas(this.canvas, this.width, this.height),
      ratio: this.ratio,
      width: this.width,
      height: this.height,
      left: this.left,
      plot: this.plot,
      palette: paletteFor(isDark()),
      view: this.view,
      level: levelFor(this.view, this.plot, this.ratio),
      timeline: this.reply,
      store: this.store,
    };
    const scale = axisTicks(frame);
    const { layout, scroll, scales, selected, range, mark, hovered } = this;
    drawLanes(frame, { layout, scroll, scales, selected, range, mark, hovered }, scale);
    const procs = this.reply.lanes.filter((lane) => /^p\d+$/.test(lane.id)).length;
    drawHead(frame, scale, range, this.minimapLevel, Math.max(1, procs));
  }

  // Asks for what the view will show when a glide under way has ended, and for the whole of each lane as a picture to fall back to.
  private wish(): void {
    const { span, target } = this.view;
    const rows = this.layout.between(this.scroll, this.scroll + this.height - HEAD_HEIGHT);
    const lanes = rows.filter((row): row is LaneRow => row.kind === "lane").map((row) => row.lane.id);
    if (!lanes.includes(STW_LANE) && this.reply.lanes.some((lane) => lane.id === STW_LANE)) lanes.push(STW_LANE);
    const all = (level: number, tiles: number[]): Wish => ({ level, tiles: tiles.flatMap((k) => lanes.map((lane): TileAddress => [lane, k])) });
    const minimap = tilesOver({ start: 0, width: span }, this.minimapLevel, span).map((k): TileAddress => [UTILISATION_LANE, k]);
    this.store.wish([
      all(this.level, tilesOver(target, this.level, span)),
      { level: this.minimapLevel, tiles: minimap },
      all(levelHolding(span), [0]),
    ]);
  }

  close(): void {
    this.closed = true;
    this.store.close();
    cancelAnimationFrame(this.scheduled);
    clearTimeout(this.urlTimer);
  }
}
