// Lanes of marks: moments without a length. A mark is a thin line; where many fall into a pixel, the line is the stronger the more they are.
import type { SliceLane } from "../../api/types";
import { barsOf } from "./draw-slices";
import { snap, xOf, type Frame } from "./frame";
import type { LaneRow } from "./layout";

export const SAMPLE_HEIGHT = 7; // px, of samples on a lane
const FAINTEST = 0.55;
const MANY = 16; // marks in a pixel that are drawn as strong as can be

function strength(marks: number): number {
  return Math.min(1, FAINTEST + ((1 - FAINTEST) * Math.log2(marks)) / Math.log2(MANY));
}

interface Column {
  x: number;
  width: number;
  marks: number;
  state: number;
}

// Where there are marks, from left to right; each at least a pixel wide.
function columnsOf(frame: Frame, lane: string): Column[] {
  const { view, ratio, store, level } = frame;
  const pixel = 1 / ratio;
  const columns: Column[] = [];
  const add = (from: number, to: number, marks: number, state: number) => {
    const x = snap(frame, xOf(frame, from));
    const width = Math.max(pixel, snap(frame, xOf(frame, to)) - x);
    const last = columns[columns.length - 1];
    if (last && Math.abs(last.x - x) < pixel / 2) last.marks += marks;
    else columns.push({ x, width, marks, state });
  };
  let drawn = -1; // index of the last one: neighbouring tiles may hold it both
  for (const { tile, start, bucket } of store.piecesOver(lane, level, view.start, Math.min(view.end, view.span))) {
    if (tile.kind === "exact") {
      for (let i = 0; i < tile.start.length; i++) {
        if (tile.index[i] <= drawn || tile.start[i] < view.start || tile.start[i] > view.end) continue;
        drawn = tile.index[i];
        add(tile.start[i], tile.start[i], 1, tile.state[i]);
      }
    } else if (tile.kind === "dense") {
      const first = Math.max(0, Math.floor((view.start - start) / bucket));
      const end = Math.min(tile.count.length, Math.ceil((view.end - start) / bucket));
      for (let i = first; i < end; i++) {
        const from = start + i * bucket;
        if (tile.count[i] > 0) add(from, from + bucket, tile.count[i], tile.state[i]);
      }
    }
  }
  return columns;
}

export function drawMarkLane(frame: Frame, row: LaneRow, y: number): void {
  const { context, palette, ratio } = frame;
  const { top, height } = barsOf(row, y);
  for (const { x, width, marks, state } of columnsOf(frame, row.lane.id)) {
    context.globalAlpha = strength(marks);
    context.fillStyle = palette.state[state];
    context.fillRect(x, top, Math.max(width, 2 / ratio), height);
  }
  context.globalAlpha = 1;
}

// Samples at the top of the lane of which they were taken, with ground around them so that they are seen on any bar.
export function drawSamples(frame: Frame, row: LaneRow, y: number, samples: SliceLane): void {
  const { context, palette, ratio } = frame;
  const height = Math.min(SAMPLE_HEIGHT, row.height / 2);
  const columns = columnsOf(frame, samples.id);
  context.fillStyle = palette.lane;
  for (const { x, width } of columns) context.fillRect(x - 1, y, width + 2, height + 1);
  for (const { x, width, state } of columns) {
    context.fillStyle = palette.state[state];
    context.fillRect(x, y, Math.max(width, 1 / ratio), height);
  }
}
