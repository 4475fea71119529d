// Stretches in which events are missing, as hatched bands: nothing drawn there must be taken for fact.
import type { Gap } from "../api/types";
import type { Palette } from "../palette";
import { State } from "../states";
import { hatchPattern } from "./hatch";

const NARROWEST = 2; // px: a gap of a few nanoseconds is seen at any zoom
const BEYOND = 2; // px: a band that goes on out of sight shows no edge
const HALO = 1; // px: sets the grey of a band off from bars that are as dark

// Which stretch of time is shown where.
export interface Axis {
  readonly start: number;
  readonly width: number;
  readonly left: number; // px
  readonly plot: number; // px that `width` takes
  readonly ratio: number; // device pixels in a CSS pixel
}

export interface Band {
  readonly from: number; // px
  readonly to: number;
}

// The first gap from `low` on that ends at a time or after it. Gaps are in order of time and do not overlap.
function firstEndingFrom(gaps: Gap[], time: number, low = 0): number {
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (gaps[middle].to_ns >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

// The gaps that touch [from, to] as the stretch from the first to the last of them, and how many they are.
export function gapsWithin(gaps: Gap[], from: number, to: number): { gap: Gap; places: number } | null {
  const first = firstEndingFrom(gaps, from);
  let end = first;
  while (end < gaps.length && gaps[end].from_ns <= to) end++;
  if (end === first) return null;
  return { gap: { from_ns: gaps[first].from_ns, to_ns: gaps[end - 1].to_ns }, places: end - first };
}

function bandOf(gap: Gap, { start, width, left, plot, ratio }: Axis): Band {
  const right = left + plot;
  const x = (time: number) => left + ((time - start) / width) * plot;
  const down = (at: number) => Math.floor(at * ratio) / ratio;
  const up = (at: number) => Math.ceil(at * ratio) / ratio;
  const [from, to] = [x(gap.from_ns), x(gap.to_ns)];
  const seen = Math.min(to, right) - Math.max(from, left);
  if (seen >= NARROWEST) return { from: down(Math.max(from, left - BEYOND)), to: up(Math.min(to, right + BEYOND)) };
  const middle = (Math.max(from, left) + Math.min(to, right)) / 2;
  const at = down(Math.max(left, Math.min(middle - NARROWEST / 2, right - NARROWEST)));
  return { from: at, to: up(at + NARROWEST) };
}

// What is seen of gaps; those that run into each other are one band.
export function gapBands(gaps: Gap[], axis: Axis): Band[] {
  const bands: Band[] = [];
  const end = axis.start + axis.width;
  for (let i = firstEndingFrom(gaps, axis.start); i < gaps.length && gaps[i].from_ns <= end; ) {
    const band = bandOf(gaps[i], axis);
    const last = bands[bands.length - 1];
    if (last && band.from <= last.to) bands[bands.length - 1] = { from: last.from, to: Math.max(last.to, band.to) };
    else bands.push(band);
    // However many there are, those that the band hides take no time.
    const hidden = axis.start + ((band.to - axis.left) / axis.plot) * axis.width;
    i = firstEndingFrom(gaps, hidden, i + 1);
  }
  return bands;
}

const SPARSE = 24; // px from stripe to stripe: what is drawn beneath stays readable

// Where only some events are missing: what is drawn there holds, but is not all.
export function drawDoubtful(context: CanvasRenderingContext2D, palette: Palette, ratio: number, bands: Band[], top: number, height: number): void {
  context.fillStyle = hatchPattern(context, { colour: palette.state[State.Unknown], size: SPARSE, stripe: 1, falling: true }, ratio);
  for (const { from, to } of bands) context.fillRect(from, top, to - from, height);
}

export function drawGaps(context: CanvasRenderingContext2D, palette: Palette, ratio: number, bands: Band[], top: number, height: number): void {
  const colour = palette.state[State.Unknown];
  const hatch = hatchPattern(context, { colour, size: 10, stripe: 1.2, falling: true }, ratio);
  for (const { from, to } of bands) {
    context.fillStyle = palette.lane;
    context.fillRect(from - HALO, top, to - from + 2 * HALO, height);
    context.fillStyle = hatch;
    context.fillRect(from, top, to - from, height);
    context.fillStyle = colour;
    context.fillRect(from, top, 1, height);
    context.fillRect(to - 1, top, 1, height);
  }
}
