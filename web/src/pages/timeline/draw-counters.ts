// Counter lanes: stacked areas, or lines where the series do not add up.
import type { CounterTile } from "../../api/tiles";
import { BUCKETS } from "../../api/tiles";
import type { CounterLane } from "../../api/types";
import { alpha, rgb } from "../../colour";
import { over, pixel, type Palette } from "../../palette";
import { paintPicture } from "../../ui/picture";
import { purposeOf, rowsOf, snap, xOf, type Frame } from "./frame";
import type { LaneRow } from "./layout";
import type { PlacedTile } from "./tile-store";

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

const FILL = 0.3; // opacity beneath a line
const LINE = 1.2; // px
const DASH = { length: 5, period: 9 }; // buckets
const FINE = 1.01; // device pixels of a bucket

interface Strip {
  readonly tile: CounterTile;
  readonly bucket: number;
  readonly origin: number; // the time of bucket 0
  readonly first: number;
  readonly end: number; // buckets [first, end) are drawn
}

function strips(frame: Frame, lane: CounterLane, height: number, scale: number): Strip[] {
  const { view } = frame;
  const found: Strip[] = [];
  const of = `${purposeOf(frame, rowsOf(frame, height))} ${scale}`;
  const ready = ({ tile, bucket }: PlacedTile) =>
    tile.kind !== "counter" || !isPicture(frame, lane, bucket) || pictures.get(tile)?.of === of || frame.brush.take();
  for (const { tile, start, end, bucket } of frame.store.piecesOver(lane.id, frame.level, view.start, Math.min(view.end, view.span), ready)) {
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

// Areas always are; lines where a path along all buckets would take long.
function isPicture(frame: Frame, lane: CounterLane, bucket: number): boolean {
  return lane.stacked || (bucket / frame.view.width) * frame.plot * frame.ratio <= FINE;
}

// A tile as a picture, a column a bucket, which is stretched: it holds for as long as the scale does.
const pictures = new WeakMap<CounterTile, { readonly of: string; readonly picture: ImageBitmap }>();

function paintAreas(pixels: Uint32Array, tile: CounterTile, colours: readonly number[], rows: number, scale: number): void {
  for (let i = 0; i < BUCKETS; i++) {
    let base = 0;
    let y = rows;
    tile.mean.forEach((values, series) => {
      base += values[i] || 0;
      const top = Math.max(0, Math.round(rows - base * scale));
      while (y > top) pixels[--y * BUCKETS + i] = colours[series];
    });
  }
}

// Lines from bucket to bucket as columns of pixels, with the ground beneath the first of them; those that follow are dashed.
function paintLines(pixels: Uint32Array, tile: CounterTile, colours: readonly string[], rows: number, scale: number, thickness: number): void {
  const half = thickness / 2;
  tile.max.forEach((values, series) => {
    const ground = pixel(colours[series], FILL);
    const colour = rgb(colours[series]);
    for (let i = 0; i < BUCKETS; i++) {
      if (Number.isNaN(values[i]) || (series > 0 && i % DASH.period >= DASH.length)) continue;
      const y = rows - values[i] * scale;
      const before = i > 0 && !Number.isNaN(values[i - 1]) ? rows - values[i - 1] * scale : y;
      const [top, end] = [Math.min(y, before) - half, Math.max(y, before) + half];
      const last = Math.min(rows, Math.ceil(end));
      for (let row = Math.max(0, Math.floor(top)); row < last; row++) {
        const line = Math.min(row + 1, end) - Math.max(row, top);
        const filled = series === 0 ? FILL * Math.max(0, Math.min(1, row + 1 - y)) : 0;
        const at = row * BUCKETS + i;
        pixels[at] = over(pixels[at], colour, 1 - (1 - filled) * (1 - line));
      }
      for (let row = last; series === 0 && row < rows; row++) pixels[row * BUCKETS + i] = ground;
    }
  });
}

function drawPicture(frame: Frame, lane: CounterLane, strip: Strip, bottom: number, height: number, scale: number): void {
  const { context, palette, ratio } = frame;
  const rows = rowsOf(frame, height);
  const of = `${purposeOf(frame, rows)} ${scale}`;
  let painted = pictures.get(strip.tile);
  if (painted?.of !== of) {
    const colours = lane.series.map((_, series) => seriesColour(palette, lane, series));
    const areas = colours.map((colour) => pixel(colour, 0.85));
    const paint = (pixels: Uint32Array) =>
      lane.stacked
        ? paintAreas(pixels, strip.tile, areas, rows, scale * ratio)
        : paintLines(pixels, strip.tile, colours, rows, scale * ratio, LINE * ratio);
    painted?.picture.close();
    painted = { of, picture: paintPicture(BUCKETS, rows, paint) };
    pictures.set(strip.tile, painted);
  }
  const x = edge(frame, strip, strip.first);
  const width = edge(frame, strip, strip.end) - x;
  if (width <= 0) return;
  const buckets = strip.end - strip.first;
  context.imageSmoothingEnabled = width * ratio < buckets;
  context.drawImage(painted.picture, strip.first, 0, buckets, rows, x, bottom - height, width, height);
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
    while (i + 1 < strip.end && values[i + 1] === values[i]) i++; // a step is one line, however many buckets it lasts
    frame.context.lineTo(edge(frame, strip, i + 1), y);
    pen = true;
  }
}

// Where buckets are wide enough for their edges to be seen. The first series is filled; those that follow (a goal, a limit) are dashed.
function drawLines(frame: Frame, lane: CounterLane, strip: Strip, bottom: number, scale: number): void {
  const { context, palette } = frame;
  strip.tile.max.forEach((values, series) => {
    const colour = seriesColour(palette, lane, series);
    if (series === 0) {
      context.fillStyle = alpha(colour, FILL);
      for (let i = strip.first; i < strip.end; i++) {
        if (!(values[i] > 0)) continue;
        const x = edge(frame, strip, i);
        context.fillRect(x, bottom - values[i] * scale, edge(frame, strip, i + 1) - x, values[i] * scale);
      }
    }
    tracePath(frame, strip, values, bottom, scale);
    context.setLineDash(series === 0 ? [] : [4, 3]);
    context.strokeStyle = colour;
    context.lineWidth = LINE;
    context.stroke();
    context.setLineDash([]);
  });
}

export function drawCounterLane(frame: Frame, row: LaneRow, lane: CounterLane, y: number, scales: Scales): void {
  const bottom = y + row.height - 1;
  const height = row.height - 5;
  const found = strips(frame, lane, height, height / scales.of(lane));
  for (const strip of found) scales.learn(lane, strip.tile);
  const scale = height / scales.of(lane);
  for (const strip of found) {
    if (isPicture(frame, lane, strip.bucket)) drawPicture(frame, lane, strip, bottom, height, scale);
    else drawLines(frame, lane, strip, bottom, scale);
  }
}
