// Tiles at hand, and the one request for those that are not. Drawing never waits for it: it takes what covers the place meanwhile.
// While the trace is being read, tiles that reach beyond what has been are asked for again; in the end all of that time are, as
// names and what ran at the trace's begin may have become known later. What was there is drawn until then.
import { BUCKETS, fetchTiles, MAX_LEVEL, MAX_TILES_PER_REQUEST, tileSpan, type Tile, type TileAddress } from "../../api/tiles";

const MOST_BYTES = 96 << 20;
const LEFT = 0.9; // of these when tiles are dropped
const OVERHEAD = 500; // of a tile, about
const RETRY = 1500; // ms after an error
const LEVEL_KEYS = 2 ** 44; // more than there are tiles of a level

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
  picture?: ImageBitmap; // of a dense tile
  pictureOf?: string; // what the picture was drawn for: theme and size
  used: number; // when it was looked at last, in wishes
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

// Within its lane.
function key(level: number, k: number): number {
  return level * LEVEL_KEYS + k;
}

function addressKey(lane: string, k: number): string {
  return `${k} ${lane}`;
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
      return OVERHEAD + tile.mean.length * BUCKETS * 8 + BUCKETS * 48 * 4; // with its picture
  }
}

// Whether a tile may be drawn in this frame, if another can stand in for it.
export type Ready = (placed: PlacedTile) => boolean;

const always: Ready = () => true;

// Nothing finer is to be had below such a tile.
function isComplete(tile: Tile): boolean {
  return tile.kind === "exact" || tile.kind === "empty";
}

export class TileStore {
  private readonly lanes = new Map<string, Map<number, PlacedTile>>();
  private bytes = 0;
  private now = 0; // counts wishes
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

  private find(lane: string, level: number, k: number): PlacedTile | undefined {
    const placed = this.lanes.get(lane)?.get(key(level, k));
    if (placed) placed.used = this.now;
    return placed;
  }

  private ancestor(lane: string, level: number, k: number, fits: Ready): PlacedTile | undefined {
    for (let up = level + 1; up <= MAX_LEVEL; up++) {
      k = Math.floor(k / 2);
      const placed = this.find(lane, up, k);
      if (placed && fits(placed)) return placed;
      if (k === 0 && tileSpan(up) >= this.span) break;
    }
    return undefined;
  }

  private readonly isAsGood: Ready = (placed) => isComplete(placed.tile) && this.isFresh(placed);

  // Draws as well as the tile itself would.
  private settled(lane: string, level: number, k: number): boolean {
    const self = this.find(lane, level, k);
    return (self !== undefined && this.isFresh(self)) || this.ancestor(lane, level, k, this.isAsGood) !== undefined;
  }

  // What to draw in the place of a tile, best first found: itself, all its children, what it is a part of, some children.
  private piecesFor(lane: string, level: number, k: number, ready: Ready): PlacedTile[] {
    const self = this.find(lane, level, k) ?? this.ancestor(lane, level, k, this.isAsGood);
    if (self && ready(self)) return [self];
    const children = level > 0 ? [this.find(lane, level - 1, 2 * k), this.find(lane, level - 1, 2 * k + 1)] : [];
    const present = children.filter((child): child is PlacedTile => child !== undefined && ready(child));
    if (present.length === 2) return present;
    const above = this.ancestor(lane, level, k, ready) ?? self;
    return above ? [above] : present;
  }

  // The distinct tiles to draw for [start, end) of a lane, in order of time.
  piecesOver(lane: string, level: number, start: number, end: number, ready = always): PlacedTile[] {
    const pieces: PlacedTile[] = [];
    const width = tileSpan(level);
    for (let k = Math.floor(start / width); k * width < end; k++) {
      for (const piece of this.piecesFor(lane, level, k, ready)) if (piece !== pieces[pieces.length - 1]) pieces.push(piece);
    }
    return pieces;
  }

  add(lane: string, level: number, k: number, tile: Tile, { asOf, until }: Known = this.known): PlacedTile {
    const start = k * tileSpan(level);
    const end = start + tileSpan(level);
    const placed: PlacedTile = { lane, level, start, end, bucket: 2 ** level, tile, bytes: sizeOf(tile), asOf, settled: end <= until, used: this.now };
    const tiles = this.lanes.get(lane) ?? new Map<number, PlacedTile>();
    this.lanes.set(lane, tiles);
    this.remove(tiles, tiles.get(key(level, k)));
    this.bytes += placed.bytes;
    tiles.set(key(level, k), placed);
    return placed;
  }

  private remove(tiles: Map<number, PlacedTile>, placed: PlacedTile | undefined): void {
    if (!placed) return;
    tiles.delete(key(placed.level, placed.start / tileSpan(placed.level)));
    this.bytes -= placed.bytes;
    placed.picture?.close();
  }

  // Leaves some room, so that it is seldom called for.
  private evict(): void {
    if (this.bytes <= MOST_BYTES) return;
    const all = [...this.lanes.values()].flatMap((tiles) => [...tiles.values()]).sort((a, b) => a.used - b.used);
    for (const placed of all) {
      if (this.bytes <= MOST_BYTES * LEFT) break;
      this.remove(this.lanes.get(placed.lane)!, placed);
    }
    for (const [lane, tiles] of this.lanes) if (tiles.size === 0) this.lanes.delete(lane);
  }

  // What the view wants now, most urgent first.
  wish(wishes: Wish[]): void {
    this.wishes = wishes;
    this.now++;
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
    return this.wishes.some((wish) => wish.level === flight.level && wish.tiles.some(([lane, k]) => flight.keys.has(addressKey(lane, k))));
  }

  private async fetch(level: number, missing: TileAddress[]): Promise<void> {
    const flight = { level, keys: new Set(missing.map(([lane, k]) => addressKey(lane, k))), abort: new AbortController() };
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
