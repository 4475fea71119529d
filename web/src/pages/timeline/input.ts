// Pointer, wheel and keys, turned into what the timeline does.
import { AXIS_HEIGHT, HEAD_HEIGHT, PIN_WIDTH } from "./frame";
import type { Hit } from "./hit";
import type { Timeline } from "./timeline";

const CLICK = 4; // px: less movement than this is a click
const DIVIDER = 4; // px to either side
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
  | { kind: "divider" }
  | { kind: "minimap"; grip: number };

interface InputEvents {
  readonly onPoint: (pointed: Pointed | null) => void;
  readonly onHelp: () => void;
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

  const press = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const { x, y } = place(event);
    canvas.setPointerCapture(event.pointerId);
    if (nearDivider(x)) drag = { kind: "divider" };
    else if (onMinimap(x, y)) {
      const time = timeline.minimapTime(x);
      const { start, end, width } = timeline.view;
      const grip = time >= start && time <= end ? time - start : width / 2;
      drag = { kind: "minimap", grip };
      centreMinimap(x, grip);
    } else if (event.shiftKey && x >= timeline.left) drag = { kind: "range", from: timeline.timeAt(x) };
    else drag = { kind: "pan", startX: x, startY: y, viewStart: timeline.view.start, scroll: timeline.scrollTop, moved: false };
    canvas.focus({ preventScroll: true });
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
      case "pan":
        if (!active.moved && Math.hypot(x - active.startX, y - active.startY) < CLICK) return;
        active.moved = true;
        view.jumpTo({ start: active.viewStart - ((x - active.startX) / timeline.plot) * view.width, width: view.width });
        timeline.scrollTo(active.scroll - (y - active.startY));
    }
  };

  const cursor = (x: number, y: number) => {
    if (drag?.kind === "pan" && drag.moved) return "grabbing";
    if (nearDivider(x)) return "col-resize";
    if (onMinimap(x, y)) return "grab";
    const kind = timeline.rowAt(y)?.kind;
    return kind === "header" || kind === "function" || (kind === "lane" && onPin(x)) ? "pointer" : "default";
  };
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

  const release = (event: PointerEvent) => {
    const { x, y } = place(event);
    const ended = drag;
    drag = null;
    if (ended?.kind === "range" && timeline.range && (timeline.range.width / timeline.view.width) * timeline.plot < CLICK) timeline.setRange(null);
    if (ended?.kind !== "pan" || ended.moved) return;
    const row = timeline.rowAt(y);
    if (row?.kind === "header") timeline.toggleFold(row.group);
    else if (row?.kind === "function") timeline.toggleFunction(row.row.name);
    else if (row?.kind === "lane" && onPin(x)) timeline.togglePin(row);
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
  canvas.addEventListener("pointercancel", () => (drag = null), options);
  canvas.addEventListener("pointerleave", leave, options);
  canvas.addEventListener("dblclick", double, options);
  canvas.addEventListener("wheel", wheel, { ...options, passive: false });
  listenToKeys(timeline, () => (pointerX < 0 ? 0.5 : timeline.anchorAt(pointerX)), events, abort.signal);
  return () => abort.abort();
}

// Held keys move on steadily: zoom in powers of two a second, pan in widths of the view, scroll in pixels.
const MOTIONS: Record<string, { zoom?: number; pan?: number; scroll?: number }> = {
  w: { zoom: -3.2 },
  s: { zoom: 3.2 },
  a: { pan: -0.9 },
  d: { pan: 0.9 },
  ArrowLeft: { pan: -0.9 },
  ArrowRight: { pan: 0.9 },
  ArrowUp: { scroll: -600 },
  ArrowDown: { scroll: 600 },
  PageUp: { scroll: -6000 },
  PageDown: { scroll: 6000 },
};
const FIRST_STEP = 0.14; // seconds of motion that a single press is worth

function listenToKeys(timeline: Timeline, anchor: () => number, events: InputEvents, signal: AbortSignal): void {
  const held = new Set<string>();
  const sum = (of: "zoom" | "pan" | "scroll") => [...held].reduce((total, key) => total + (MOTIONS[key][of] ?? 0), 0);
  const apply = () => {
    timeline.motion.zoom = sum("zoom");
    timeline.motion.pan = sum("pan");
    timeline.motion.scroll = sum("scroll");
    timeline.invalidate();
  };
  const actions: Record<string, () => void> = {
    f: () => timeline.fitSelection(),
    "0": () => timeline.showAll(),
    Escape: () => timeline.clear(),
    ",": () => timeline.step("previous"),
    ".": () => timeline.step("next"),
    c: () => timeline.toggleCompact(),
    l: () => events.onFilter("lanes"),
    g: () => events.onFilter("goroutines"),
    p: () => timeline.togglePinHere(),
    "?": events.onHelp,
  };
  const keyOf = (event: KeyboardEvent) => (event.key.length === 1 ? event.key.toLowerCase() : event.key);

  const down = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest("input, textarea, select, dialog")) return;
    const key = keyOf(event);
    const motion = MOTIONS[key];
    if (motion) {
      // Arrows scroll the details panel while it has the focus.
      if ((event.target as Element).closest(".details") && key.startsWith("Arrow")) return;
      event.preventDefault();
      if (held.has(key)) return;
      held.add(key);
      timeline.motion.anchor = anchor();
      if (motion.zoom) timeline.view.zoom(2 ** (motion.zoom * FIRST_STEP), anchor());
      if (motion.pan) timeline.view.pan(motion.pan * FIRST_STEP);
      if (motion.scroll) timeline.scrollTo(timeline.scrollTop + motion.scroll * FIRST_STEP * 0.4);
      apply();
    } else if (actions[key]) {
      event.preventDefault();
      actions[key]();
    }
  };
  const up = (event: KeyboardEvent) => {
    if (held.delete(keyOf(event))) apply();
  };
  const blur = () => {
    held.clear();
    apply();
  };
  window.addEventListener("keydown", down, { signal });
  window.addEventListener("keyup", up, { signal });
  window.addEventListener("blur", blur, { signal });
}
