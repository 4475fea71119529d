// The lanes beneath the head: names, headers that stick, grid, bands and the selection.
import { alpha } from "../../colour";
import { count, figure } from "../../format";
import { MONOSPACE, SYSTEM } from "../../palette";
import { stateStyle } from "../../states";
import { drawDoubtful, drawGaps, gapBands, type Band } from "../../ui/gaps";
import type { Ticks } from "../../ui/ticks";
import { drawCounterLane, seriesColour, type Scales } from "./draw-counters";
import { barsOf, drawSliceLane } from "./draw-slices";
import { HEAD_HEIGHT, snap, xOf, type Frame } from "./frame";
import { HEADER_HEIGHT, type HeaderRow, type LaneRow, type Layout } from "./layout";
import type { Range } from "./viewport";

export const STW_LANE = "stw";
export const PROCESSORS = "Processors";

export interface Selected {
  readonly lane: string;
  readonly index: number;
  readonly start: number;
  readonly duration: number;
  readonly state: number;
}

export interface LaneScene {
  readonly layout: Layout;
  readonly scroll: number;
  readonly scales: Scales;
  readonly selected: Selected | null;
  readonly range: Range | null;
  readonly mark: number | null; // a moment that was asked for
  readonly hovered: string | null; // lane under the pointer
}

function clipText(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && context.measureText(text.slice(0, length) + "…").width > width) length--;
  return text.slice(0, length) + "…";
}

function drawLaneName(frame: Frame, scene: LaneScene, row: LaneRow, y: number): void {
  const { context, palette, left } = frame;
  context.fillStyle = scene.hovered === row.lane.id ? palette.header : palette.ground;
  context.fillRect(0, y, left, row.height);
  if (row.height < 12) return;
  const { lane } = row;
  const middle = lane.kind === "counter" && row.height > 40 ? y + 13 : y + row.height / 2 + 0.5;
  context.textBaseline = "middle";
  context.font = `12px ${SYSTEM}`;
  context.fillStyle = palette.ink;
  context.fillText(clipText(context, lane.name, left - 20), 12, middle);
  if (lane.kind !== "counter") return;
  const most = figure(scene.scales.of(lane), lane.unit);
  context.font = `10px ${MONOSPACE}`;
  context.fillStyle = palette.muted;
  context.textAlign = "right";
  context.fillText(most, left - 8, y + 13);
  context.textAlign = "left";
  if (row.height > 40) drawSeriesLegend(frame, row, y);
}

function drawSeriesLegend(frame: Frame, row: LaneRow, y: number): void {
  const { context, palette, left } = frame;
  if (row.lane.kind !== "counter") return;
  context.font = `10px ${SYSTEM}`;
  let x = 12;
  let line = y + 27;
  for (const [i, series] of row.lane.series.entries()) {
    const width = context.measureText(series.name).width + 18;
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
  context.fillStyle = palette.muted;
  context.beginPath();
  const [x, middle] = [11, y + header.height / 2];
  if (header.folded) {
    context.moveTo(x - 2, middle - 4);
    context.lineTo(x + 3, middle);
    context.lineTo(x - 2, middle + 4);
  } else {
    context.moveTo(x - 4, middle - 2);
    context.lineTo(x + 4, middle - 2);
    context.lineTo(x, middle + 3);
  }
  context.fill();
  context.textBaseline = "middle";
  context.font = `600 11px ${SYSTEM}`;
  context.fillStyle = palette.ink;
  context.fillText(header.group, 20, middle + 0.5);
  const width = context.measureText(header.group).width;
  context.font = `11px ${SYSTEM}`;
  context.fillStyle = palette.muted;
  context.fillText(count(header.lanes), 26 + width, middle + 0.5);
}

function drawGrid(frame: Frame, scale: Ticks, bottom: number): void {
  frame.context.fillStyle = frame.palette.line;
  for (const at of scale.at) frame.context.fillRect(snap(frame, xOf(frame, at)), HEAD_HEIGHT, 1, bottom - HEAD_HEIGHT);
}

// Stops of the world lie over all processors. At least a pixel wide; where they are too dense to tell apart, as strong as they are frequent.
function drawStops(frame: Frame, top: number, height: number): void {
  const { context, palette, view } = frame;
  const band = (from: number, to: number, strength: number) => {
    const x = snap(frame, xOf(frame, from));
    context.fillStyle = alpha(palette.stopTheWorld, palette.stopTheWorldAlpha * strength);
    context.fillRect(x, top, Math.max(1, snap(frame, xOf(frame, to)) - x), height);
  };
  let drawn = -1; // index of the last one: neighbouring tiles hold it both
  for (const { tile, start, bucket } of frame.store.piecesOver(STW_LANE, frame.level, view.start, Math.min(view.end, view.span))) {
    if (tile.kind === "exact") {
      for (let i = 0; i < tile.start.length; i++) {
        if (tile.index[i] <= drawn) continue;
        drawn = tile.index[i];
        const end = tile.start[i] + tile.duration[i];
        band(tile.start[i], end, Math.max(0.15, Math.min(1, xOf(frame, end) - xOf(frame, tile.start[i])))); // thinner: fainter
      }
    } else if (tile.kind === "dense") {
      for (let i = 0; i < tile.busy.length; i++) {
        if (tile.busy[i] > 0) band(start + i * bucket, start + (i + 1) * bucket, Math.max(0.15, tile.busy[i] / 255));
      }
    }
  }
}

const GAP_SAYS = "events are missing";

// Says in a wide band what it is, beneath the header that sticks.
function labelGap(frame: Frame, { from, to }: Band): void {
  const { context, palette } = frame;
  context.font = `11px ${SYSTEM}`;
  context.textBaseline = "middle";
  const width = context.measureText(GAP_SAYS).width + 12;
  const left = Math.max(from, frame.left);
  const room = Math.min(to, frame.width) - left;
  if (room < width + 12) return;
  const x = Math.round(left + (room - width) / 2);
  const y = HEAD_HEIGHT + HEADER_HEIGHT + 5;
  context.fillStyle = palette.lane;
  context.fillRect(x, y, width, 17);
  context.fillStyle = palette.muted;
  context.fillText(GAP_SAYS, x + 6, y + 9);
}

function drawMissing(frame: Frame, bottom: number): void {
  const { context, palette, ratio, left, plot, view } = frame;
  const axis = { start: view.start, width: view.width, left, plot, ratio };
  const bands = gapBands(frame.timeline.gaps, axis);
  drawDoubtful(context, palette, ratio, gapBands(frame.timeline.doubtful, axis), HEAD_HEIGHT, bottom - HEAD_HEIGHT);
  drawGaps(context, palette, ratio, bands, HEAD_HEIGHT, bottom - HEAD_HEIGHT);
  for (const band of bands) labelGap(frame, band);
}

// What has not been read yet is veiled, beneath all that is known.
function drawUnread(frame: Frame, bottom: number): void {
  const { context, palette, timeline } = frame;
  if (!timeline.reading) return;
  const x = Math.max(frame.left, snap(frame, xOf(frame, timeline.span_ns)));
  context.fillStyle = palette.veil;
  context.fillRect(x, HEAD_HEIGHT, frame.width - x, bottom - HEAD_HEIGHT);
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

function drawRange(frame: Frame, { start, width }: Range, bottom: number): void {
  const { context, palette } = frame;
  const from = Math.max(frame.left - 2, xOf(frame, start));
  const to = Math.min(frame.width + 2, xOf(frame, start + width));
  context.fillStyle = palette.shade;
  context.fillRect(from, HEAD_HEIGHT, to - from, bottom - HEAD_HEIGHT);
  context.fillStyle = palette.accent;
  context.fillRect(from, HEAD_HEIGHT, 1, bottom - HEAD_HEIGHT);
  context.fillRect(to - 1, HEAD_HEIGHT, 1, bottom - HEAD_HEIGHT);
}

function drawMark(frame: Frame, time: number, bottom: number): void {
  const x = snap(frame, xOf(frame, time));
  if (x < frame.left) return;
  frame.context.fillStyle = frame.palette.ink;
  for (let y = HEAD_HEIGHT; y < bottom; y += 6) frame.context.fillRect(x, y, 1, 3);
}

export function drawLanes(frame: Frame, scene: LaneScene, scale: Ticks): void {
  const { context, palette } = frame;
  const shift = HEAD_HEIGHT - scene.scroll;
  const bottom = Math.min(frame.height, scene.layout.height + shift);
  const rows = scene.layout.between(scene.scroll, scene.scroll + frame.height - HEAD_HEIGHT);
  context.save();
  context.beginPath();
  context.rect(0, HEAD_HEIGHT, frame.width, frame.height - HEAD_HEIGHT);
  context.clip();
  context.fillStyle = palette.ground;
  context.fillRect(0, HEAD_HEIGHT, frame.width, frame.height);
  context.fillStyle = palette.lane;
  for (const row of rows) if (row.kind === "lane") context.fillRect(frame.left, row.y + shift, frame.plot, row.height - (row.height > 12 ? 1 : 0));
  drawGrid(frame, scale, bottom);
  drawUnread(frame, bottom);

  context.save();
  context.beginPath();
  context.rect(frame.left, HEAD_HEIGHT, frame.plot, frame.height);
  context.clip();
  let stopsFrom = NaN;
  let stopsTo = 0;
  for (const row of rows) {
    if (row.kind !== "lane") continue;
    if (row.lane.kind === "counter") drawCounterLane(frame, row, row.lane, row.y + shift, scene.scales);
    else drawSliceLane(frame, row, row.y + shift);
    if (row.lane.group !== PROCESSORS) continue;
    if (Number.isNaN(stopsFrom)) stopsFrom = row.y + shift;
    stopsTo = row.y + shift + row.height;
  }
  if (stopsTo > 0) drawStops(frame, stopsFrom, stopsTo - stopsFrom);
  drawMissing(frame, bottom);
  if (scene.range) drawRange(frame, scene.range, bottom);
  const selectedRow = scene.selected && scene.layout.laneRow(scene.selected.lane);
  if (scene.selected && selectedRow) drawSelected(frame, selectedRow, selectedRow.y + shift, scene.selected);
  if (scene.mark !== null) drawMark(frame, scene.mark, bottom);
  context.restore();

  for (const row of rows) {
    if (row.kind === "lane") drawLaneName(frame, scene, row, row.y + shift);
    else drawHeader(frame, row, row.y + shift);
  }
  const sticky = scene.layout.sticky(scene.scroll);
  if (sticky) drawHeader(frame, sticky.header, HEAD_HEIGHT + sticky.shift);
  context.fillStyle = palette.line;
  context.fillRect(frame.left - 1, HEAD_HEIGHT, 1, bottom - HEAD_HEIGHT);
  context.restore();
}
