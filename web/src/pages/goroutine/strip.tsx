// One goroutine's life as a strip: its lane, drawn small. A click opens the timeline there, dragging opens a part.
import { useEffect, useMemo, useState } from "preact/hooks";
import { BUCKETS, fetchTiles, MAX_TILES_PER_REQUEST, MAX_LEVEL, type Tile } from "../../api/tiles";
import { duration, moment } from "../../format";
import { stateStyle } from "../../states";
import { hatchPattern } from "../../ui/hatch";
import { TimePicture, type Paint } from "../../ui/time-picture";

const LANE = 44; // px
const AROUND = 1 / 40; // of the width, on either side of a click

interface StripProps {
  readonly lane: string;
  readonly start: number;
  readonly end: number;
  readonly linkTo: (start: number, end: number) => string;
}

// What the lane shows in a stretch: of exact tiles each state, of dense ones the state with the most time.
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly state: number;
  readonly states: number; // that it stands for
}

interface Picture {
  readonly lane: string;
  readonly pieces: Piece[]; // by time
}

function piecesOf(tile: Tile, tileStart: number, bucket: number, pieces: Piece[]): void {
  const last = pieces[pieces.length - 1]?.end ?? -1;
  if (tile.kind === "exact") {
    tile.start.forEach((start, i) => {
      if (start + tile.duration[i] > last) pieces.push({ start, end: start + tile.duration[i], state: tile.state[i], states: 1 });
    });
  } else if (tile.kind === "dense") {
    tile.state.forEach((state, i) => {
      const start = tileStart + i * bucket;
      if (state !== 0) pieces.push({ start, end: start + bucket, state, states: tile.count[i] });
    });
  }
}

// Buckets of about a device pixel.
async function load(lane: string, start: number, end: number, pixels: number): Promise<Picture> {
  const level = Math.max(0, Math.min(MAX_LEVEL, Math.floor(Math.log2((end - start) / Math.max(1, pixels)))));
  const span = BUCKETS * 2 ** level;
  const first = Math.floor(start / span);
  const wanted = Math.min(MAX_TILES_PER_REQUEST, Math.floor(end / span) - first + 1);
  const tiles = await fetchTiles(level, Array.from({ length: wanted }, (_, i) => [lane, first + i]));
  const pieces: Piece[] = [];
  tiles.forEach((tile, i) => piecesOf(tile, (first + i) * span, 2 ** level, pieces));
  return { lane, pieces };
}

function paintPieces({ pieces }: Picture, { start, end }: StripProps): Paint {
  return (context, palette, width) => {
    const ratio = window.devicePixelRatio || 1;
    for (const piece of pieces) {
      const { height: share, hatch } = stateStyle(piece.state);
      const x = Math.max(0, ((piece.start - start) / (end - start)) * width);
      const right = Math.min(width, ((piece.end - start) / (end - start)) * width);
      const height = LANE * share;
      const wide = Math.max(1 / ratio, right - x);
      context.fillStyle = palette.state[piece.state];
      context.fillRect(x, LANE - height, wide, height);
      if (!hatch || wide < 3) continue;
      context.fillStyle = hatchPattern(context, { colour: palette.hatch, size: 6, stripe: 1.2 }, ratio);
      context.fillRect(x, LANE - height, wide, height);
    }
  };
}

// The last piece that begins at a time or before it.
function pieceAt(pieces: Piece[], time: number): Piece | null {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return pieces[low - 1] ?? null;
}

function describe(piece: Piece | null, time: number, step: number): string {
  if (!piece || piece.end < time) return moment(time, step);
  const { label } = stateStyle(piece.state);
  if (piece.states > 1) return `${moment(time, step)} · mostly ${label}`;
  return `${moment(time, step)} · ${label} for ${duration(piece.end - piece.start)}`;
}

export function Strip(props: StripProps) {
  const { lane, start, end, linkTo } = props;
  const [width, setWidth] = useState(0);
  const [picture, setPicture] = useState<Picture | null>(null);
  const [error, setError] = useState("");

  useEffect(() => {
    let wanted = true;
    if (width === 0 || end <= start) return;
    load(lane, start, end, width * (window.devicePixelRatio || 1)).then(
      (loaded) => wanted && setPicture(loaded),
      (failure: Error) => wanted && setError(failure.message),
    );
    return () => void (wanted = false);
  }, [lane, start, end, width]);
  const paint = useMemo(() => (picture?.lane === lane ? paintPieces(picture, props) : null), [picture, lane, start, end]);

  return (
    <TimePicture
      class="strip"
      label="What the goroutine did over time"
      height={LANE}
      start={start}
      end={end}
      paint={paint}
      hint="A click opens the timeline there, dragging a part"
      error={error}
      describe={(time, step) => describe(pieceAt(picture!.pieces, time), time, step)}
      around={AROUND}
      linkTo={linkTo}
      onWidth={setWidth}
    />
  );
}
