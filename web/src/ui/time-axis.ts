// The axis beneath a picture over time.
import { moment } from "../format";
import { SYSTEM, type Palette } from "../palette";
import { ticks } from "./ticks";

export const AXIS = 20; // px: its height
const TICK = 120; // px between labels, at least

export interface TimeAxis {
  readonly left: number; // where the picture begins
  readonly width: number;
  readonly top: number;
  readonly start: number; // ns
  readonly end: number;
}

export function drawTimeAxis(context: CanvasRenderingContext2D, palette: Palette, { left, width, top, start, end }: TimeAxis): void {
  context.font = `11px ${SYSTEM}`;
  context.fillStyle = palette.muted;
  context.textBaseline = "middle";
  const scale = ticks(start, end, width / TICK);
  for (const at of scale.at) {
    const x = left + Math.round(((at - start) / (end - start)) * width);
    context.fillRect(x, top, 1, 4);
    const text = moment(at, scale.step);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(left, x - half), left + width - 2 * half), top + 13);
  }
}
