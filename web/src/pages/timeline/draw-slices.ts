// Lanes of slices. A dense tile is one picture, stretched; an exact tile is bars with their names.
import { textOn } from "../../colour";
import type { DenseTile, ExactTile } from "../../api/tiles";
import { BUCKETS } from "../../api/tiles";
import type { SliceLane } from "../../api/types";
import { duration } from "../../format";
import { fitName, NO_NAME } from "../../names";
import { MONOSPACE, packageColour, pixel, sliceColour, type Palette } from "../../palette";
import { stateStyle } from "../../states";
import { hatchPattern } from "../../ui/hatch";
import { paintPicture } from "../../ui/picture";
import { purposeOf, rowsOf, snap, xOf, type Frame } from "./frame";
import type { LaneRow } from "./layout";
import type { PlacedTile } from "./tile-store";

const LABEL_FONT = `11px ${MONOSPACE}`;
const NARROWEST_LABEL = 24; // px
const LABEL_PADDING = 4;
const RARE_GROUND = 0.35; // opacity of a whole column in which something rare happened, however short

interface Bars {
  readonly top: number;
  readonly height: number;
}

export function barsOf(row: LaneRow, y: number): Bars {
  const gap = row.height > 12 ? 2 : 0.5;
  return { top: y + gap, height: row.height - 2 * gap };
}

// A goroutine's lane is of one name; functions have the colour of their package.
function barColour(palette: Palette, lane: SliceLane, state: number, name: number): string {
  if (lane.nested?.kind === "calls" && name !== NO_NAME) return packageColour(lane.nested.names.get(name) ?? "", palette.dark);
  return sliceColour(palette, state, lane.goroutine ? lane.goroutine.nameIndex : name);
}

// Height is the share of each bucket that something happens in: an almost empty lane looks almost empty.
function paint(pixels: Uint32Array, tile: DenseTile, lane: SliceLane, palette: Palette, height: number): void {
  let [colour, last, solid, faint, full] = ["", -1, 0, 0, 0];
  for (let i = 0; i < BUCKETS; i++) {
    const state = tile.state[i];
    if (state === 0 && tile.busy[i] === 0) continue;
    const its = barColour(palette, lane, state, tile.name[i]);
    if (its !== colour || state !== last) {
      const { height: share, rare } = stateStyle(state);
      [colour, last, solid, faint] = [its, state, pixel(its), pixel(its, rare ? RARE_GROUND : 0.16)];
      full = Math.max(1, Math.round(height * share));
    }
    const filled = Math.max(Math.min(2, full), Math.round((full * tile.busy[i]) / 255));
    for (let y = height - full; y < height; y++) pixels[y * BUCKETS + i] = y >= height - filled ? solid : faint;
  }
}

function pictureOf(frame: Frame, placed: PlacedTile, tile: DenseTile, lane: SliceLane, height: number): ImageBitmap {
  const rows = rowsOf(frame, height);
  const purpose = purposeOf(frame, rows);
  if (!placed.picture || placed.pictureOf !== purpose) {
    placed.picture?.close();
    placed.picture = paintPicture(BUCKETS, rows, (pixels) => paint(pixels, tile, lane, frame.palette, rows));
    placed.pictureOf = purpose;
  }
  return placed.picture;
}

function drawDense(frame: Frame, placed: PlacedTile, tile: DenseTile, lane: SliceLane, from: number, to: number, bars: Bars): void {
  const picture = pictureOf(frame, placed, tile, lane, bars.height);
  const source = (from - placed.start) / placed.bucket;
  const sourceWidth = (to - from) / placed.bucket;
  const x = snap(frame, xOf(frame, from));
  const width = snap(frame, xOf(frame, to)) - x;
  if (width <= 0) return;
  frame.context.imageSmoothingEnabled = width * frame.ratio < sourceWidth;
  frame.context.drawImage(picture, source, 0, sourceWidth, picture.height, x, bars.top, width, bars.height);
}

// The first slice that ends after a time. Slices of a lane do not overlap.
export function firstEndingAfter(tile: ExactTile, time: number): number {
  let low = 0;
  let high = tile.start.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tile.start[middle] + tile.duration[middle] > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function sliceText(names: string[], goroutine: number, name: number, length: number): string {
  const known = name === NO_NAME ? undefined : names[name];
  if (goroutine < 0) return (known && fitName(known, length)) ?? "";
  const id = `G${goroutine}`;
  if (id.length > length) return "";
  const fitted = known ? fitName(known, length - id.length - 1) : null;
  return fitted ? `${id} ${fitted}` : id;
}

// Slices thinner than a pixel, gathered so that a column is drawn once, as high as they cover it.
class ThinColumn {
  private x = NaN;
  private covered = 0;
  private most = 0;
  private colour = "";
  private share = 1;
  private rare = false;

  constructor(
    private readonly frame: Frame,
    private readonly bars: Bars,
  ) {}

  add(x: number, width: number, colour: string, share: number, rare: boolean): void {
    const column = Math.floor(x * this.frame.ratio);
    if (column !== this.x) {
      this.flush();
      this.x = column;
    }
    this.covered += width * this.frame.ratio;
    if (width >= this.most) {
      this.most = width;
      this.colour = colour;
      this.share = share;
      this.rare = rare;
    }
  }

  flush(): void {
    if (this.colour !== "") {
      const { frame, bars } = this;
      const full = bars.height * this.share;
      const height = Math.max(2, full * Math.min(1, this.covered));
      const column = (pixels: number) =>
        frame.context.fillRect(this.x / frame.ratio, bars.top + bars.height - pixels, 1 / frame.ratio, pixels);
      frame.context.fillStyle = this.colour;
      if (this.rare) {
        frame.context.globalAlpha = RARE_GROUND;
        column(full);
        frame.context.globalAlpha = 1;
      }
      column(height);
    }
    this.covered = this.most = 0;
    this.colour = "";
  }
}

// A goroutine's own lane tells what it does, not who it is.
function stateText(state: number, ns: number, length: number): string {
  const { label } = stateStyle(state);
  const time = duration(ns);
  return [`${label} ${time}`, label, time].find((text) => text.length <= length) ?? "";
}

// The name, however little of it there is room for.
function nestedText({ kind, names }: NonNullable<SliceLane["nested"]>, name: number, ns: number, length: number): string {
  const known = names.get(name) ?? "";
  const fitted = kind === "calls" ? fitName(known, length) : fitLabel(known, ns, length);
  return fitted || known.slice(0, length - 1) + "…";
}

function fitLabel(label: string, ns: number, length: number): string {
  return [`${label} ${duration(ns)}`, label, duration(ns)].find((text) => text.length <= length) ?? "";
}

// Draws slices from `after` on (an index in the lane: what an earlier tile drew is not drawn again). Returns the last one drawn.
function drawExact(frame: Frame, tile: ExactTile, lane: SliceLane, from: number, to: number, bars: Bars, after: number): number {
  const { context, palette, timeline } = frame;
  const thin = new ThinColumn(frame, bars);
  const pixelWidth = 1 / frame.ratio;
  const edge = frame.left - 2;
  const character = labelWidth(context);
  const labels = bars.height >= 11;
  for (let i = firstEndingAfter(tile, from - frame.view.width * 1e-9); i < tile.start.length && tile.start[i] < to; i++) {
    if (tile.index[i] <= after) continue;
    after = tile.index[i];
    const state = tile.state[i];
    if (state === 0) continue;
    const { height: share, hatch, rare = false } = stateStyle(state);
    const colour = barColour(palette, lane, state, tile.name[i]);
    const start = Math.max(edge, xOf(frame, tile.start[i]));
    const end = Math.min(frame.width + 2, xOf(frame, tile.start[i] + tile.duration[i]));
    if (end - start < pixelWidth) {
      thin.add(start, end - start, colour, share, rare);
      continue;
    }
    thin.flush();
    const x = snap(frame, start);
    const width = Math.max(pixelWidth, snap(frame, end) - x - (end - start > 4 ? pixelWidth : 0));
    const height = bars.height * share;
    const top = bars.top + bars.height - height;
    context.fillStyle = colour;
    context.fillRect(x, top, width, height);
    if (hatch && width > 3) {
      context.fillStyle = hatchPattern(context, { colour: palette.hatch, size: 6, stripe: 1.2 }, frame.ratio);
      context.fillRect(x, top, width, height);
    }
    const beneath = share < 0.7; // there is room above for the text
    if (!labels || (beneath && !lane.goroutine)) continue;
    const visible = Math.max(x, frame.left);
    const room = Math.min(x + width, frame.width) - visible - 2 * LABEL_PADDING;
    if (room < NARROWEST_LABEL - 2 * LABEL_PADDING) continue;
    const length = Math.floor(room / character);
    const text = lane.nested ? nestedText(lane.nested, tile.name[i], tile.duration[i], length) : lane.label ? fitLabel(lane.label, tile.duration[i], length) : lane.goroutine ? stateText(state, tile.duration[i], length) : sliceText(timeline.names, tile.goroutine[i], tile.name[i], length);
    if (text === "") continue;
    context.fillStyle = beneath ? palette.muted : textOn(colour);
    context.fillText(text, visible + LABEL_PADDING, beneath ? (bars.top + top) / 2 + 0.5 : top + height / 2 + 0.5);
  }
  thin.flush();
  return after;
}

let character = 0;

function labelWidth(context: CanvasRenderingContext2D): number {
  context.font = LABEL_FONT;
  context.textBaseline = "middle";
  if (character === 0) character = context.measureText("0123456789").width / 10;
  return character;
}

export function drawSliceLane(frame: Frame, row: LaneRow, lane: SliceLane, y: number): void {
  const bars = barsOf(row, y);
  const { view } = frame;
  const purpose = purposeOf(frame, rowsOf(frame, bars.height));
  const ready = ({ tile, picture, pictureOf: of }: PlacedTile) => tile.kind !== "dense" || (picture !== undefined && of === purpose) || frame.brush.take();
  let drawn = -1;
  for (const placed of frame.store.piecesOver(row.lane.id, frame.level, view.start, Math.min(view.end, view.span), ready)) {
    const from = Math.max(placed.start, view.start);
    const to = Math.min(placed.end, view.end);
    if (placed.tile.kind === "dense") drawDense(frame, placed, placed.tile, lane, from, to, bars);
    else if (placed.tile.kind === "exact") drawn = drawExact(frame, placed.tile, lane, from, to, bars, drawn);
  }
}
