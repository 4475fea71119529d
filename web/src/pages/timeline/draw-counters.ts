// Counter lanes: stacked areas, or lines where the series do not add up.
import type { CounterTile } from "../../api/tiles";
import { BUCKETS } from "../../api/tiles";
import type { CounterLane } from "../../api/types";
import { alpha } from "../../colour";
import type { Palette } from "../../palette";
import { snap, xOf, type Frame } from "./frame";
import type { LaneRow } from "./layout";

// The highest value seen so far of each lane. It only grows, so that panning does not make lanes jump.
export class Scales {
  private readonly most = new Map<string, number>();

  of(lane: CounterLane): number {
    return this.most.get(lane.id) ?? 1;
  }

  learn(lane: CounterLane, tile: CounterTile): void {
    let most = this.of(lane);
    for (let i = 0; i < BUCKETS; i++) {
      let value = 0;
      for (const max of tile.max) value = lane.stacked ? value + (max[i] || 0) : Math.max(value, max[i] || 0);
      if (value > most) most = value;
    }
    this.most.set(lane.id, most);
  }
}

export function seriesColour(palette: Palette, lane: CounterLane, series: number): string {
  const state = lane.series[series]?.state;
  if (state !== undefined) return palette.state[state];
  return series === 0 ? palette.counter : palette.muted;
}

interface Strip {
  readonly tile: CounterTile;
  readonly bucket: number;
  readonly origin: number; // the time of bucket 0
  readonly first: number;
  readonly end: number; // buckets [first, end) are drawn
}

function strips(frame: Frame, lane: CounterLane): Strip[] {
  const { view } = frame;
  const found: Strip[] = [];
  for (const { tile, start, end, bucket } of frame.store.piecesOver(lane.id, frame.level, view.start, Math.min(view.end, view.span))) {
    if (tile.kind !== "counter") continue;
    const from = Math.max(start, view.start);
    const to = Math.min(end, view.end, view.span);
    const first = Math.floor((from - start) / bucket);
    found.push({ tile, bucket, origin: start, first, end: Math.min(BUCKETS, Math.ceil((to - start) / bucket)) });
  }
  return found;
}

// Where a bucket begins. On a whole device pixel: else seams show between buckets and between tiles.
function edge(frame: Frame, strip: Strip, bucket: number): number {
  return snap(frame, xOf(frame, strip.origin + bucket * strip.bucket));
}

function drawAreas(frame: Frame, lane: CounterLane, strip: Strip, bottom: number, scale: number): void {
  const { context, palette } = frame;
  const base = new Float64Array(strip.end);
  for (let series = 0; series < strip.tile.mean.length; series++) {
    const values = strip.tile.mean[series];
    context.beginPath();
    for (let i = strip.first; i < strip.end; i++) {
      const y = bottom - base[i] * scale;
      context.lineTo(edge(frame, strip, i), y);
      context.lineTo(edge(frame, strip, i + 1), y);
    }
    for (let i = strip.end - 1; i >= strip.first; i--) {
      base[i] += values[i] || 0;
      const y = bottom - base[i] * scale;
      context.lineTo(edge(frame, strip, i + 1), y);
      context.lineTo(edge(frame, strip, i), y);
    }
    context.closePath();
    context.fillStyle = alpha(seriesColour(palette, lane, series), 0.85);
    context.fill();
  }
}

function tracePath(frame: Frame, strip: Strip, values: Float32Array, bottom: number, scale: number): void {
  frame.context.beginPath();
  let pen = false;
  for (let i = strip.first; i < strip.end; i++) {
    if (Number.isNaN(values[i])) {
      pen = false;
      continue;
    }
    const y = bottom - values[i] * scale;
    const x = edge(frame, strip, i);
    if (pen) frame.context.lineTo(x, y);
    else frame.context.moveTo(x, y);
    frame.context.lineTo(edge(frame, strip, i + 1), y);
    pen = true;
  }
}

// The first series is filled; those that follow (a goal, a limit) are dashed.
function drawLines(frame: Frame, lane: CounterLane, strip: Strip, bottom: number, scale: number): void {
  const { context, palette } = frame;
  strip.tile.max.forEach((values, series) => {
    const colour = seriesColour(palette, lane, series);
    if (series === 0) {
      context.fillStyle = alpha(colour, 0.3);
      for (let i = strip.first; i < strip.end; i++) {
        if (!(values[i] > 0)) continue;
        const x = edge(frame, strip, i);
        context.fillRect(x, bottom - values[i] * scale, edge(frame, strip, i + 1) - x, values[i] * scale);
      }
    }
    tracePath(frame, strip, values, bottom, scale);
    context.setLineDash(series === 0 ? [] : [4, 3]);
    context.strokeStyle = colour;
    context.lineWidth = 1.2;
    context.stroke();
    context.setLineDash([]);
  });
}

export function drawCounterLane(frame: Frame, row: LaneRow, lane: CounterLane, y: number, scales: Scales): void {
  const found = strips(frame, lane);
  for (const strip of found) scales.learn(lane, strip.tile);
  const bottom = y + row.height - 1;
  const scale = (row.height - 5) / scales.of(lane);
  for (const strip of found) {
    if (lane.stacked) drawAreas(frame, lane, strip, bottom, scale);
    else drawLines(frame, lane, strip, bottom, scale);
  }
}
