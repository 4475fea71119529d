// Tiles at hand, and the one request for those that are not. Drawing never waits for it: it takes what covers the place meanwhile.
// While the trace is being read, tiles that reach beyond what has been are asked for again; in the end all of that time are, as
// names and what ran at the trace's begin may have become known later. What was there is drawn until then.
import { BUCKETS, fetchTiles, MAX_LEVEL, MAX_TILES_PER_REQUEST, tileSpan, type Tile, type TileAddress } from "../../api/tiles";

const MOST_BYTES = 96 << 20;
const OVERHEAD = 500; // of a tile, about
const RETRY = 1500; // ms after an error

export interface PlacedTile {
  readonly lane: string;
  readonly level: number;
  readonly start: number;
  readonly end: number;
  readonly bucket: number;
  readonly tile: Tile;
  readonly bytes: number;
  readonly asOf: number; // how far the trace had been read
  readonly settled: boolean; // it lay before what may still change
  picture?: HTMLCanvasElement; // of a dense tile
  pictureOf?: string; // what the picture was drawn for: theme and size
}

// How far the trace has been read: Infinity when to its end. Before `until` nothing changes any more.
export interface Known {
  readonly asOf: number;
  readonly until: number;
}

export const WHOLE: Known = { asOf: Infinity, until: Infinity };

// Tiles wanted at one level.
export interface Wish {
  readonly level: number;
  readonly tiles: TileAddress[];
}

function key(lane: string, level: number, k: number): string {
  return `${level}/${k}/${lane}`;
}

function sizeOf(tile: Tile): number {
  switch (tile.kind) {
    case "empty":
      return OVERHEAD;
    case "dense":
      return BUCKETS * 8 + BUCKETS * 18 * 4; // with its picture
    case "exact":
      return 2 * OVERHEAD + tile.start.length * 33;
    case "counter":
      return 64 + tile.mean.length * BUCKETS * 8;
  }
}

// Nothing finer is to be had below such a tile.
function isComplete(tile: Tile): boolean {
  return tile.kind === "exact" || tile.kind === "empty";
}

export class TileStore {
  private readonly tiles = new Map<string, PlacedTile>(); // least recently used first
  private bytes = 0;
  private wishes: Wish[] = [];
  private flight: { level: number; keys: Set<string>; abort: AbortController } | null = null;
  private notBefore = 0;
  private known = WHOLE;

  constructor(
    private span: number,
    private readonly onChange: (error: string | null) => void,
  ) {}

  // `span` is the length of the axis.
  update(span: number, known: Known): void {
    this.span = span;
    this.known = known;
  }

  // There is no newer one to be had.
  private isFresh(placed: PlacedTile): boolean {
    return placed.asOf === this.known.asOf || (placed.settled && this.known.asOf !== Infinity);
  }

  get loading(): boolean {
    return this.flight !== null;
  }

  find(lane: string, level: number, k: number): PlacedTile | undefined {
    const id = key(lane, level, k);
    const placed = this.tiles.get(id);
    if (placed) {
      this.tiles.delete(id);
      this.tiles.set(id, placed);
    }
    return placed;
  }

  private ancestor(lane: string, level: number, k: number, onlyComplete: boolean): PlacedTile | undefined {
    for (let up = level + 1; up <= MAX_LEVEL; up++) {
      k = Math.floor(k / 2);
      const placed = this.find(lane, up, k);
      if (placed && (!onlyComplete || (isComplete(placed.tile) && this.isFresh(placed)))) return placed;
      if (k === 0 && tileSpan(up) >= this.span) break;
    }
    return undefined;
  }

  // Draws as well as the tile itself would.
  private settled(lane: string, level: number, k: number): boolean {
    const self = this.find(lane, level, k);
    return (self !== undefined && this.isFresh(self)) || this.ancestor(lane, level, k, true) !== undefined;
  }

  // What to draw in the place of a tile, best first found: itself, all its children, what it is a part of, some children.
  piecesFor(lane: string, level: number, k: number): PlacedTile[] {
    const self = this.find(lane, level, k) ?? this.ancestor(lane, level, k, true);
    if (self) return [self];
    const children = level > 0 ? [this.find(lane, level - 1, 2 * k), this.find(lane, level - 1, 2 * k + 1)] : [];
    const present = children.filter((child): child is PlacedTile => child !== undefined);
    if (present.length === 2) return present;
    const above = this.ancestor(lane, level, k, false);
    return above ? [above] : present;
  }

  // The distinct tiles to draw for [start, end) of a lane, in order of time.
  piecesOver(lane: string, level: number, start: number, end: number): PlacedTile[] {
    const pieces: PlacedTile[] = [];
    const width = tileSpan(level);
    for (let k = Math.floor(start / width); k * width < end; k++) {
      for (const piece of this.piecesFor(lane, level, k)) if (piece !== pieces[pieces.length - 1]) pieces.push(piece);
    }
    return pieces;
  }

  add(lane: string, level: number, k: number, tile: Tile, { asOf, until }: Known = this.known): PlacedTile {
    const start = k * tileSpan(level);
    const end = start + tileSpan(level);
    const placed: PlacedTile = { lane, level, start, end, bucket: 2 ** level, tile, bytes: sizeOf(tile), asOf, settled: end <= until };
    const id = key(lane, level, k);
    this.bytes += placed.bytes - (this.tiles.get(id)?.bytes ?? 0);
    this.tiles.delete(id);
    this.tiles.set(id, placed);
    return placed;
  }

  private evict(): void {
    for (const [id, placed] of this.tiles) {
      if (this.bytes <= MOST_BYTES) return;
      this.tiles.delete(id);
      this.bytes -= placed.bytes;
    }
  }

  // What the view wants now, most urgent first.
  wish(wishes: Wish[]): void {
    this.wishes = wishes;
    this.pump();
  }

  private pump(): void {
    if (this.flight) {
      if (this.stillWanted(this.flight)) return;
      this.flight.abort.abort();
      this.flight = null;
    }
    if (performance.now() < this.notBefore) return;
    for (const { level, tiles } of this.wishes) {
      const missing = tiles.filter(([lane, k]) => !this.settled(lane, level, k)).slice(0, MAX_TILES_PER_REQUEST);
      if (missing.length > 0) {
        void this.fetch(level, missing);
        return;
      }
    }
  }

  private stillWanted(flight: { level: number; keys: Set<string> }): boolean {
    return this.wishes.some((wish) => wish.level === flight.level && wish.tiles.some(([lane, k]) => flight.keys.has(key(lane, wish.level, k))));
  }

  private async fetch(level: number, missing: TileAddress[]): Promise<void> {
    const flight = { level, keys: new Set(missing.map(([lane, k]) => key(lane, level, k))), abort: new AbortController() };
    this.flight = flight;
    const { known } = this;
    let error: string | null = null;
    try {
      const tiles = await fetchTiles(level, missing, flight.abort.signal);
      tiles.forEach((tile, i) => this.add(missing[i][0], level, missing[i][1], tile, known));
      this.evict();
    } catch (failure) {
      if (flight.abort.signal.aborted) return;
      error = (failure as Error).message;
      this.notBefore = performance.now() + RETRY;
      setTimeout(() => this.pump(), RETRY + 1);
    }
    if (this.flight !== flight) return;
    this.flight = null;
    this.onChange(error);
    this.pump();
  }

  close(): void {
    this.wishes = [];
    this.flight?.abort.abort();
    this.flight = null;
  }
}
