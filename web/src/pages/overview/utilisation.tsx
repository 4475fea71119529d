// Processor utilisation over the whole trace; dragging over it opens that part in the timeline.
import { useEffect, useRef, useState } from "preact/hooks";
import { fetchJson } from "../../api/client";
import { BUCKETS, fetchTiles, levelHolding, type CounterTile } from "../../api/tiles";
import type { Gap, Reading, TimelineReply } from "../../api/types";
import { duration, moment } from "../../format";
import { paletteFor } from "../../palette";
import { useAxisSpan } from "../../reading";
import { navigate } from "../../router";
import { State } from "../../states";
import { drawStacked } from "../../ui/area";
import { drawGaps, gapBands, gapsWithin } from "../../ui/gaps";
import { prepareCanvas, useDark, useSize } from "../../ui/size";
import { ticks } from "../../ui/ticks";
import { timelineLink } from "../timeline/fragment";

const HEIGHT = 190;
const AXIS = 20;
const PLOT = HEIGHT - AXIS;

// The series of the lane `procs`, in its order.
const SERIES = [
  { label: "running", state: State.Running },
  { label: "syscall", state: State.Syscall },
  { label: "idle", state: State.Idle },
];

interface UtilisationProps {
  readonly reading: Reading | null;
  readonly span: number; // so far
  readonly procs: number;
  readonly damaged: boolean; // events may be missing
}

interface Picture {
  readonly span: number;
  readonly procs: number;
  readonly bucket: number;
  readonly buckets: number;
  readonly series: Float32Array[];
  readonly gaps: Gap[];
}

async function loadGaps(): Promise<Gap[]> {
  return (await fetchJson<TimelineReply>("/api/timeline")).gaps;
}

// `span` is that of the axis.
async function load({ span, procs, damaged }: Omit<UtilisationProps, "reading">): Promise<Picture | null> {
  const level = levelHolding(span);
  const [[tile], gaps] = await Promise.all([fetchTiles(level, [["procs", 0]]), damaged ? loadGaps() : []]);
  if (tile.kind !== "counter") return null;
  const bucket = 2 ** level;
  return { span, procs, bucket, buckets: Math.min(BUCKETS, Math.ceil(span / bucket)), series: (tile as CounterTile).mean, gaps };
}

function draw(canvas: HTMLCanvasElement, width: number, picture: Picture, dark: boolean, from: number | null, to: number | null): void {
  const context = prepareCanvas(canvas, width, HEIGHT);
  const shown = (picture.buckets * picture.bucket) / picture.span; // the last bucket may reach beyond the end
  const colours = paletteFor(dark);
  context.save();
  context.beginPath();
  context.rect(0, 0, width, PLOT);
  context.clip();
  context.fillStyle = colours.lane;
  context.fillRect(0, 0, width, PLOT);
  const areas = SERIES.slice(0, 2).map(({ state }, i) => ({
    values: (bucket: number) => picture.series[i]?.[bucket],
    colour: colours.state[state],
  }));
  const box = { left: 0, top: 0, width: width * shown, height: PLOT, full: picture.procs };
  drawStacked(context, areas, picture.buckets, box);
  const ratio = window.devicePixelRatio || 1;
  const bands = gapBands(picture.gaps, { start: 0, width: picture.span, left: 0, plot: width, ratio });
  drawGaps(context, colours, ratio, bands, 0, PLOT);
  if (from !== null && to !== null) {
    context.fillStyle = colours.shade;
    context.fillRect(Math.min(from, to), 0, Math.abs(to - from), PLOT);
  }
  context.restore();

  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.muted;
  context.textBaseline = "middle";
  const scale = ticks(0, picture.span, width / 110);
  for (const at of scale.at) {
    const x = Math.round((at / picture.span) * width);
    context.fillRect(x, PLOT, 1, 4);
    const text = moment(at, scale.step);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(0, x - half), width - 2 * half), PLOT + 13);
  }
}

function describe(picture: Picture, share: number, pixel: number): string {
  const time = share * picture.span;
  if (gapsWithin(picture.gaps, time - pixel, time + pixel)) return `${moment(time, picture.bucket)} · events are missing`;
  const bucket = Math.min(picture.buckets - 1, Math.floor(time / picture.bucket));
  const figures = SERIES.map(({ label }, i) => `${(picture.series[i]?.[bucket] || 0).toFixed(1)} ${label}`);
  return `${moment(time, picture.bucket)} · ${figures.join(" · ")}`;
}

export function Utilisation({ reading, span: spanSoFar, procs, damaged }: UtilisationProps) {
  const span = useAxisSpan(reading, spanSoFar);
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(host);
  const dark = useDark();
  const asked = useRef(0); // the number of the last request
  const shown = useRef(0); // and of the picture's
  const [picture, setPicture] = useState<Picture | null>(null);
  const [error, setError] = useState("");
  const [pointer, setPointer] = useState<number | null>(null);
  const [pressed, setPressed] = useState<number | null>(null);

  useEffect(() => {
    const number = ++asked.current;
    load({ span, procs: Math.max(1, procs), damaged }).then((loaded) => {
      if (number < shown.current) return;
      shown.current = number;
      setPicture(loaded);
    }, (failure: Error) => setError(failure.message));
  }, [span, spanSoFar, procs, damaged, reading === null]);
  useEffect(() => {
    if (picture && width > 0) draw(canvas.current!, width, picture, dark, pressed, pointer);
  }, [picture, width, dark, pressed, pointer]);

  const position = (event: PointerEvent) => {
    const x = event.clientX - canvas.current!.getBoundingClientRect().left;
    return Math.min(width, Math.max(0, x));
  };
  const release = (event: PointerEvent) => {
    if (pressed === null) return;
    const end = position(event);
    setPressed(null);
    const reach = Math.abs(end - pressed) < 4 ? width / 20 : 0; // a click opens the surroundings
    const from = Math.max(0, Math.min(pressed, end) - reach);
    const to = Math.min(width, Math.max(pressed, end) + reach);
    navigate(timelineLink({ start: (from / width) * span, width: ((to - from) / width) * span }));
  };

  const selecting = pressed !== null && pointer !== null && Math.abs(pointer - pressed) >= 4;
  return (
    <div class="utilisation">
      <p class="utilisation-says muted figure">
        {error || (selecting ? `${duration((Math.abs(pointer - pressed) / width) * span)} selected` : picture && pointer !== null ? describe(picture, pointer / width, span / width) : "Drag to open a part in the timeline")}
      </p>
      <div ref={host}>
        <canvas
          ref={canvas}
          role="img"
          aria-label="Processors running over time"
          height={HEIGHT}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setPressed(position(event));
          }}
          onPointerMove={(event) => setPointer(position(event))}
          onPointerLeave={() => setPointer(null)}
          onPointerUp={release}
          onPointerCancel={() => setPressed(null)}
        />
      </div>
    </div>
  );
}
