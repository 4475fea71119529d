// The timeline itself: what is shown, selected and asked for. Draws a frame whenever something changed, and only then.
import { fetchAnew, fetchJson } from "../../api/client";
import { fetchTiles, levelHolding, type TileAddress } from "../../api/tiles";
import type { Slice, TimelineReply } from "../../api/types";
import { paletteFor } from "../../palette";
import { axisSpan } from "../../reading";
import { href, renameLocation } from "../../router";
import { recall, recallInTab, recallList, recallNumber, remember, rememberInTab, rememberList } from "../../storage";
import { isDark } from "../../theme";
import { gapsWithin } from "../../ui/gaps";
import { prepareCanvas } from "../../ui/size";
import { axisTicks, drawHead, UTILISATION_LANE } from "./draw-head";
import { drawLanes, STW_LANE, type Pane, type Selected } from "./draw-lanes";
import { Scales } from "./draw-counters";
import { formatFragment, parseFragment } from "./fragment";
import { HEAD_HEIGHT, levelFor, tilesOver, type Frame } from "./frame";
import { hitCounter, hitSlices, sliceAt, type BucketHit, type Hit, type LaneHit } from "./hit";
import { GOROUTINES, type LaneList } from "./lane-list";
import { formatLaneView, parseLaneView, parseSection, PLAIN, toggled, type LaneView } from "./lane-view";
import { LanesShown } from "./lanes-shown";
import { HEADER_HEIGHT, type LaneRow, type Layout, type Row } from "./layout";
import { TileStore, WHOLE, type Wish } from "./tile-store";
import { Viewport, type Range } from "./viewport";

const URL_DELAY = 120; // ms; browsers limit how often the URL may change
const MINIMAP_TILES = 4;
const REACH = 4; // px: how near the pointer must be to a thin slice
const GAP_REACH = 2; // px
const ROOM = 300; // px above and below what is visible that are asked for, too
const MOST_PINNED = 0.5; // of the height: what is pinned beyond that is scrolled to

export interface TimelineEvents {
  readonly onSelect: (slice: Slice | null) => void;
  readonly onError: (message: string | null) => void;
  readonly onLayout: (height: number, scroll: number, top: number) => void;
  readonly onLaneView: (view: LaneView) => void;
  readonly onTools: (top: number | null) => void; // where the header of the goroutines is
}

export class Timeline {
  readonly view: Viewport;
  readonly store: TileStore;
  layout: Layout;
  private pinned: Layout;
  private pinnedScroll = 0;
  lanes: LaneView;
  left = recallNumber("timeline.names", 168);
  range: Range | null = null;
  slice: Slice | null = null;
  // Speeds of the keys held: zoom in powers of two and pan in widths, a second.
  readonly motion = { zoom: 0, pan: 0, scroll: 0, anchor: 0.5 };

  private readonly scales = new Scales();
  private readonly shown: LanesShown;
  private compact = recall("timeline.compact") === "yes";
  private selected: Selected | null = null;
  private selectionNumber = 0;
  private mark: number | null = null;
  private hovered: string | null = null;
  private awaited: number | null = null; // the goroutine whose life is to be shown
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
    this.lanes = this.readLanes();
    this.shown = new LanesShown(reply, {
      onLayout: () => this.relayout(),
      onRows: (list) => this.rowsCame(list),
      onError: (message) => events.onError(message),
    });
    this.layout = this.shown.layout(this.lanes, this.compact);
    this.pinned = this.shown.pinnedLayout(this.lanes, this.compact);
    this.readPlace(false);
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
    const same = reply === this.reply;
    this.reply = reply;
    this.shown.update(reply);
    this.view.setSpan(this.axisSpan(this.view.span));
    this.store.update(this.view.span, reply.reading ? { asOf: reply.span_ns, until: reply.reading.until_ns } : WHOLE);
    if (!same) this.relayout();
    this.invalidate();
  }

  private relayout(): void {
    this.layout = this.shown.layout(this.lanes, this.compact);
    this.pinned = this.shown.pinnedLayout(this.lanes, this.compact);
    this.scrollPinned(0);
    this.scrollTo(this.scroll);
  }

  // Rows are known now that a goroutine may be among that is to be shown.
  private rowsCame(list: LaneList): void {
    for (let i = 0; this.awaited !== null && i < Math.min(list.count, 1000); i++) {
      const goroutine = list.at(i)?.goroutine;
      if (goroutine?.id !== this.awaited) continue;
      this.awaited = null;
      this.view.fit(goroutine.start, goroutine.end);
    }
    this.invalidate();
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

  // Where the lanes begin that scroll: below the pinned ones.
  private get top(): number {
    const most = (this.height - HEAD_HEIGHT) * MOST_PINNED;
    return this.pinned.height === 0 ? HEAD_HEIGHT : HEAD_HEIGHT + Math.round(Math.min(this.pinned.height + 3, most));
  }

  scrollTo(top: number): void {
    this.scroll = Math.max(0, Math.min(Math.round(top), this.layout.height - (this.height - this.top)));
    this.events.onLayout(this.layout.height, this.scroll, this.top);
    this.invalidate();
  }

  private scrollPinned(by: number): void {
    this.pinnedScroll = Math.max(0, Math.min(this.pinnedScroll + by, this.pinned.height + 3 - (this.top - HEAD_HEIGHT)));
  }

  // Scrolls the lanes that are at a height.
  scrollAt(y: number, by: number): void {
    if (y >= this.top) this.scrollTo(this.scroll + by);
    else this.scrollPinned(by);
    this.invalidate();
  }

  private get panes(): Pane[] {
    const { top, height } = this;
    const main = { layout: this.layout, scroll: this.scroll, top, bottom: height };
    return top === HEAD_HEIGHT ? [main] : [main, { layout: this.pinned, scroll: this.pinnedScroll, top: HEAD_HEIGHT, bottom: top - 3 }];
  }

  rowAt(y: number): Row | null {
    const pane = this.panes.find(({ top, bottom }) => y >= top && y < bottom);
    if (!pane) return null;
    const sticky = pane.layout.sticky(pane.scroll);
    if (sticky && y < pane.top + sticky.shift + sticky.header.height) return sticky.header;
    const at = y - pane.top + pane.scroll;
    return pane.layout.between(at, at + 1)[0] ?? null;
  }

  private get ratio(): number {
    return window.devicePixelRatio || 1;
  }

  private get level(): number {
    return levelFor(this.view.target, this.plot, this.ratio);
  }

  // ---- What the user does

  // Other lanes, or others on top.
  setLanes(change: Partial<LaneView>): void {
    this.lanes = { ...this.lanes, ...change };
    if (change.folded) rememberList("timeline.folded", change.folded);
    rememberInTab("timeline.lanes", formatLaneView(this.lanes));
    this.relayout();
    this.events.onLaneView(this.lanes);
  }

  toggleFold(group: string): void {
    this.setLanes({ folded: toggled(this.lanes.folded, group) });
  }

  toggleFunction(name: string): void {
    this.setLanes({ open: toggled(this.lanes.open, name) });
  }

  isPinned(lane: string): boolean {
    return this.lanes.pinned.includes(lane);
  }

  togglePin(row: LaneRow): void {
    this.shown.learn(row.lane);
    this.setLanes({ pinned: toggled(this.lanes.pinned, row.lane.id) });
  }

  // The lane under the pointer, or else that of the selection.
  togglePinHere(): void {
    const id = this.hovered ?? this.selected?.lane;
    const row = id === undefined ? null : (this.layout.laneRow(id) ?? this.pinned.laneRow(id));
    if (row) this.togglePin(row);
  }

  // A goroutine's life, from its name.
  fitLife({ lane }: LaneRow): void {
    if (lane.kind !== "slices" || !lane.goroutine) return;
    this.view.fit(lane.goroutine.start, lane.goroutine.end);
    this.invalidate();
  }

  private scrollToLane(id: string): void {
    const row = this.pinned.laneRow(id) ? null : this.layout.laneRow(id);
    if (!row) return;
    const room = this.height - this.top - row.height;
    if (row.y - HEADER_HEIGHT < this.scroll) this.scrollTo(row.y - HEADER_HEIGHT);
    else if (row.y > this.scroll + room) this.scrollTo(row.y - room);
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
      if (reveal) {
        this.view.reveal(slice.start_ns, slice.start_ns + slice.duration_ns);
        this.scrollToLane(lane);
      }
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

  // What the query says; without one, what was shown last.
  private readLanes(): LaneView {
    const asked = parseLaneView(new URLSearchParams(location.search));
    const last = parseLaneView(new URLSearchParams(recallInTab("timeline.lanes") ?? ""));
    return asked ?? (last ? { ...last, goid: null } : { ...PLAIN, folded: recallList("timeline.folded") });
  }

  private readPlace(glide: boolean): void {
    const asked = this.readFragment(glide);
    this.awaited = asked ? null : this.lanes.goid;
  }

  // Somebody followed a link to here, or went back.
  readLocation(): void {
    this.lanes = this.readLanes();
    this.readPlace(true);
    this.relayout();
    this.events.onLaneView(this.lanes);
  }

  readFragment(glide: boolean): boolean {
    const range = parseFragment(location.hash) ?? parseSection(new URLSearchParams(location.search));
    if (!range) return false;
    if (glide) this.view.glideTo(range);
    else this.view.jumpTo(range);
    this.invalidate();
    return true;
  }

  private writeLocation(): void {
    clearTimeout(this.urlTimer);
    this.urlTimer = window.setTimeout(() => {
      const unknown = this.reply.reading && this.view.isWhole; // nobody knows yet where the whole ends
      const place = formatLaneView(this.lanes) + (unknown ? location.hash : formatFragment(this.view.target));
      if (!this.closed && location.search + location.hash !== place) renameLocation(location.pathname + place);
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
    this.writeLocation();
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
    const { panes, scales, selected, range, mark, hovered, lanes } = this;
    drawLanes(frame, { panes, scales, selected, range, mark, hovered, pinned: lanes.pinned }, scale);
    this.events.onTools(this.toolsTop());
    const procs = this.reply.lanes.filter((lane) => /^p\d+$/.test(lane.id)).length;
    drawHead(frame, scale, range, this.minimapLevel, Math.max(1, procs));
  }

  // Where the header of the goroutines is drawn; null: out of sight.
  private toolsTop(): number | null {
    const sticky = this.layout.sticky(this.scroll);
    if (sticky?.header.group === GOROUTINES) return this.top + sticky.shift;
    const header = this.layout.header(GOROUTINES);
    const y = header ? this.top + header.y - this.scroll : -1;
    return header && y >= this.top && y < this.height ? y : null;
  }

  // Asks for rows that are visible, or nearly. Returns the lanes in sight.
  private wishRows(): string[] {
    const [from, to] = [this.scroll, this.scroll + this.height - this.top];
    for (const { list, first, end } of this.layout.listsBetween(from - ROOM, to + ROOM)) list.want(first, end);
    const rows = this.panes.flatMap(({ layout, scroll, top, bottom }) => layout.between(scroll, scroll + bottom - top));
    for (const row of rows) if (row.kind === "note") row.wanted?.();
    return [...new Set(rows.filter((row): row is LaneRow => row.kind === "lane").map((row) => row.lane.id))];
  }

  // Asks for what the view will show when a glide under way has ended, and for the whole of each lane as a picture to fall back to.
  private wish(): void {
    const { span, target } = this.view;
    const lanes = this.wishRows();
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
    this.shown.close();
    cancelAnimationFrame(this.scheduled);
    clearTimeout(this.urlTimer);
  }
}
