// What drawing one frame needs to know.
import type { TimelineReply } from "../../api/types";
import { BUCKETS, MAX_LEVEL } from "../../api/tiles";
import type { Palette } from "../../palette";
import { textWidth } from "./text-width";
import type { TileStore } from "./tile-store";
import type { Range, Viewport } from "./viewport";

export const AXIS_HEIGHT = 40; // ticks, and below them the span shown
export const MINIMAP_HEIGHT = 34;
export const HEAD_HEIGHT = AXIS_HEIGHT + MINIMAP_HEIGHT;

export const PIN_WIDTH = 18; // at the right end of a lane's name

// Painting is spread over frames: once it has taken so long, other tiles stand in.
export class Brush {
  owes = false; // something has to be painted in another frame
  private begun = 0; // ms

  constructor(private readonly most: number) {} // ms

  take(): boolean {
    const now = performance.now();
    this.begun ||= now;
    if (now - this.begun >= this.most) this.owes = true;
    return !this.owes;
  }
}

export interface Frame {
  readonly context: CanvasRenderingContext2D;
  readonly ratio: number; // device pixels in a CSS pixel
  readonly width: number;
  readonly height: number;
  readonly left: number; // where the plot begins: the width of the name column
  readonly plot: number; // its width
  readonly palette: Palette;
  readonly view: Viewport;
  readonly level: number;
  readonly timeline: TimelineReply;
  readonly store: TileStore;
  readonly brush: Brush;
}

export function xOf(frame: Frame, time: number): number {
  return frame.left + ((time - frame.view.start) / frame.view.width) * frame.plot;
}

// To whole device pixels, so that edges are crisp.
export function snap(frame: Frame, x: number): number {
  return Math.round(x * frame.ratio) / frame.ratio;
}

// The rows of a picture that is drawn as high; and what such a picture is painted for.
export function rowsOf(frame: Frame, height: number): number {
  return Math.max(1, Math.round(height * frame.ratio));
}

export function purposeOf(frame: Frame, rows: number): string {
  return `${frame.palette.dark} ${rows}`;
}

// The level whose buckets are at most one device pixel wide, and more than half of one.
export function levelFor(range: Range, plot: number, ratio: number): number {
  const level = Math.floor(Math.log2(range.width / Math.max(1, plot * ratio)));
  return Math.max(0, Math.min(MAX_LEVEL, level));
}

// The tiles of a level that [start, start + width) touches.
export function tilesOver(range: Range, level: number, span: number): number[] {
  const tile = BUCKETS * 2 ** level;
  const last = Math.min(Math.floor((range.start + range.width) / tile), Math.floor(Math.max(0, span - 1) / tile));
  const tiles: number[] = [];
  for (let k = Math.max(0, Math.floor(range.start / tile)); k <= last; k++) tiles.push(k);
  return tiles;
}

export function clipText(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (textWidth(context, text) <= width) return text;
  let [fits, length] = [1, text.length];
  while (length - fits > 1) {
    const middle = (fits + length) >> 1;
    if (textWidth(context, text.slice(0, middle) + "…") <= width) fits = middle;
    else length = middle;
  }
  return text.slice(0, fits) + "…";
}
