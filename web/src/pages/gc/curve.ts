// Draws utilisation over the length of windows, on a logarithmic axis.
import { duration, percent } from "../../format";
import { SYSTEM, type Palette } from "../../palette";

export const HEIGHT = 300;
const LEFT = 46;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 26;
export const DASHES: readonly number[][] = [[], [7, 3], [3, 3], [1.5, 3]]; // a line for each share

export interface CurveScene {
  readonly points: readonly number[][];
  readonly width: number;
  readonly colours: Palette;
  readonly pointed: number | null; // window, ns
  readonly chosen: number;
}

interface Scale {
  readonly from: number; // logarithms
  readonly to: number;
  readonly width: number; // px of the plot
}

function scaleOf({ points, width }: Pick<CurveScene, "points" | "width">): Scale {
  const from = Math.log(points[0][0]);
  return { from, to: Math.max(from + 1e-9, Math.log(points[points.length - 1][0])), width: Math.max(1, width - LEFT - RIGHT) };
}

const xOf = (scale: Scale, windowNs: number) => LEFT + (scale.width * (Math.log(windowNs) - scale.from)) / (scale.to - scale.from);
const yOf = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);

// The window under a place of the canvas.
export function windowAt(scene: Pick<CurveScene, "points" | "width">, x: number): number {
  const scale = scaleOf(scene);
  const share = Math.min(1, Math.max(0, (x - LEFT) / scale.width));
  return Math.round(Math.exp(scale.from + share * (scale.to - scale.from)));
}

// The figures of the point nearest to a window.
export function pointNear(points: readonly number[][], windowNs: number): readonly number[] {
  const distance = (point: readonly number[]) => Math.abs(Math.log(point[0] / windowNs));
  return points.reduce((best, point) => (distance(point) < distance(best) ? point : best));
}

function drawAxes(context: CanvasRenderingContext2D, { width, colours }: CurveScene, scale: Scale): void {
  context.font = `11px ${SYSTEM}`;
  context.textBaseline = "middle";
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const y = Math.round(yOf(share)) + 0.5;
    context.fillStyle = colours.line;
    context.fillRect(LEFT, y - 0.5, width - LEFT - RIGHT, 1);
    context.fillStyle = colours.muted;
    context.textAlign = "right";
    context.fillText(`${share * 100}%`, LEFT - 7, y);
  }
  context.textAlign = "center";
  for (let power = Math.floor(scale.from / Math.LN10); power <= scale.to / Math.LN10; power++)
    for (const factor of [1, 2, 5]) {
      const at = factor * 10 ** power;
      const x = Math.round(xOf(scale, at));
      if (x < LEFT - 1 || x > LEFT + scale.width + 1) continue;
      context.fillStyle = colours.line;
      context.fillRect(x, TOP, 1, HEIGHT - TOP - BOTTOM + (factor === 1 ? 5 : 0));
      context.fillStyle = colours.muted;
      const roomy = scale.width / ((scale.to - scale.from) / Math.LN10) > 130;
      if (factor === 1 || roomy) context.fillText(duration(at).replace(/\.0+(?=\D)/, ""), Math.min(x, width - 20), HEIGHT - BOTTOM + 14);
    }
}

function drawLine(context: CanvasRenderingContext2D, scene: CurveScene, scale: Scale, line: number): void {
  context.beginPath();
  for (const point of scene.points) context.lineTo(xOf(scale, point[0]), yOf(point[1 + line]));
  context.setLineDash(DASHES[line]);
  context.strokeStyle = line === 0 ? scene.colours.accent : scene.colours.muted;
  context.lineWidth = line === 0 ? 2 : 1.5;
  context.stroke();
  context.setLineDash([]);
}

export function drawCurve(context: CanvasRenderingContext2D, scene: CurveScene): void {
  const scale = scaleOf(scene);
  const { colours, points } = scene;
  drawAxes(context, scene, scale);
  context.save();
  context.beginPath();
  context.rect(LEFT, TOP - 2, scale.width, HEIGHT - TOP - BOTTOM + 4);
  context.clip();
  const chosen = Math.round(xOf(scale, scene.chosen));
  context.fillStyle = colours.shade;
  context.fillRect(chosen - 4, TOP, 9, HEIGHT - TOP - BOTTOM);
  for (let line = points[0].length - 2; line >= 0; line--) drawLine(context, scene, scale, line);
  if (scene.pointed !== null) {
    const point = pointNear(points, scene.pointed);
    const x = xOf(scale, point[0]);
    context.fillStyle = colours.muted;
    context.fillRect(Math.round(x), TOP, 1, HEIGHT - TOP - BOTTOM);
    for (const util of point.slice(1)) {
      context.beginPath();
      context.arc(x, yOf(util), 3.5, 0, 2 * Math.PI);
      context.fillStyle = colours.accent;
      context.fill();
    }
  }
  context.restore();
}

export function describePoint(point: readonly number[], shares: readonly number[]): string {
  const figures = point.slice(1).map((util, i) => (i === 0 ? `at least ${percent(util)}` : `${percent(util)} in all but ${shares[i] * 100}%`));
  return `in any ${duration(point[0])}: ${figures.join(" · ")}`;
}
