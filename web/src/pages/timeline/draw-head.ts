// The top of the timeline: the axis, the span shown, and the minimap.
import { duration, exactDuration, moment } from "../../format";
import { MONOSPACE, SYSTEM } from "../../palette";
import { State } from "../../states";
import { drawStacked } from "../../ui/area";
import { drawDoubtful, drawGaps, gapBands } from "../../ui/gaps";
import { ticks, type Ticks } from "../../ui/ticks";
import { BUCKETS } from "../../api/tiles";
import { AXIS_HEIGHT, HEAD_HEIGHT, MINIMAP_HEIGHT, snap, xOf, type Frame } from "./frame";
import type { PlacedTile } from "./tile-store";
import type { Range } from "./viewport";
import { setFont, textWidth } from "./text-width";

const TICK_SPACE = 130; // px between labels, at least
export const UTILISATION_LANE = "procs";

export function axisTicks(frame: Frame): Ticks {
  return ticks(frame.view.start, frame.view.end, Math.max(2, frame.plot / TICK_SPACE));
}

function drawTicks(frame: Frame, scale: Ticks): void {
  const { context, palette, view } = frame;
  setFont(context, `11px ${SYSTEM}`);
  context.textBaseline = "middle";
  const minor = scale.step / scale.minor;
  context.fillStyle = palette.line;
  for (let i = Math.ceil(view.start / minor); i * minor <= view.end; i++) context.fillRect(snap(frame, xOf(frame, i * minor)), 18, 1, 4);
  for (const at of scale.at) {
    const x = snap(frame, xOf(frame, at));
    context.fillStyle = palette.muted;
    context.fillRect(x, 14, 1, 8);
    context.fillStyle = palette.ink;
    const text = moment(at, scale.step);
    const width = textWidth(context, text);
    if (x + 4 + width < frame.width) context.fillText(text, x + 4, 10);
  }
}

// The second line: the span shown, or the length of what is selected.
function drawSpan(frame: Frame, selection: Range | null): void {
  const { context, palette, view } = frame;
  const y = 31;
  setFont(context, `11px ${MONOSPACE}`);
  context.fillStyle = palette.muted;
  const step = view.width / 1000;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, step)));
  const share = (view.width / view.span) * 100;
  const text = `${moment(view.start, power)} – ${moment(view.end, power)}   ${duration(view.width)} shown`;
  context.fillText(share < 99.95 ? `${text}, ${share < 0.01 ? "<0.01" : share.toPrecision(2)} %` : text, frame.left + 6, y);
  if (!selection) return;
  drawRuler(frame, selection, y);
}

function drawRuler(frame: Frame, { start, width }: Range, y: number): void {
  const { context, palette } = frame;
  const from = Math.max(frame.left, xOf(frame, start));
  const to = Math.min(frame.width, xOf(frame, start + width));
  if (to < frame.left || from > frame.width) return;
  const text = exactDuration(width);
  setFont(context, `600 11px ${MONOSPACE}`);
  const room = textWidth(context, text) + 12;
  const x = Math.min(Math.max(frame.left, (from + to - room) / 2), frame.width - room);
  context.fillStyle = palette.ground;
  context.fillRect(Math.min(from, x) - 4, y - 8, Math.max(to - from, room) + 8, 17);
  context.fillStyle = palette.accent;
  context.fillRect(from, y - 0.5, to - from, 1.5);
  context.fillRect(from, y - 6, 1.5, 12);
  context.fillRect(to - 1.5, y - 6, 1.5, 12);
  context.fillStyle = palette.ground;
  context.fillRect(x, y - 8, room, 17);
  context.fillStyle = palette.accent;
  context.fillText(text, x + 6, y);
}

export function minimapX(frame: Frame, time: number): number {
  return frame.left + (time / frame.view.span) * frame.plot;
}

// What the minimap shows of the whole trace stays the same from frame to frame: it is painted when that changes.
let minimap: { readonly of: readonly unknown[]; readonly picture: HTMLCanvasElement } | null = null;

function drawUtilisation(frame: Frame, level: number, procs: number): void {
  const { ratio, palette, store, view, left, plot } = frame;
  const pieces = store.piecesOver(UTILISATION_LANE, level, 0, view.span);
  const of = [ratio, palette, view.span, left, plot, procs, ...pieces.map(({ tile }) => tile)];
  if (minimap?.of.length !== of.length || minimap.of.some((part, i) => part !== of[i])) {
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [Math.ceil(plot * ratio), Math.ceil(MINIMAP_HEIGHT * ratio)];
    const context = picture.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, -left * ratio, -AXIS_HEIGHT * ratio);
    paintUtilisation({ ...frame, context }, pieces, procs);
    minimap = { of, picture };
  }
  const { picture } = minimap;
  frame.context.drawImage(picture, left, AXIS_HEIGHT, picture.width / ratio, picture.height / ratio);
}

function paintUtilisation(frame: Frame, pieces: readonly PlacedTile[], procs: number): void {
  const { context, palette, view } = frame;
  for (const { tile, start, bucket } of pieces) {
    if (tile.kind !== "counter") continue;
    const buckets = Math.min(BUCKETS, Math.ceil((view.span - start) / bucket));
    const left = snap(frame, minimapX(frame, start));
    const areas = [State.Running, State.Syscall].map((state, i) => ({
      values: (at: number) => tile.mean[i]?.[at],
      colour: palette.state[state],
    }));
    const width = snap(frame, minimapX(frame, start + buckets * bucket)) - left;
    drawStacked(context, areas, buckets, { left, top: AXIS_HEIGHT + 3, width, height: MINIMAP_HEIGHT - 7, full: procs });
  }
}

function drawMinimapGaps(frame: Frame): void {
  const { context, palette, ratio, left, plot, view } = frame;
  const axis = { start: 0, width: view.span, left, plot, ratio };
  drawDoubtful(context, palette, ratio, gapBands(frame.timeline.doubtful, axis), AXIS_HEIGHT + 1, MINIMAP_HEIGHT - 3);
  drawGaps(context, palette, ratio, gapBands(frame.timeline.gaps, axis), AXIS_HEIGHT + 1, MINIMAP_HEIGHT - 3);
}

function drawWindow(frame: Frame): void {
  const { context, palette, view } = frame;
  const top = AXIS_HEIGHT + 1;
  const height = MINIMAP_HEIGHT - 3;
  const from = minimapX(frame, view.start);
  const to = Math.max(from + 2, minimapX(frame, view.end));
  context.fillStyle = palette.veil;
  context.fillRect(frame.left, top, from - frame.left, height);
  context.fillRect(to, top, frame.left + frame.plot - to, height);
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.strokeRect(from + 0.75, top + 0.75, Math.max(1, to - from - 1.5), height - 1.5);
}

export function drawHead(frame: Frame, scale: Ticks, selection: Range | null, minimapLevel: number, procs: number): void {
  const { context, palette } = frame;
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, frame.width, HEAD_HEIGHT);
  drawTicks(frame, scale);
  drawSpan(frame, selection);
  context.save();
  context.beginPath();
  context.rect(frame.left, AXIS_HEIGHT, frame.plot, MINIMAP_HEIGHT);
  context.clip();
  context.fillStyle = palette.lane;
  context.fillRect(frame.left, AXIS_HEIGHT + 1, frame.plot, MINIMAP_HEIGHT - 3);
  drawUtilisation(frame, minimapLevel, procs);
  drawMinimapGaps(frame);
  drawWindow(frame);
  context.restore();
  context.fillStyle = palette.line;
  context.fillRect(0, HEAD_HEIGHT - 1, frame.width, 1);
}
