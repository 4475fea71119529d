// The lanes beneath the head: names, headers that stick, grid, bands and the selection.
import { figure } from "../../format";
import { MONOSPACE, SYSTEM } from "../../palette";
import { stateStyle } from "../../states";
import { drawDoubtful, drawGaps, gapBands, type Band } from "../../ui/gaps";
import type { Ticks } from "../../ui/ticks";
import { foldsOut } from "./below";
import { drawCounterLane, seriesColour, type Scales } from "./draw-counters";
import { drawMarkLane, drawSamples } from "./draw-marks";
import { barsOf, drawSliceLane } from "./draw-slices";
import { drawStops, STW_LANE, type Stretch } from "./draw-stops";
import { clipText, HEAD_HEIGHT, PIN_WIDTH, snap, xOf, type Frame } from "./frame";
import { drawFunctionHead, drawFunctionName, drawFunctionRow, drawNote, drawTriangle } from "./draw-rows";
import { HEADER_HEIGHT, type HeaderRow, type LaneRow, type Layout, type Row } from "./layout";
import type { Range } from "./viewport";
import { setFont, textWidth } from "./text-width";

export interface Selected {
  readonly lane: string;
  readonly index: number;
  readonly start: number;
  readonly duration: number;
  readonly state: number;
}

// A part of the height in which lanes are scrolled.
export interface Pane {
  readonly layout: Layout;
  readonly scroll: number;
  readonly top: number;
  readonly bottom: number;
}

export interface LaneScene {
  readonly panes: Pane[];
  readonly scales: Scales;
  readonly selected: Selected | null;
  readonly range: Range | null;
  readonly mark: number | null; // a moment that was asked for
  readonly hovered: string | null; // lane under the pointer
  readonly pinned: readonly string[];
  readonly below: readonly string[]; // beneath which something is folded out
}

// Where a lane's name begins; a triangle stands before it where something folds out.
export function nameLeft({ lane, indent }: LaneRow): number {
  if (lane.kind === "slices" && lane.nested) return 40;
  return (indent ? 28 : 12) + (foldsOut(lane) ? 10 : 0);
}

function drawLaneName(frame: Frame, scene: LaneScene, row: LaneRow, y: number): void {
  const { context, palette, left } = frame;
  context.fillStyle = scene.hovered === row.lane.id ? palette.header : palette.ground;
  context.fillRect(0, y, left, row.height);
  if (row.height < 12) return;
  const { lane } = row;
  const middle = lane.kind === "counter" && row.height > 40 ? y + 13 : y + row.height / 2 + 0.5;
  context.textBaseline = "middle";
  setFont(context, `12px ${SYSTEM}`);
  const nested = lane.kind === "slices" && lane.nested !== undefined;
  const x = nameLeft(row);
  if (foldsOut(lane)) drawTriangle(frame, x - 9, middle, scene.below.includes(lane.id));
  context.fillStyle = nested ? palette.muted : palette.ink;
  context.fillText(clipText(context, lane.name, left - 8 - x), x, middle);
  if ((scene.hovered === lane.id && !nested) || scene.pinned.includes(lane.id)) drawPin(frame, y, scene.pinned.includes(lane.id));
  if (lane.kind === "slices") drawFunctionName(frame, lane, x + textWidth(context, lane.name) + 8, middle);
  if (lane.kind !== "counter") return;
  const most = figure(scene.scales.of(lane), lane.unit);
  setFont(context, `10px ${MONOSPACE}`);
  context.fillStyle = palette.muted;
  context.textAlign = "right";
  context.fillText(most, left - 22, y + 13);
  context.textAlign = "left";
  if (row.height > 40) drawSeriesLegend(frame, row, y);
}

// At the right end of the name: hollow where a click would pin the lane.
function drawPin({ context, palette, left }: Frame, y: number, pinned: boolean): void {
  const [x, top] = [left - PIN_WIDTH + 3, y + 6];
  context.beginPath();
  context.rect(x + 2, top, 5, 5);
  context.moveTo(x, top + 5.5);
  context.lineTo(x + 9, top + 5.5);
  context.moveTo(x + 4.5, top + 6);
  context.lineTo(x + 4.5, top + 11);
  context.lineWidth = 1.2;
  context.strokeStyle = context.fillStyle = pinned ? palette.accent : palette.muted;
  if (pinned) context.fillRect(x + 2, top, 5, 5);
  context.stroke();
}

function drawSeriesLegend(frame: Frame, row: LaneRow, y: number): void {
  const { context, palette, left } = frame;
  if (row.lane.kind !== "counter") return;
  setFont(context, `10px ${SYSTEM}`);
  let x = 12;
  let line = y + 27;
  for (const [i, series] of row.lane.series.entries()) {
    const width = textWidth(context, series.name) + 18;
    if (x + width > left && x > 12) {
      x = 12;
      line += 13;
    }
    if (line > y + row.height - 5) return;
    context.fillStyle = seriesColour(palette, row.lane, i);
    context.fillRect(x, line - 4, 7, 7);
    context.fillStyle = palette.muted;
    context.fillText(series.name, x + 11, line);
    x += width;
  }
}

function drawHeader(frame: Frame, header: HeaderRow, y: number): void {
  const { context, palette } = frame;
  context.fillStyle = palette.header;
  context.fillRect(0, y, frame.width, header.height);
  const middle = y + header.height / 2;
  drawTriangle(frame, 11, middle, !header.folded);
  context.textBaseline = "middle";
  setFont(context, `600 11px ${SYSTEM}`);
  context.fillStyle = palette.ink;
  context.fillText(header.group, 20, middle + 0.5);
  const width = textWidth(context, header.group);
  setFont(context, `11px ${SYSTEM}`);
  context.fillStyle = palette.muted;
  context.fillText(header.note, 26 + width, middle + 0.5);
}

function drawGrid(frame: Frame, scale: Ticks, top: number, bottom: number): void {
  frame.context.fillStyle = frame.palette.line;
  for (const at of scale.at) frame.context.fillRect(snap(frame, xOf(frame, at)), top, 1, bottom - top);
}

const GAP_SAYS = "events are missing";

// Says in a wide band what it is, beneath the header that sticks.
function labelGap(frame: Frame, { from, to }: Band, top: number): void {
  const { context, palette } = frame;
  setFont(context, `11px ${SYSTEM}`);
  context.textBaseline = "middle";
  const width = textWidth(context, GAP_SAYS) + 12;
  const left = Math.max(from, frame.left);
  const room = Math.min(to, frame.width) - left;
  if (room < width + 12) return;
  const x = Math.round(left + (room - width) / 2);
  const y = top + HEADER_HEIGHT + 5;
  context.fillStyle = palette.lane;
  context.fillRect(x, y, width, 17);
  context.fillStyle = palette.muted;
  context.fillText(GAP_SAYS, x + 6, y + 9);
}

function drawMissing(frame: Frame, top: number, bottom: number): void {
  const { context, palette, ratio, left, plot, view } = frame;
  const axis = { start: view.start, width: view.width, left, plot, ratio };
  const bands = gapBands(frame.timeline.gaps, axis);
  drawDoubtful(context, palette, ratio, gapBands(frame.timeline.doubtful, axis), top, bottom - top);
  drawGaps(context, palette, ratio, bands, top, bottom - top);
  for (const band of bands) labelGap(frame, band, top);
}

// What has not been read yet is veiled, beneath all that is known.
function drawUnread(frame: Frame, top: number, bottom: number): void {
  const { context, palette, timeline } = frame;
  if (!timeline.reading) return;
  const x = Math.max(frame.left, snap(frame, xOf(frame, timeline.span_ns)));
  context.fillStyle = palette.veil;
  context.fillRect(x, top, frame.width - x, bottom - top);
}

function drawSelected(frame: Frame, row: LaneRow, y: number, selected: Selected): void {
  const { context, palette } = frame;
  const bars = barsOf(row, y);
  const height = bars.height * stateStyle(selected.state).height;
  const from = Math.max(frame.left - 4, xOf(frame, selected.start));
  const to = Math.min(frame.width + 4, xOf(frame, selected.start + selected.duration));
  if (to < frame.left || from > frame.width) return;
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.strokeRect(from - 1, bars.top + bars.height - height - 1, Math.max(3, to - from + 1), height + 2);
}

function drawRange(frame: Frame, { start, width }: Range, top: number, bottom: number): void {
  const { context, palette } = frame;
  const from = Math.max(frame.left - 2, xOf(frame, start));
  const to = Math.min(frame.width + 2, xOf(frame, start + width));
  context.fillStyle = palette.shade;
  context.fillRect(from, top, to - from, bottom - top);
  context.fillStyle = palette.accent;
  context.fillRect(from, top, 1, bottom - top);
  context.fillRect(to - 1, top, 1, bottom - top);
}

function drawMark(frame: Frame, time: number, top: number, bottom: number): void {
  const x = snap(frame, xOf(frame, time));
  if (x < frame.left) return;
  frame.context.fillStyle = frame.palette.ink;
  for (let y = top; y < bottom; y += 6) frame.context.fillRect(x, y, 1, 3);
}

function clipTo(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
}

function drawPlot(frame: Frame, scene: LaneScene, pane: Pane, rows: Row[]): void {
  const shift = pane.top - pane.scroll;
  const stopped: Stretch[] = [];
  for (const row of rows) {
    const y = row.y + shift;
    if (row.kind === "function") drawFunctionRow(frame, row, y);
    else if (row.kind === "note") drawNote(frame, row, y);
    if (row.kind !== "lane") continue;
    if (row.lane.kind === "counter") drawCounterLane(frame, row, row.lane, y, scene.scales);
    else if (row.lane.marks) drawMarkLane(frame, row, y);
    else drawSliceLane(frame, row, row.lane, y);
    if (row.lane.kind === "slices" && row.lane.samples) drawSamples(frame, row, y, row.lane.samples);
    if (row.lane.id === STW_LANE) continue;
    const last = stopped[stopped.length - 1];
    if (last?.bottom === y) last.bottom += row.height;
    else stopped.push({ top: y, bottom: y + row.height });
  }
  if (stopped.length > 0) drawStops(frame, stopped);
}

function drawPane(frame: Frame, scene: LaneScene, pane: Pane, scale: Ticks): void {
  const { context, palette } = frame;
  const { layout, scroll, top } = pane;
  const shift = top - scroll;
  const bottom = Math.min(pane.bottom, layout.height + shift);
  const rows = layout.between(scroll, scroll + pane.bottom - top);
  clipTo(context, 0, top, frame.width, pane.bottom - top);
  context.fillStyle = palette.ground;
  context.fillRect(0, top, frame.width, pane.bottom - top);
  context.fillStyle = palette.lane;
  for (const row of rows) {
    if (row.kind === "lane" || row.kind === "pending") context.fillRect(frame.left, row.y + shift, frame.plot, row.height - (row.height > 12 ? 1 : 0));
  }
  drawGrid(frame, scale, top, bottom);
  drawUnread(frame, top, bottom);

  clipTo(context, frame.left, top, frame.plot, pane.bottom - top);
  drawPlot(frame, scene, pane, rows);
  drawMissing(frame, top, bottom);
  if (scene.range) drawRange(frame, scene.range, top, bottom);
  const selectedRow = scene.selected && layout.laneRow(scene.selected.lane);
  if (scene.selected && selectedRow) drawSelected(frame, selectedRow, selectedRow.y + shift, scene.selected);
  if (scene.mark !== null) drawMark(frame, scene.mark, top, bottom);
  context.restore();

  for (const row of rows) {
    if (row.kind === "lane") drawLaneName(frame, scene, row, row.y + shift);
    else if (row.kind === "header") drawHeader(frame, row, row.y + shift);
    else if (row.kind === "function") drawFunctionHead(frame, row, row.y + shift);
  }
  const sticky = layout.sticky(scroll);
  if (sticky) drawHeader(frame, sticky.header, top + sticky.shift);
  context.fillStyle = palette.line;
  context.fillRect(frame.left - 1, top, 1, bottom - top);
  context.restore();
}

export function drawLanes(frame: Frame, scene: LaneScene, scale: Ticks): void {
  const { context, palette } = frame;
  for (const pane of scene.panes) drawPane(frame, scene, pane, scale);
  const [main] = scene.panes;
  context.fillStyle = palette.header;
  context.fillRect(0, main.top - 3, frame.width, main.top > HEAD_HEIGHT ? 3 : 0);
}
