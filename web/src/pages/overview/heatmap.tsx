// How busy each processor was over the whole trace: processors by time, each cell as dark as it was busy.
import { useEffect, useRef, useState } from "preact/hooks";
import { fetchJson } from "../../api/client";
import { BUCKETS, fetchTiles, levelHolding, MAX_TILES_PER_REQUEST, type Tile } from "../../api/tiles";
import type { Gap, TimelineReply } from "../../api/types";
import { rgb } from "../../colour";
import { moment, percent } from "../../format";
import { paletteFor, SYSTEM, type Palette } from "../../palette";
import { navigate } from "../../router";
import { drawGaps, gapBands } from "../../ui/gaps";
import { prepareCanvas, useDark, useSize } from "../../ui/size";
import { AXIS, drawTimeAxis } from "../../ui/time-axis";
import { stretchLink } from "../timeline/fragment";

const NAMES = 60; // px, left of the cells
const ROOM = 240; // px that rows share, as far as they stay readable
const HIGHEST_ROW = 18;
const LOWEST_ROW = 4;

interface Heat {
  readonly names: string[]; // of processors
  readonly shares: Float32Array[]; // busy, by processor and bucket
  readonly buckets: number;
  readonly bucket: number; // ns
  readonly span: number;
  readonly gaps: Gap[];
}

export interface Cell {
  readonly row: number;
  readonly bucket: number;
}

// Of each bucket of one tile over the whole trace, the share that something was on the processor.
export function busyShares(tile: Tile, buckets: number, bucket: number, span: number): Float32Array {
  const shares = new Float32Array(buckets);
  const within = (i: number) => Math.min(span, (i + 1) * bucket) - i * bucket; // the last one may reach beyond the end
  if (tile.kind === "dense") {
    for (let i = 0; i < buckets; i++) shares[i] = ((tile.busy[i] / 255) * bucket) / Math.max(1, within(i));
  } else if (tile.kind === "exact") {
    tile.start.forEach((start, slice) => {
      const end = Math.min(span, start + tile.duration[slice]);
      for (let i = Math.floor(Math.max(0, start) / bucket); i < buckets && i * bucket < end; i++)
        shares[i] += Math.max(0, Math.min(end, (i + 1) * bucket) - Math.max(start, i * bucket)) / Math.max(1, within(i));
    });
  }
  return shares.map((share) => Math.min(1, share));
}

async function load(): Promise<Heat | null> {
  const { lanes, span_ns: span, gaps } = await fetchJson<TimelineReply>("/api/timeline");
  const procs = lanes.filter((lane) => lane.group === "Processors");
  if (procs.length === 0 || span <= 0) return null;
  const level = levelHolding(span);
  const bucket = 2 ** level;
  const buckets = Math.min(BUCKETS, Math.ceil(span / bucket));
  const shares: Float32Array[] = [];
  for (let first = 0; first < procs.length; first += MAX_TILES_PER_REQUEST) {
    const tiles = await fetchTiles(level, procs.slice(first, first + MAX_TILES_PER_REQUEST).map(({ id }) => [id, 0]));
    for (const tile of tiles) shares.push(busyShares(tile, buckets, bucket, span));
  }
  return { names: procs.map(({ name }) => name), shares, buckets, bucket, span, gaps };
}

function rowHeight(rows: number): number {
  return Math.max(LOWEST_ROW, Math.min(HIGHEST_ROW, Math.floor(ROOM / rows)));
}

// Each processor's row as one picture, a pixel a cell.
function paint(heat: Heat, palette: Palette): HTMLCanvasElement {
  const picture = document.createElement("canvas");
  picture.width = heat.buckets;
  picture.height = heat.shares.length;
  const context = picture.getContext("2d")!;
  const image = context.createImageData(picture.width, picture.height);
  const [from, to] = [rgb(palette.lane), rgb(palette.busy)];
  heat.shares.forEach((shares, row) => {
    shares.forEach((share, i) => {
      const at = 4 * (row * heat.buckets + i);
      for (let channel = 0; channel < 3; channel++) image.data[at + channel] = Math.round(from[channel] + (to[channel] - from[channel]) * share);
      image.data[at + 3] = 255;
    });
  });
  context.putImageData(image, 0, 0);
  return picture;
}

function draw(canvas: HTMLCanvasElement, width: number, heat: Heat, dark: boolean, chosen: Cell | null): void {
  const palette = paletteFor(dark);
  const rows = heat.shares.length;
  const row = rowHeight(rows);
  const [plot, height] = [width - NAMES, rows * row];
  const shown = (heat.buckets * heat.bucket) / heat.span;
  const context = prepareCanvas(canvas, width, height + AXIS);
  context.save();
  context.beginPath();
  context.rect(NAMES, 0, plot, height);
  context.clip();
  context.imageSmoothingEnabled = false;
  context.drawImage(paint(heat, palette), NAMES, 0, plot * shown, height);
  context.fillStyle = palette.ground;
  for (let i = 1; i < rows && row > 6; i++) context.fillRect(NAMES, i * row, plot, 1);
  const ratio = window.devicePixelRatio || 1;
  drawGaps(context, palette, ratio, gapBands(heat.gaps, { start: 0, width: heat.span, left: NAMES, plot, ratio }), 0, height);
  if (chosen) {
    const cell = (plot * heat.bucket) / heat.span;
    context.strokeStyle = palette.ink;
    context.lineWidth = 1.5;
    context.strokeRect(NAMES + chosen.bucket * cell - 1, chosen.row * row, Math.max(3, cell + 2), row);
  }
  context.restore();
  context.font = `11px ${SYSTEM}`;
  context.textBaseline = "middle";
  context.fillStyle = palette.muted;
  const every = Math.ceil(12 / row);
  for (let i = 0; i < rows; i += every) context.fillText(heat.names[i], 0, i * row + Math.max(row, 10) / 2);
  drawTimeAxis(context, palette, { left: NAMES, width: plot, top: height, start: 0, end: heat.span });
}

function describe(heat: Heat, { row, bucket }: Cell): string {
  const end = Math.min(heat.span, (bucket + 1) * heat.bucket);
  return `${heat.names[row]} · ${moment(bucket * heat.bucket, heat.bucket)} to ${moment(end, heat.bucket)} · ${percent(heat.shares[row][bucket])} busy`;
}

const MOVES: Record<string, [row: number, bucket: number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export function Heatmap() {
  const section = useRef<HTMLElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(host);
  const dark = useDark();
  const [heat, setHeat] = useState<Heat | null>(null);
  const [said, setSaid] = useState("");
  const [chosen, setChosen] = useState<Cell | null>(null);

  useEffect(() => {
    load().then((loaded) => (loaded ? setHeat(loaded) : setSaid("This trace tells of no processor.")), (failure: Error) => setSaid(failure.message));
  }, []);
  useEffect(() => {
    if (heat && width > NAMES) draw(canvas.current!, width, heat, dark, chosen);
  }, [heat, width, dark, chosen]);
  useEffect(() => {
    if (heat && location.hash === "#heatmap") section.current!.scrollIntoView();
  }, [heat]);

  const cellAt = (event: MouseEvent): Cell | null => {
    if (!heat) return null;
    const box = canvas.current!.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top) / rowHeight(heat.shares.length));
    const share = (event.clientX - box.left - NAMES) / (width - NAMES);
    if (share < 0 || share >= 1 || row < 0 || row >= heat.shares.length) return null;
    return { row, bucket: Math.min(heat.buckets - 1, Math.floor((share * heat.span) / heat.bucket)) };
  };
  const open = (cell: Cell | null) => {
    if (heat && cell) navigate(stretchLink(cell.bucket * heat.bucket, Math.min(heat.span, (cell.bucket + 1) * heat.bucket), heat.span));
  };
  const onKey = (event: KeyboardEvent) => {
    if (!heat || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key];
    if (move) {
      const at = chosen ?? { row: 0, bucket: -1 };
      const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));
      setChosen({ row: clamp(at.row + move[0], heat.shares.length - 1), bucket: clamp(at.bucket + move[1], heat.buckets - 1) });
    } else if (event.key === "Enter") open(chosen);
    else if (event.key === "Escape") setChosen(null);
    else return;
    event.preventDefault();
  };

  return (
    <section class="card" id="heatmap" ref={section}>
      <header>
        <h2>Processors one by one</h2>
        <span class="heat-legend muted" role="img" aria-label="Scale: from 0 to 100 per cent busy">
          0% <span class="heat-scale" /> 100% busy
        </span>
        <span class="push muted figure heat-says" role="status">{said || (heat && chosen ? describe(heat, chosen) : "A click opens the timeline there")}</span>
      </header>
      <div class="heat-host" ref={host}>
        <canvas
          ref={canvas}
          class="heatmap"
          role="img"
          tabIndex={0}
          aria-label="How busy each processor was over time. Arrow keys move, Enter opens the timeline."
          height={60}
          onPointerMove={(event) => setChosen(cellAt(event))}
          onPointerLeave={() => setChosen(null)}
          onBlur={() => setChosen(null)}
          onClick={(event) => open(cellAt(event))}
          onKeyDown={onKey}
        />
      </div>
    </section>
  );
}
