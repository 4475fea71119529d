// The timeline itself: what is shown, selected and asked for. Draws a frame whenever something changed, and only then.
import { fetchAnew, fetchJson } from "../../api/client";
import { fetchStep } from "../../api/search";
import { levelHolding, type TileAddress } from "../../api/tiles";
import type { SliceArrows, SliceEnd } from "../../api/arrows";
import type { Slice, TimelineReply } from "../../api/types";
import { paletteFor } from "../../palette";
import { axisSpan } from "../../reading";
import { href } from "../../router";
import { recall, recallNumber, remember, rememberInTab, rememberList } from "../../storage";
import { isDark } from "../../theme";
import { gapsWithin } from "../../ui/gaps";
import { prepareCanvas } from "../../ui/size";
import { Arrows } from "./arrows";
import { drawArrows } from "./draw-arrows";
import { drawBox, type Box } from "./draw-box";
import { axisTicks, drawHead, UTILISATION_LANE } from "./draw-head";
import { drawLanes, type Selected } from "./draw-lanes";
import { Scales } from "./draw-counters";
import { SAMPLE_HEIGHT } from "./draw-marks";
import { STW_LANE } from "./draw-stops";
import { AddressWriter, askedLanes, askedSearch } from "./address";
import { parseFragment } from "./fragment";
import { Brush, HEAD_HEIGHT, levelFor, tilesOver, type Frame } from "./frame";
import { MoveHistory, samePlace, sameView, type Place } from "./history";
import { findSlice, hitCounter, hitMarks, hitSlices, type Hit, type LaneHit } from "./hit";
import { GOROUTINES, type LaneList } from "./lane-list";
import { foldsOut, ownerOf } from "./below";
import { foldToggled, formatLaneView, MOST_BELOW, taskAskedFor, toggled, type LaneView } from "./lane-view";
import { LanesShown } from "./lanes-shown";
import type { LaneRow, Row } from "./layout";
import { Panes } from "./panes";
import { drawMarks, SearchMarks } from "./search-marks";
import { parseSpan, wholeSpan } from "./span";
import { TileStore, WHOLE, type Wish } from "./tile-store";
import { Viewport, type Range } from "./viewport";

const MINIMAP_TILES = 4;
const REACH = 4; // px: how near the pointer must be to a thin slice
const GAP_REACH = 2; // px
const PAINTING = 4; // ms of a frame that may pass from its first new picture to the begin of its last
const ROOM = 300; // px above and below what is visible that are asked for, too

export interface TimelineEvents {
  readonly onSelect: (slice: Slice | null) => void;
  readonly onArrows: (ofSelection: SliceArrows | null, drawn: number, count: number) => void;
  readonly onSpan: (span: Range | null) => void; // that was settled on
  readonly onError: (message: string | null) => void;
  readonly onLayout: (height: number, scroll: number, top: number) => void;
  readonly onLaneView: (view: LaneView) => void;
  readonly onTools: (top: number | null) => void; // where the header of the goroutines is
}

const NARROW = 700; // px: names take less of a window below that

export class Timeline {
  readonly view: Viewport;
  readonly store: TileStore;
  private readonly panes: Panes;
  lanes: LaneView;
  left = 168;
  private wanted = recallNumber("timeline.names", 168); // the width of names where there is room for it
  range: Range | null = null;
  private settled: Range | null = null; // the range that is looked into, and in the URL
  slice: Slice | null = null;
  box: Box | null = null; // that is being drawn, to zoom to
  // Speeds of the keys held: zoom in powers of two and pan in widths, a second.
  readonly motion = { zoom: 0, pan: 0, scroll: 0, anchor: 0.5 };

  private readonly marks = new SearchMarks(() => this.invalidate());
  private readonly scales = new Scales();
  private readonly shown: LanesShown;
  private readonly arrows: Arrows;
  private readonly moves: MoveHistory<Place>;
  private compact = recall("timeline.compact") === "yes";
  private selected: Selected | null = null;
  private selectionNumber = 0;
  private mark: number | null = null;
  private hovered: string | null = null;
  private awaited: number | null = null; // the goroutine whose life is to be shown
  private awaitedTask: number | null = null; // likewise
  private width = 0;
  private scheduled = 0;
  private lastFrame = 0;
  private readonly address = new AddressWriter(() => this.addressed);
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
    this.lanes = askedLanes();
    this.arrows = new Arrows({
      onArrows: () => {
        const { ofSelection, inView, count } = this.arrows;
        events.onArrows(ofSelection, inView.length, count);
        this.invalidate();
      },
      onError: (message) => events.onError(message),
    });
    this.range = this.settled = parseSpan(new URLSearchParams(location.search));
    this.marks.seek(askedSearch());
    this.shown = new LanesShown(reply, {
      onLayout: () => this.relayout(),
      onRows: (list) => this.rowsCame(list),
      onError: (message) => events.onError(message),
    });
    this.panes = new Panes(this.shown.layout(this.lanes, this.compact), this.shown.pinnedLayout(this.lanes, this.compact));
    this.readPlace(false);
    this.moves = new MoveHistory(this.place, samePlace);
    this.update(reply);
  }

  // ---- Undo

  private get place(): Place {
    const { view, lanes, compact } = this;
    return { range: view.target, whole: view.isWhole, scroll: this.panes.scroll, lanes, compact };
  }

  private goTo(place: Place | null): void {
    if (!place) return;
    this.compact = place.compact;
    this.view.glideTo(place.whole ? { start: 0, width: this.view.span } : place.range);
    this.lanesAre(place.lanes);
    this.scrollTo(place.scroll);
    this.moves.settle(this.place);
  }

  undo(): void {
    this.moves.note(this.place, performance.now());
    this.goTo(this.moves.undo());
  }

  redo(): void {
    this.goTo(this.moves.redo());
  }

  // A key or button went down: all that moves until it comes up is one move.
  beginGesture(): void {
    this.moves.note(this.place, performance.now());
    this.moves.beginGesture();
  }

  endGesture(): void {
    this.moves.note(this.place, performance.now());
    this.moves.endGesture();
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
    this.panes.layout = this.shown.layout(this.lanes, this.compact);
    this.panes.pinned = this.shown.pinnedLayout(this.lanes, this.compact);
    this.panes.scrollPinned(0);
    this.scrollTo(this.panes.scroll);
    // Lanes that came or went may have scrolled what is shown: nobody moved it.
    const { place, moves } = this;
    if (moves && sameView(place, moves.place)) moves.settle(place);
    this.showAwaitedTask();
  }

  // Its life, as soon as that is known.
  private showAwaitedTask(): void {
    const task = this.awaitedTask === null ? null : this.shown.taskSpan(this.awaitedTask);
    if (!task) return;
    this.awaitedTask = null;
    this.view.fit(task.start, task.end);
    this.scrollToLane(task.lane);
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
    this.panes.height = height;
    this.left = Math.round(Math.max(80, Math.min(this.wanted, width * (width < NARROW ? 0.28 : 0.5))));
    this.scrollTo(this.panes.scroll);
  }

  setLeft(left: number): void {
    this.left = Math.round(Math.max(80, Math.min(left, this.width / 2)));
    this.wanted = this.left;
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
    return this.panes.scroll;
  }

  scrollTo(top: number): void {
    this.panes.scrollTo(top);
    this.events.onLayout(this.panes.layout.height, this.panes.scroll, this.panes.top);
    this.invalidate();
  }

  // Scrolls the lanes that are at a height.
  scrollAt(y: number, by: number): void {
    if (y >= this.panes.top) this.scrollTo(this.panes.scroll + by);
    else this.panes.scrollPinned(by);
    this.invalidate();
  }

  rowAt(y: number): Row | null {
    return this.panes.rowAt(y);
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
    this.lanesAre({ ...this.lanes, ...change });
  }

  private lanesAre(lanes: LaneView): void {
    if (lanes.folded !== this.lanes.folded) rememberList("timeline.folded", lanes.folded);
    if (lanes.arrows !== this.lanes.arrows) remember("timeline.arrows", lanes.arrows ? "yes" : "no");
    this.lanes = lanes;
    rememberInTab("timeline.lanes", formatLaneView(this.lanes));
    this.relayout();
    this.events.onLaneView(this.lanes);
  }

  toggleFold(group: string): void {
    this.setLanes(foldToggled(this.lanes, group));
  }

  // The groups there are, to be folded and unfolded.
  get groups(): readonly { readonly group: string; readonly folded: boolean }[] {
    return this.panes.layout.groups;
  }

  toggleGathered(key: string): void {
    this.setLanes({ open: toggled(this.lanes.open, key) });
  }

  isPinned(lane: string): boolean {
    return this.lanes.pinned.includes(lane);
  }

  togglePin(row: LaneRow): void {
    this.shown.learn(row.lane);
    this.setLanes({ pinned: toggled(this.lanes.pinned, row.lane.id) });
  }

  // The lane under the pointer, or else that of the selection; of what is folded out, the one it lies beneath.
  private get rowHere(): LaneRow | null {
    const lane = this.hovered ?? this.selected?.lane;
    const id = lane === undefined ? "" : ownerOf(lane);
    return this.panes.laneRow(id);
  }

  togglePinHere(): void {
    if (this.rowHere) this.togglePin(this.rowHere);
  }

  // Folds out what lies beneath a lane, or folds it. Of many, what was folded out first is folded again.
  toggleBelow({ lane }: LaneRow): void {
    if (foldsOut(lane)) this.setLanes({ below: toggled(this.lanes.below, lane.id).slice(-MOST_BELOW) });
  }

  toggleBelowHere(): void {
    if (this.rowHere) this.toggleBelow(this.rowHere);
  }

  // A goroutine's life, from its name.
  fitLife({ lane }: LaneRow): void {
    if (lane.kind !== "slices" || !lane.goroutine) return;
    this.view.fit(lane.goroutine.start, lane.goroutine.end);
    this.invalidate();
  }

  // Scrolls to a lane, whose group unfolds. False if it is not among those listed.
  reveal(id: string): boolean {
    const group = this.reply.lanes.find((lane) => lane.id === id)?.group;
    if (group !== undefined && this.lanes.folded.includes(group)) this.toggleFold(group);
    if (!this.panes.laneRow(id)) return false;
    this.scrollToLane(id);
    this.setHovered(id);
    return true;
  }

  private scrollToLane(id: string): void {
    const to = this.panes.scrollFor(id);
    if (to !== null) this.scrollTo(to);
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

  // A span has been drawn, or one of its ends: from here on it is looked into.
  settleRange(): void {
    this.range = this.settled = this.range && wholeSpan(this.range, this.reply.span_ns);
    if (this.slice) this.closeSlice();
    this.events.onSpan(this.range);
    this.address.step();
    this.invalidate();
  }

  // The selected slice, or else what is in view, becomes the span; once more: none.
  markSpan(): void {
    const marked = this.selected ? { start: this.selected.start, width: this.selected.duration } : this.view.target;
    const next = wholeSpan(marked, this.reply.span_ns);
    const same = !this.slice && this.range && next && this.range.start === next.start && this.range.width === next.width;
    this.range = same ? null : next;
    this.settleRange();
  }

  private closeSlice(): void {
    this.selectionNumber++;
    this.slice = this.mark = null;
    this.events.onSelect(null);
    this.arrows.select(null);
    this.events.onArrows(null, this.arrows.inView.length, this.arrows.count);
  }

  // A lane that is listed is scrolled to; another one is pinned.
  showLane(id: string): void {
    if (this.lanes.folded.includes(GOROUTINES)) this.toggleFold(GOROUTINES);
    if (this.panes.laneRow(id)) this.scrollToLane(id);
    else this.setLanes({ pinned: [id, ...this.lanes.pinned] });
    this.setHovered(id);
  }

  // The goroutines of a start function alone.
  showFunction(name: string): void {
    this.setLanes({ goroutines: name, by: "flat", folded: this.lanes.folded.filter((group) => group !== GOROUTINES) });
    const header = this.panes.layout.header(GOROUTINES);
    if (header) this.scrollTo(header.y);
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

  // What is selected; a span that a slice was looked at beside stays.
  clear(): void {
    const beside = this.slice !== null && this.range !== null;
    this.closeSlice();
    this.selected = null;
    if (this.range && !beside) {
      this.range = null;
      this.settleRange();
    }
    this.invalidate();
  }

  async select(lane: string, index: number, reveal: boolean): Promise<void> {
    const number = ++this.selectionNumber;
    try {
      const path = href("/api/slice", { lane, index: String(index) });
      // The last slice of a goroutine may get a successor.
      const slice = await (this.reply.reading ? fetchAnew<Slice>(path) : fetchJson<Slice>(path));
      if (number !== this.selectionNumber || this.closed) return;
      this.arrows.select(this.reply.reading ? null : { lane, index });
      this.events.onArrows(null, this.arrows.inView.length, this.arrows.count);
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
    if (!this.slice) return this.selectInSight();
    const index = this.slice[direction];
    if (index !== null && index !== undefined) void this.select(this.slice.lane, index, true);
  }

  // Without a pointer: the topmost slice, as near to the middle as there is one.
  private selectInSight(): void {
    for (let y = HEAD_HEIGHT; y < this.panes.height; y += 4)
      for (let reach = 0; reach < this.plot / 2; reach += 4)
        for (const x of [this.left + this.plot / 2 - reach, this.left + this.plot / 2 + reach]) {
          const hit = this.laneHit(x, y);
          if (hit?.kind === "slice" || hit?.kind === "bucket") return void this.selectAt(x, y);
        }
  }

  // The slice at an end of an arrow: on the lane of the selection's kind, unless only the other is listed.
  selectEnd({ lane, index, proc, proc_index }: SliceEnd): void {
    const ends = [
      { lane, index },
      { lane: proc, index: proc_index },
    ].filter((end): end is { lane: string; index: number } => end.lane !== null && end.index !== null);
    if (this.selected?.lane.startsWith("p")) ends.reverse();
    const end = ends.find((other) => this.panes.laneRow(other.lane)) ?? ends[0];
    if (end) void this.select(end.lane, end.index, true);
  }

  // To the slice that let the selected one run, or to the first that it let run.
  async follow(direction: "waker" | "woken"): Promise<void> {
    const arrows = await this.arrows.selected();
    const end = direction === "waker" ? arrows?.by?.from : arrows?.woke[0]?.to;
    if (end) this.selectEnd(end);
  }

  toggleArrows(): void {
    this.setLanes({ arrows: !this.lanes.arrows });
  }

  setBox(box: Box | null): void {
    this.box = box;
    this.invalidate();
  }

  // Time from one side of the box to the other, and its lanes in the middle.
  zoomToBox({ x0, y0, x1, y1 }: Box): void {
    const [from, to] = [this.timeAt(Math.max(this.left, Math.min(x0, x1))), this.timeAt(Math.max(x0, x1))];
    this.view.glideTo({ start: from, width: to - from });
    if (Math.min(y0, y1) >= this.panes.top) this.scrollTo(this.panes.scroll + (y0 + y1) / 2 - (this.panes.top + this.panes.height) / 2);
    this.invalidate();
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
    const reach = (REACH * this.view.width) / this.plot;
    if (lane.kind === "counter") return hitCounter(this.store, lane, this.level, time);
    const sample = lane.samples && this.panes.within(row, y) <= SAMPLE_HEIGHT + REACH ? hitMarks(this.store, lane.samples, this.level, time, reach) : null;
    return sample ?? (lane.marks ? hitMarks : hitSlices)(this.store, lane, this.level, time, reach);
  }

  async selectAt(x: number, y: number): Promise<void> {
    const hit = this.laneHit(x, y);
    if (hit?.kind === "slice") await this.select(hit.lane.id, hit.index, false);
    else if (hit === null && this.slice) this.clear();
    if (hit?.kind !== "bucket") return;
    const found = await findSlice(hit, this.timeAt(x), this.level, this.view.span);
    if (found) await this.select(found.lane.id, found.index, false);
  }

  // ---- The URL

  private readPlace(glide: boolean): void {
    const asked = this.readFragment(glide);
    this.awaited = asked ? null : this.lanes.goid;
    this.awaitedTask = asked ? null : taskAskedFor(new URLSearchParams(location.search));
  }

  // Somebody followed a link to here, or went back.
  readLocation(): void {
    this.lanes = askedLanes();
    this.range = this.settled = parseSpan(new URLSearchParams(location.search));
    this.marks.seek(askedSearch());
    this.events.onSpan(this.range);
    this.readPlace(true);
    this.relayout();
    this.events.onLaneView(this.lanes);
  }

  readFragment(glide: boolean): boolean {
    const range = this.address.read();
    if (!range) return false;
    if (glide) this.view.glideTo(range);
    else this.view.jumpTo(range);
    this.invalidate();
    return true;
  }

  // The nearest match behind the one gone to last, or before it; else from what is in view.
  async stepMatch(direction: "next" | "previous"): Promise<void> {
    const { sought } = this.marks;
    if (!sought) return;
    const from = this.mark ?? (direction === "next" ? this.view.target.start - 1 : this.view.target.start + this.view.target.width);
    try {
      const { time_ns: time, index, matches } = await fetchStep(sought.text, sought.kind, Math.round(from), direction);
      if (this.closed || sought !== this.marks.sought || time === null) return;
      this.marks.matches = matches;
      this.marks.at = index! + 1;
      this.centre(time);
    } catch (error) {
      this.events.onError((error as Error).message);
    }
  }

  private get addressed() {
    const unknown = this.reply.reading && this.view.isWhole;
    return { lanes: this.lanes, span: this.settled, sought: this.marks.sought, range: unknown ? null : this.view.target };
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
    if (motion.scroll !== 0) this.scrollTo(this.panes.scroll + motion.scroll * seconds);
    const held = motion.zoom !== 0 || motion.pan !== 0 || motion.scroll !== 0;
    return view.step(elapsed, this.plot * this.ratio) || held;
  }

  private frame(now: number): void {
    this.scheduled = 0;
    // After a pause the first frame moves on at once, by one frame's time.
    const elapsed = Math.min(50, now - this.lastFrame > 100 ? 16 : now - this.lastFrame);
    this.lastFrame = now;
    const moving = this.move(elapsed);
    this.moves.note(this.place, now);
    this.draw();
    this.wish();
    this.address.moved();
    if (moving) this.invalidate();
  }

  private get minimapLevel(): number {
    return levelHolding(this.view.span, MINIMAP_TILES);
  }

  private draw(): void {
    if (this.width === 0) return;
    const frame: Frame = {
      context: prepareCanvas(this.canvas, this.width, this.panes.height),
      ratio: this.ratio,
      width: this.width,
      height: this.panes.height,
      left: this.left,
      plot: this.plot,
      palette: paletteFor(isDark()),
      view: this.view,
      level: levelFor(this.view, this.plot, this.ratio),
      timeline: this.reply,
      store: this.store,
      brush: new Brush(this.reply.reading ? Infinity : PAINTING),
    };
    const scale = axisTicks(frame);
    const { scales, selected, range, mark, hovered, lanes } = this;
    const panes = this.panes.all;
    drawLanes(frame, { panes, scales, selected, range, mark, hovered, pinned: lanes.pinned, below: lanes.below }, scale);
    drawArrows(frame, { panes, inView: this.arrows.inView, ofSelection: this.arrows.ofSelection, selected });
    if (this.box) drawBox(frame, this.box);
    this.events.onTools(this.panes.headerTop(GOROUTINES));
    const procs = this.reply.lanes.filter((lane) => /^p\d+$/.test(lane.id)).length;
    drawHead(frame, scale, range, this.minimapLevel, Math.max(1, procs));
    drawMarks(frame, this.marks, this.minimapLevel);
    if (frame.brush.owes) this.invalidate();
  }

  // Asks for rows that are visible, or nearly. Returns the lanes in sight.
  private wishRows(): string[] {
    for (const { list, first, end } of this.panes.listsNear(ROOM)) list.want(first, end);
    const rows = this.panes.rowsInSight;
    for (const row of rows) if (row.kind === "note") row.wanted?.();
    const lanes = rows.filter((row): row is LaneRow => row.kind === "lane").map((row) => row.lane);
    return [...new Set(lanes.flatMap((lane) => (lane.kind === "slices" && lane.samples ? [lane.id, lane.samples.id] : [lane.id])))];
  }

  // Asks for what the view will show when a glide under way has ended, and for the whole of each lane as a picture to fall back to.
  private wish(): void {
    const { span, target } = this.view;
    const lanes = this.wishRows();
    if (this.lanes.arrows && !this.reply.reading) this.arrows.wish(target, lanes);
    else this.arrows.forget();
    if (!lanes.includes(STW_LANE) && this.reply.lanes.some((lane) => lane.id === STW_LANE)) lanes.push(STW_LANE);
    const all = (level: number, tiles: number[]): Wish => ({ level, tiles: tiles.flatMap((k) => lanes.map((lane): TileAddress => [lane, k])) });
    const minimap = tilesOver({ start: 0, width: span }, this.minimapLevel, span).map((k): TileAddress => [UTILISATION_LANE, k]);
    this.marks.want([
      { level: this.minimapLevel, tiles: tilesOver({ start: 0, width: span }, this.minimapLevel, span) },
      { level: this.level, tiles: tilesOver(target, this.level, span) },
    ]);
    this.store.wish([
      all(this.level, tilesOver(target, this.level, span)),
      { level: this.minimapLevel, tiles: minimap },
      all(levelHolding(span), [0]),
    ]);
  }

  close(): void {
    this.closed = true;
    this.store.close();
    this.marks.close();
    this.shown.close();
    this.arrows.close();
    cancelAnimationFrame(this.scheduled);
    this.address.close();
  }
}
