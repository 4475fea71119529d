// Arrows over the lanes: from who woke or created to where the goroutine then ran, between processors and between goroutines, whichever
// are in sight.
import type { Arrow, ArrowEnd, SliceArrows } from "../../api/arrows";
import { alpha } from "../../colour";
import type { Pane, Selected } from "./draw-lanes";
import { HEAD_HEIGHT, xOf, type Frame } from "./frame";

const HEAD = 5; // px
const BEND = 44; // px, at most, that a curve leaves and arrives level
const FAINT = 0.42;

type Heights = ReadonlyMap<string, number>; // the middle of each lane in sight

export interface ArrowScene {
  readonly panes: Pane[];
  readonly inView: readonly Arrow[];
  readonly ofSelection: SliceArrows | null;
  readonly selected: Selected | null;
}

function heightsOf(panes: Pane[]): Heights {
  const heights = new Map<string, number>();
  for (const { layout, scroll, top, bottom } of panes) {
    for (const row of layout.between(scroll, scroll + bottom - top)) {
      if (row.kind === "lane" && !heights.has(row.lane.id)) heights.set(row.lane.id, row.y - scroll + top + row.height / 2);
    }
  }
  return heights;
}

function curve(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  const bend = Math.min(BEND, Math.max(7, Math.abs(x1 - x0) / 2));
  context.moveTo(x0, y0);
  if (y0 === y1) context.quadraticCurveTo((x0 + x1) / 2, y0 - 14, x1, y1);
  else context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1 - 1, y1);
}

function head(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.moveTo(x, y);
  context.lineTo(x - HEAD, y - HEAD / 2);
  context.lineTo(x - HEAD, y + HEAD / 2);
  context.closePath();
}

type Line = readonly [x0: number, y0: number, x1: number, y1: number];

function line(frame: Frame, arrow: Arrow, y0: number | undefined, y1: number | undefined): Line | null {
  if (y0 === undefined || y1 === undefined) return null;
  const [x0, x1] = [xOf(frame, arrow.time_ns), xOf(frame, arrow.run_ns ?? arrow.time_ns)];
  return x1 < frame.left || x0 > frame.width ? null : [x0, y0, x1, y1];
}

const laneHeight = (heights: Heights, lane: string | null) => (lane === null ? undefined : heights.get(lane));

// Between lanes of one kind; a goroutine's wake-up of itself, after a syscall, is seen on processors alone.
function linesInView(frame: Frame, heights: Heights, arrow: Arrow): (Line | null)[] {
  const between = (from: string | null, to: string | null) => line(frame, arrow, laneHeight(heights, from), laneHeight(heights, to));
  const { from, to } = arrow;
  return [between(from.proc, to.proc), from.lane === to.lane ? null : between(from.lane, to.lane)];
}

// Of the selection: on lanes of its own kind where they are in sight, else on the other.
function lineOfSelection(frame: Frame, heights: Heights, arrow: Arrow, selected: Selected): Line | null {
  const kinds = selected.lane.startsWith("g") ? (["lane", "proc"] as const) : (["proc", "lane"] as const);
  const heightOf = (end: ArrowEnd) => laneHeight(heights, end[kinds[0]]) ?? laneHeight(heights, end[kinds[1]]);
  return line(frame, arrow, heightOf(arrow.from), heightOf(arrow.to));
}

function drawLines(frame: Frame, lines: Line[], colour: string, width: number): void {
  const { context } = frame;
  context.lineWidth = width;
  context.strokeStyle = context.fillStyle = colour;
  context.beginPath();
  for (const at of lines) curve(context, ...at);
  context.stroke();
  context.beginPath();
  for (const [, , x1, y1] of lines) head(context, x1, y1);
  context.fill();
}

export function drawArrows(frame: Frame, { panes, inView, ofSelection, selected }: ArrowScene): void {
  if (inView.length === 0 && !ofSelection) return;
  const { context, palette } = frame;
  const heights = heightsOf(panes);
  const isLine = (at: Line | null): at is Line => at !== null;
  context.save();
  context.beginPath();
  context.rect(frame.left, HEAD_HEIGHT, frame.plot, frame.height - HEAD_HEIGHT);
  context.clip();
  drawLines(frame, inView.flatMap((arrow) => linesInView(frame, heights, arrow)).filter(isLine), alpha(palette.ink, FAINT), 1);
  if (ofSelection && selected) {
    const arrows = ofSelection.by ? [ofSelection.by, ...ofSelection.woke] : ofSelection.woke;
    const lines = arrows.map((arrow) => lineOfSelection(frame, heights, arrow, selected)).filter(isLine);
    drawLines(frame, lines, palette.ground, 3.5);
    drawLines(frame, lines, palette.ink, 1.5);
  }
  context.restore();
}
