// Pointer, wheel and keys, turned into what the timeline does.
import { provide, type Action } from "../../commands";
import { AXIS_HEIGHT, HEAD_HEIGHT, PIN_WIDTH } from "./frame";
import { foldsOut } from "./below";
import { nameLeft } from "./draw-lanes";
import type { Hit } from "./hit";
import type { LaneRow } from "./layout";
import { endNear } from "./span";
import type { Timeline } from "./timeline";

const CLICK = 4; // px: less movement than this is a click
const DIVIDER = 4; // px to either side
const END = 6; // px: how near to an end of the span
const WHEEL_ZOOM = 0.0044; // powers of two for each pixel that the wheel turns
const LINE = 16;

export interface Pointed {
  readonly hit: Hit | null;
  readonly x: number;
  readonly y: number;
}

type Drag =
  | { kind: "pan"; startX: number; startY: number; viewStart: number; scroll: number; moved: boolean }
  | { kind: "range"; from: number }
  | { kind: "box"; x: number; y: number }
  | { kind: "divider" }
  | { kind: "minimap"; grip: number };

interface InputEvents {
  readonly onPoint: (pointed: Pointed | null) => void;
  readonly onFilter: (which: "lanes" | "goroutines") => void;
}

export function listen(canvas: HTMLCanvasElement, timeline: Timeline, events: InputEvents): () => void {
  const abort = new AbortController();
  const options = { signal: abort.signal };
  let drag: Drag | null = null;
  let pointerX = -1;

  const place = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const nearDivider = (x: number) => Math.abs(x - timeline.left) <= DIVIDER;
  const onMinimap = (x: number, y: number) => y >= AXIS_HEIGHT && y < HEAD_HEIGHT && x >= timeline.left;

  const centreMinimap = (x: number, grip: number) => {
    const { width } = timeline.view.target;
    timeline.view.jumpTo({ start: timeline.minimapTime(x) - grip, width });
    timeline.invalidate();
  };

  // On the axis, where the ruler is.
  const spanEnd = (x: number, y: number) =>
    y < AXIS_HEIGHT && x >= timeline.left ? endNear(timeline.range, timeline.timeAt(x), (END * timeline.view.width) / timeline.plot) : null;

  const press = (event: PointerEvent) => {
    const { x, y } = place(event);
    const boxes = event.button === 2 || (event.button === 0 && event.altKey);
    if (drag || (boxes ? x < timeline.left || y < HEAD_HEIGHT : event.button !== 0)) return;
    canvas.setPointerCapture(event.pointerId);
    timeline.beginGesture();
    if (boxes) drag = { kind: "box", x, y };
    else if (nearDivider(x)) drag = { kind: "divider" };
    else if (onMinimap(x, y)) {
      const time = timeline.minimapTime(x);
      const { start, end, width } = timeline.view;
      const grip = time >= start && time <= end ? time - start : width / 2;
      drag = { kind: "minimap", grip };
      centreMinimap(x, grip);
    } else if (spanEnd(x, y)) drag = { kind: "range", from: spanEnd(x, y)!.other };
    else if (event.shiftKey && x >= timeline.left) drag = { kind: "range", from: timeline.timeAt(x) };
    else drag = { kind: "pan", startX: x, startY: y, viewStart: timeline.view.start, scroll: timeline.scrollTop, moved: false };
  };

  const continueDrag = (active: Drag, x: number, y: number) => {
    const { view } = timeline;
    switch (active.kind) {
      case "divider":
        timeline.setLeft(x);
        return;
      case "minimap":
        centreMinimap(x, active.grip);
        return;
      case "range": {
        const to = Math.max(0, Math.min(view.span, timeline.timeAt(Math.max(x, timeline.left))));
        timeline.setRange({ start: Math.min(active.from, to), width: Math.abs(to - active.from) });
        return;
      }
      case "box":
        timeline.setBox({ x0: active.x, y0: active.y, x1: x, y1: y });
        return;
      case "pan":
        if (!active.moved && Math.hypot(x - active.startX, y - active.startY) < CLICK) return;
        active.moved = true;
        view.jumpTo({ start: active.viewStart - ((x - active.startX) / timeline.plot) * view.width, width: view.width });
        timeline.scrollTo(active.scroll - (y - active.startY));
    }
  };

  const cursor = (x: number, y: number) => {
    if (drag?.kind === "pan" && drag.moved) return "grabbing";
    if (drag?.kind === "box") return "crosshair";
    if (nearDivider(x)) return "col-resize";
    if (drag?.kind === "range" || (!drag && spanEnd(x, y))) return "ew-resize";
    if (onMinimap(x, y)) return "grab";
    const row = timeline.rowAt(y);
    const acts = row?.kind === "header" || row?.kind === "function" || (row?.kind === "lane" && (onTriangle(row, x) || (onPin(x) && !isNested(row))));
    return acts ? "pointer" : "default";
  };
  const onTriangle = (row: LaneRow, x: number) => foldsOut(row.lane) && x < nameLeft(row);
  const isNested = ({ lane }: LaneRow) => lane.kind === "slices" && lane.nested !== undefined;
  const onPin = (x: number) => x < timeline.left && x >= timeline.left - PIN_WIDTH;

  const move = (event: PointerEvent) => {
    const { x, y } = place(event);
    pointerX = x;
    timeline.motion.anchor = timeline.anchorAt(x);
    if (drag) continueDrag(drag, x, y);
    canvas.style.cursor = cursor(x, y);
    const row = timeline.rowAt(y);
    timeline.setHovered(row?.kind === "lane" ? row.lane.id : null);
    events.onPoint(drag ? null : { hit: timeline.hit(x, y), x, y });
  };

  const endBox = (x0: number, y0: number, x1: number, y1: number) => {
    timeline.setBox(null);
    if (Math.abs(x1 - x0) >= CLICK) timeline.zoomToBox({ x0, y0, x1, y1 });
  };

  const cancel = () => {
    drag = null;
    timeline.setBox(null);
    timeline.endGesture();
  };

  const release = (event: PointerEvent) => {
    const { x, y } = place(event);
    const ended = drag;
    drag = null;
    if (ended?.kind === "box") endBox(ended.x, ended.y, x, y);
    timeline.endGesture();
    if (ended?.kind === "range") {
      if (timeline.range && (timeline.range.width / timeline.view.width) * timeline.plot < CLICK) timeline.setRange(null);
      timeline.settleRange();
    }
    if (ended?.kind !== "pan" || ended.moved) return;
    const row = timeline.rowAt(y);
    if (row?.kind === "header") timeline.toggleFold(row.group);
    else if (row?.kind === "function") timeline.toggleGathered(row.key);
    else if (row?.kind === "lane" && onTriangle(row, x)) timeline.toggleBelow(row);
    else if (row?.kind === "lane" && onPin(x) && !isNested(row)) timeline.togglePin(row);
    else if (row?.kind === "lane" && x < timeline.left) timeline.fitLife(row);
    else if (row && x >= timeline.left) void timeline.selectAt(x, y);
  };

  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const { x, y } = place(event);
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (x < timeline.left) timeline.scrollAt(y, dy);
    else if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) timeline.view.pan((dx || dy) / timeline.plot);
    else timeline.view.zoom(2 ** (dy * WHEEL_ZOOM), timeline.anchorAt(x));
    timeline.invalidate();
  };

  const leave = () => {
    timeline.setHovered(null);
    timeline.motion.anchor = 0.5;
    pointerX = -1;
    events.onPoint(null);
  };

  // A double click has selected what it hit with its first click.
  const double = (event: MouseEvent) => {
    const { x, y } = place(event);
    if (x < timeline.left || timeline.rowAt(y)?.kind !== "lane") return;
    if (timeline.slice || timeline.range) timeline.fitSelection();
  };

  canvas.addEventListener("pointerdown", press, options);
  canvas.addEventListener("pointermove", move, options);
  canvas.addEventListener("pointerup", release, options);
  canvas.addEventListener("pointercancel", cancel, options);
  canvas.addEventListener("contextmenu", (event) => event.preventDefault(), options);
  canvas.addEventListener("pointerleave", leave, options);
  canvas.addEventListener("dblclick", double, options);
  canvas.addEventListener("wheel", wheel, { ...options, passive: false });
  const takeBack = provide(actionsOf(timeline, () => (pointerX < 0 ? 0.5 : timeline.anchorAt(pointerX)), events));
  return () => {
    abort.abort();
    takeBack();
  };
}

// Keys that move: zoom in powers of two a second, pan in widths of the view, scroll in pixels.
const MOTIONS: Readonly<Record<string, { zoom?: number; pan?: number; scroll?: number }>> = {
  "zoom-in": { zoom: -3.2 },
  "zoom-out": { zoom: 3.2 },
  left: { pan: -0.9 },
  right: { pan: 0.9 },
  up: { scroll: -600 },
  down: { scroll: 600 },
  "page-up": { scroll: -6000 },
  "page-down": { scroll: 6000 },
};
const TAP = 0.14; // seconds: what a press is worth at once; a key that is held for longer moves on steadily

function motions(timeline: Timeline, anchor: () => number): Record<string, Action> {
  const pressed = new Map<string, number>(); // with the timers after which they move on
  const moving = new Set<string>();
  const sum = (of: "zoom" | "pan" | "scroll") => [...moving].reduce((total, id) => total + (MOTIONS[id][of] ?? 0), 0);
  const apply = () => {
    timeline.motion.zoom = sum("zoom");
    timeline.motion.pan = sum("pan");
    timeline.motion.scroll = sum("scroll");
    timeline.invalidate();
  };
  const press = (id: string) => {
    const { zoom, pan, scroll } = MOTIONS[id];
    if (pressed.size === 0) timeline.beginGesture();
    clearTimeout(pressed.get(id));
    pressed.set(id, window.setTimeout(() => (moving.add(id), apply()), TAP * 1000));
    timeline.motion.anchor = anchor();
    if (zoom) timeline.view.zoom(2 ** (zoom * TAP), anchor());
    if (pan) timeline.view.pan(pan * TAP);
    if (scroll) timeline.scrollTo(timeline.scrollTop + scroll * TAP * 0.4);
    timeline.invalidate();
  };
  const release = (id: string) => {
    clearTimeout(pressed.get(id));
    pressed.delete(id);
    moving.delete(id);
    apply();
    if (pressed.size === 0) timeline.endGesture();
  };
  return Object.fromEntries(Object.keys(MOTIONS).map((id) => [id, { press: () => press(id), release: () => release(id) }]));
}

function actionsOf(timeline: Timeline, anchor: () => number, events: InputEvents): Record<string, Action> {
  return {
    ...motions(timeline, anchor),
    fit: () => timeline.fitSelection(),
    all: () => timeline.showAll(),
    undo: () => timeline.undo(),
    redo: () => timeline.redo(),
    clear: () => timeline.clear(),
    previous: () => timeline.step("previous"),
    next: () => timeline.step("next"),
    waker: () => void timeline.follow("waker"),
    woken: () => void timeline.follow("woken"),
    arrows: () => timeline.toggleArrows(),
    compact: () => timeline.toggleCompact(),
    filter: () => events.onFilter("lanes"),
    "filter-goroutines": () => events.onFilter("goroutines"),
    pin: () => timeline.togglePinHere(),
    below: () => timeline.toggleBelowHere(),
    span: () => timeline.markSpan(),
    "next-match": () => void timeline.stepMatch("next"),
    "previous-match": () => void timeline.stepMatch("previous"),
  };
}
