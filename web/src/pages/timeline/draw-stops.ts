// Stops of the world, over all lanes. At least a pixel wide; where they are too dense to tell apart, as strong as they are frequent.
import { pixel } from "../../palette";
import { paintPicture } from "../../ui/picture";
import { xOf, type Frame } from "./frame";

export const STW_LANE = "stw";
const FAINTEST = 0.15; // however short a stop is
const FEW = 64; // bands that are drawn one by one

// A part of the height that they are drawn over.
export interface Stretch {
  top: number;
  bottom: number;
}

let covers = new Float32Array(0); // of the frame before: a new one for each would be eight kilobytes for the collector

// How much of each device pixel's column is covered, 0 to 1.
class Columns {
  readonly cover: Float32Array;

  constructor(
    private readonly frame: Frame,
    private readonly strength: number, // of a column that is covered wholly
  ) {
    const length = Math.ceil(frame.plot * frame.ratio);
    if (covers.length !== length) covers = new Float32Array(length);
    this.cover = covers.fill(0);
  }

  add(from: number, to: number, strength: number): void {
    const { ratio, left } = this.frame;
    const first = Math.round((from - left) * ratio);
    const end = Math.min(this.cover.length, Math.max(first + 1, Math.round((to - left) * ratio)));
    const clear = 1 - this.strength * strength;
    for (let x = Math.max(0, first); x < end; x++) this.cover[x] = 1 - (1 - this.cover[x]) * clear;
  }
}

function columnsOf(frame: Frame): Columns {
  const { view, store, level } = frame;
  const columns = new Columns(frame, frame.palette.stopTheWorldAlpha);
  let drawn = -1; // index of the last one: neighbouring tiles hold it both
  for (const { tile, start, bucket } of store.piecesOver(STW_LANE, level, view.start, Math.min(view.end, view.span))) {
    if (tile.kind === "exact") {
      for (let i = 0; i < tile.start.length; i++) {
        if (tile.index[i] <= drawn) continue;
        drawn = tile.index[i];
        const [from, to] = [xOf(frame, tile.start[i]), xOf(frame, tile.start[i] + tile.duration[i])];
        columns.add(from, to, Math.max(FAINTEST, Math.min(1, to - from))); // thinner: fainter
      }
    } else if (tile.kind === "dense") {
      for (let i = 0; i < tile.busy.length; i++) {
        if (tile.busy[i] === 0) continue;
        columns.add(xOf(frame, start + i * bucket), xOf(frame, start + (i + 1) * bucket), Math.max(FAINTEST, tile.busy[i] / 255));
      }
    }
  }
  return columns;
}

interface Band {
  readonly from: number;
  readonly end: number;
  readonly cover: number;
}

function bandsOf(cover: Float32Array): Band[] {
  const bands: Band[] = [];
  for (let from = 0, x = 1; x <= cover.length; x++) {
    if (x < cover.length && cover[x] === cover[from]) continue;
    if (cover[from] > 0) bands.push({ from, end: x, cover: cover[from] });
    from = x;
  }
  return bands;
}

// Many are one row of pixels, drawn as high as the lanes are: a thousand thin and high rectangles take ten times as long.
export function drawStops(frame: Frame, stretches: readonly Stretch[]): void {
  const { context, palette, ratio, left } = frame;
  const { cover } = columnsOf(frame);
  const bands = bandsOf(cover);
  if (bands.length === 0) return;
  context.save();
  if (bands.length <= FEW) {
    context.fillStyle = palette.stopTheWorld;
    for (const { from, end, cover: alpha } of bands) {
      context.globalAlpha = alpha;
      for (const { top, bottom } of stretches) context.fillRect(left + from / ratio, top, (end - from) / ratio, bottom - top);
    }
  } else {
    const row = paintPicture(cover.length, 1, (pixels) => {
      for (const { from, end, cover: alpha } of bands) pixels.fill(pixel(palette.stopTheWorld, alpha), from, end);
    });
    context.imageSmoothingEnabled = false;
    for (const { top, bottom } of stretches) context.drawImage(row, left, top, cover.length / ratio, bottom - top);
    row.close();
  }
  context.restore();
}
