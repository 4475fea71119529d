// The box that is drawn to zoom to: what it holds is clear, all beside it is veiled.
import { HEAD_HEIGHT, type Frame } from "./frame";

export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export function drawBox(frame: Frame, { x0, y0, x1, y1 }: Box): void {
  const { context, palette, left, width, height } = frame;
  const [from, to] = [Math.max(left, Math.min(x0, x1)), Math.min(width, Math.max(x0, x1))];
  const [top, bottom] = [Math.max(HEAD_HEIGHT, Math.min(y0, y1)), Math.min(height, Math.max(y0, y1))];
  context.fillStyle = palette.veil;
  context.fillRect(left, HEAD_HEIGHT, from - left, height - HEAD_HEIGHT);
  context.fillRect(to, HEAD_HEIGHT, width - to, height - HEAD_HEIGHT);
  context.fillRect(from, HEAD_HEIGHT, to - from, top - HEAD_HEIGHT);
  context.fillRect(from, bottom, to - from, height - bottom);
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.strokeRect(from, top, to - from, bottom - top);
}
