// Rows that are no lanes: start functions, and words where lanes would be.
import type { SliceLane } from "../../api/types";
import { count, duration } from "../../format";
import { fitName } from "../../names";
import { MONOSPACE, SYSTEM } from "../../palette";
import { stateStyle } from "../../states";
import { clipText, PIN_WIDTH, type Frame } from "./frame";
import type { FunctionRow, NoteRow } from "./layout";
import { setFont, textWidth } from "./text-width";

const BAR_WIDTH = 120;
const NAMELESS = "(no start function known)";

export function drawTriangle({ context, palette }: Frame, x: number, middle: number, open: boolean): void {
  context.fillStyle = palette.muted;
  context.beginPath();
  if (!open) {
    context.moveTo(x - 2, middle - 4);
    context.lineTo(x + 3, middle);
    context.lineTo(x - 2, middle + 4);
  } else {
    context.moveTo(x - 4, middle - 2);
    context.lineTo(x + 4, middle - 2);
    context.lineTo(x, middle + 3);
  }
  context.fill();
}

function fitted(context: CanvasRenderingContext2D, name: string, width: number): string {
  const length = Math.floor((width * 10) / textWidth(context, "0123456789"));
  return fitName(name, length) ?? clipText(context, name.slice(name.lastIndexOf(".") + 1), width);
}

// Behind a goroutine's id, its start function.
export function drawFunctionName(frame: Frame, { goroutine }: SliceLane, x: number, middle: number): void {
  const { context, palette, left } = frame;
  const room = left - PIN_WIDTH - x;
  if (!goroutine || room < 30) return;
  setFont(context, `11px ${MONOSPACE}`);
  context.fillStyle = palette.muted;
  context.fillText(fitted(context, goroutine.name, room), x, middle);
}

// Time by state, from the largest on, of the goroutines of a function.
function shares({ row, states }: FunctionRow): { state: number; ns: number }[] {
  return states.map((state, i) => ({ state, ns: row.ns[i] })).filter(({ ns }) => ns > 0).sort((a, b) => b.ns - a.ns);
}

function drawShares(frame: Frame, row: FunctionRow, x: number, y: number): void {
  const { context, palette } = frame;
  const sum = row.row.ns.reduce((total, ns) => total + ns, 0);
  for (const { state, ns } of shares(row)) {
    const width = (ns / sum) * BAR_WIDTH;
    const height = 14 * stateStyle(state).height;
    context.fillStyle = palette.state[state];
    context.fillRect(x, y + 4 + 14 - height, width, height);
    x += width;
  }
}

// Over the whole width; the name column has the count, so that the name is whole.
export function drawFunctionRow(frame: Frame, row: FunctionRow, y: number): void {
  const { context, palette, left, plot } = frame;
  const middle = y + row.height / 2 + 0.5;
  context.fillStyle = palette.ground;
  context.fillRect(left, y, plot, row.height);
  drawShares(frame, row, left + 8, y);
  context.textBaseline = "middle";
  setFont(context, `12px ${MONOSPACE}`);
  context.fillStyle = palette.ink;
  const name = row.row.name || NAMELESS;
  const x = left + 8 + (row.states.length > 0 ? BAR_WIDTH + 10 : 0);
  const shown = fitted(context, name, Math.max(120, plot - 620));
  context.fillText(shown, x, middle);
  const told = row.told ? [row.told] : shares(row).slice(0, 4).map(({ state, ns }) => `${stateStyle(state).label} ${duration(ns)}`);
  const behind = x + textWidth(context, shown) + 14;
  setFont(context, `11px ${SYSTEM}`);
  context.fillStyle = palette.muted;
  context.fillText(clipText(context, told.join(" · "), frame.width - behind - 20), behind, middle);
}

export function drawFunctionHead(frame: Frame, row: FunctionRow, y: number): void {
  const { context, palette, left } = frame;
  const middle = y + row.height / 2 + 0.5;
  context.fillStyle = palette.ground;
  context.fillRect(0, y, left, row.height);
  drawTriangle(frame, 17, middle, row.open);
  context.textBaseline = "middle";
  setFont(context, `12px ${SYSTEM}`);
  context.fillStyle = palette.ink;
  context.fillText(clipText(context, `${count(row.row.count)} ${row.row.count === 1 ? "goroutine" : "goroutines"}`, left - 36), 28, middle);
}

export function drawNote(frame: Frame, row: NoteRow, y: number): void {
  const { context, palette, left } = frame;
  context.textBaseline = "middle";
  setFont(context, `12px ${SYSTEM}`);
  context.fillStyle = palette.muted;
  context.fillText(row.text, left + 10, y + row.height / 2);
}
