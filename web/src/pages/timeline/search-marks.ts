// Where the matches of a search are: counts in buckets of time, as a strip under the minimap and a thin one in it.
import { fetchMarks, type FoundKind } from "../../api/search";
import { BUCKETS } from "../../api/tiles";
import { count } from "../../format";
import { SYSTEM } from "../../palette";
import { AXIS_HEIGHT, HEAD_HEIGHT, tilesOver, xOf, type Frame } from "./frame";
import type { Range } from "./viewport";

const MOST_TILES = 300;
const AT_ONCE = 16;
const RETRY = 600; // ms
const STRIP = 6; // px

export interface Sought {
  readonly text: string;
  readonly kind: FoundKind | null;
}

export class SearchMarks {
  sought: Sought | null = null;
  matches: number | null = null;
  at: number | null = null; // which one was gone to, counted from 1
  private tiles = new Map<string, number[]>(); // by level and number
  private flight: AbortController | null = null;
  private timer = 0;

  constructor(private readonly onChange: () => void) {}

  // Whether it is another search than before.
  seek(sought: Sought | null): void {
    if (sought?.text === this.sought?.text && sought?.kind === this.sought?.kind) return;
    this.close();
    this.sought = sought;
    this.matches = this.at = null;
    this.tiles = new Map();
    this.onChange();
  }

  // Tiles that are to be seen, by level.
  want(wishes: readonly { level: number; tiles: number[] }[]): void {
    if (!this.sought || this.flight || this.timer) return;
    for (const { level, tiles } of wishes) {
      const missing = tiles.filter((tile) => !this.tiles.has(`${level} ${tile}`)).slice(0, AT_ONCE);
      if (missing.length === 0) continue;
      void this.ask(this.sought, level, missing);
      return;
    }
  }

  private async ask({ text, kind }: Sought, level: number, tiles: number[]): Promise<void> {
    const flight = (this.flight = new AbortController());
    try {
      const reply = await fetchMarks(text, kind, level, tiles, flight.signal);
      if (this.flight !== flight) return;
      this.matches = reply.matches;
      for (const { tile, counts } of reply.tiles) this.tiles.set(`${level} ${tile}`, counts);
      for (const key of this.tiles.keys()) if (this.tiles.size > MOST_TILES) this.tiles.delete(key);
    } catch {
      // Another search came first, or the server is gone: others say so.
      if (this.flight !== flight) return;
      this.timer = window.setTimeout(() => {
        this.timer = 0;
        this.onChange();
      }, RETRY);
    }
    this.flight = null;
    this.onChange();
  }

  countsOf(level: number, tile: number): number[] | undefined {
    return this.tiles.get(`${level} ${tile}`);
  }

  close(): void {
    this.flight?.abort();
    this.flight = null;
    clearTimeout(this.timer);
    this.timer = 0;
  }
}

// More matches are darker; a single one is seen well.
function drawCounts(frame: Frame, counts: number[], xAt: (bucket: number) => number, y: number, height: number): void {
  const { context, left, width } = frame;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const x = xAt(i);
    const to = Math.max(x + 1.5, xAt(i + 1));
    if (to < left || x > width) continue;
    context.globalAlpha = Math.min(1, 0.55 + 0.15 * Math.log10(counts[i]));
    context.fillRect(x, y, to - x, height);
  }
  context.globalAlpha = 1;
}

function drawTiles(frame: Frame, marks: SearchMarks, level: number, range: Range, xOfTime: (time: number) => number, y: number, height: number): boolean {
  const width = 2 ** level;
  let whole = true;
  for (const tile of tilesOver(range, level, frame.view.span)) {
    const counts = marks.countsOf(level, tile);
    if (counts) drawCounts(frame, counts, (bucket) => xOfTime((tile * BUCKETS + bucket) * width), y, height);
    else whole = false;
  }
  return whole;
}

export function drawMarks(frame: Frame, marks: SearchMarks, overviewLevel: number): void {
  const { context, palette, left, plot, view } = frame;
  if (!marks.sought) return;
  const top = HEAD_HEIGHT - 1 - STRIP;
  context.save();
  context.beginPath();
  context.rect(left, AXIS_HEIGHT, plot, HEAD_HEIGHT - AXIS_HEIGHT - 1);
  context.clip();
  context.fillStyle = palette.ground;
  context.fillRect(left, top - 1, plot, STRIP + 1);
  context.fillStyle = palette.found;
  drawTiles(frame, marks, overviewLevel, { start: 0, width: view.span }, (time) => left + (time / view.span) * plot, AXIS_HEIGHT + 1, 4);
  // Until the counts of this level are there, those of the whole trace stand in.
  const has = tilesOver(view, frame.level, view.span).every((tile) => marks.countsOf(frame.level, tile));
  drawTiles(frame, marks, has ? frame.level : overviewLevel, view, (time) => xOf(frame, time), top, STRIP);
  context.restore();
  drawTold(frame, marks);
}

function drawTold(frame: Frame, { sought, matches, at }: SearchMarks): void {
  const { context, palette, width } = frame;
  const of = matches === null ? "searching …" : matches === 0 ? "no match" : `${at === null ? "" : `${count(at)} of `}${count(matches)} ${matches === 1 ? "match" : "matches"}`;
  const text = `“${sought!.text.slice(0, 40)}”: ${of}${matches ? "  (n, N)" : ""}`;
  context.font = `11px ${SYSTEM}`;
  const room = context.measureText(text).width + 12;
  context.fillStyle = palette.ground;
  context.fillRect(width - room, 23, room, 16);
  context.fillStyle = palette.found;
  context.textBaseline = "middle";
  context.fillText(text, width - room + 6, 31);
}
