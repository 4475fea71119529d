// A picture over time with an axis beneath: a click opens a moment with its surroundings, dragging opens a stretch;
// the arrow keys and Enter do the same.
import { useEffect, useRef, useState } from "preact/hooks";
import { duration } from "../format";
import { paletteFor, type Palette } from "../palette";
import { navigate } from "../router";
import { pickByKey } from "./picker";
import { prepareCanvas, useDark, useSize } from "./size";
import { AXIS, drawTimeAxis } from "./time-axis";

const CLICK = 4; // px: less is no drag

// Draws within a plot of the height it was given; what reaches beyond is cut off.
export type Paint = (context: CanvasRenderingContext2D, palette: Palette, width: number) => void;

interface TimePictureProps {
  readonly class: string;
  readonly label: string;
  readonly height: number; // of the plot
  readonly start: number;
  readonly end: number;
  readonly paint: Paint | null; // null: not known yet; another function draws anew
  readonly hint: string; // while nothing is pointed at
  readonly error: string;
  readonly describe: (time: number, step: number) => string; // what is there; step: how much time a pixel is
  readonly around: number; // share of the width that a click opens on either side
  readonly linkTo: (start: number, end: number) => string;
  readonly onWidth?: (width: number) => void;
}

function draw(canvas: HTMLCanvasElement, width: number, dark: boolean, props: TimePictureProps, drag: [number, number] | null): void {
  const context = prepareCanvas(canvas, width, props.height + AXIS);
  const palette = paletteFor(dark);
  context.save();
  context.beginPath();
  context.rect(0, 0, width, props.height);
  context.clip();
  context.fillStyle = palette.lane;
  context.fillRect(0, 0, width, props.height);
  props.paint?.(context, palette, width);
  if (drag) {
    context.fillStyle = palette.shade;
    context.fillRect(Math.min(...drag), 0, Math.abs(drag[1] - drag[0]), props.height);
  }
  context.restore();
  drawTimeAxis(context, palette, { left: 0, width, top: props.height, start: props.start, end: props.end });
}

export function TimePicture(props: TimePictureProps) {
  const { start, end, paint, around, linkTo, onWidth } = props;
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(host);
  const dark = useDark();
  const [pointer, setPointer] = useState<number | null>(null);
  const [pressed, setPressed] = useState<number | null>(null);
  const drag: [number, number] | null = pressed !== null && pointer !== null ? [pressed, pointer] : null;

  useEffect(() => {
    if (width > 0) onWidth?.(width);
  }, [width, onWidth]);
  useEffect(() => {
    if (paint && width > 0) draw(canvas.current!, width, dark, props, drag);
  }, [paint, width, dark, pressed, pointer, start, end]);

  const position = (event: PointerEvent) => Math.min(width, Math.max(0, event.clientX - canvas.current!.getBoundingClientRect().left));
  const timeAt = (x: number) => start + (x / Math.max(1, width)) * (end - start);
  const open = (from: number, to: number) => {
    setPressed(null);
    const reach = Math.abs(to - from) < CLICK ? width * around : 0;
    navigate(linkTo(timeAt(Math.max(0, Math.min(from, to) - reach)), timeAt(Math.min(width, Math.max(from, to) + reach))));
  };
  const onKey = (event: KeyboardEvent) => {
    const picked = pickByKey(event, { pointer, pressed }, width);
    if (!picked) return;
    event.preventDefault();
    if (picked.open) return open(picked.pressed ?? picked.pointer!, picked.pointer!);
    setPointer(picked.pointer);
    setPressed(picked.pressed);
  };
  const letGo = () => {
    setPointer(null);
    setPressed(null);
  };
  const says = () => {
    if (props.error) return props.error;
    if (drag && Math.abs(drag[1] - drag[0]) >= CLICK) return `${duration(Math.abs(timeAt(drag[1]) - timeAt(drag[0])))} selected`;
    return paint && pointer !== null ? props.describe(timeAt(pointer), (end - start) / Math.max(1, width)) : props.hint;
  };
  return (
    <div class={props.class}>
      <p class={`${props.class}-says muted figure`} role="status">{says()}</p>
      <div ref={host}>
        <canvas
          ref={canvas}
          role="img"
          tabIndex={0}
          aria-label={`${props.label}. Arrow keys move, with Shift they select, Enter opens the timeline.`}
          height={props.height + AXIS}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setPressed(position(event));
            setPointer(position(event));
          }}
          onPointerMove={(event) => setPointer(position(event))}
          onPointerLeave={() => setPointer(null)}
          onPointerUp={(event) => pressed !== null && open(pressed, position(event))}
          onPointerCancel={() => setPressed(null)}
          onBlur={letGo}
          onKeyDown={onKey}
        />
      </div>
    </div>
  );
}
