// Tiles of the timeline: 512 buckets of 2^level ns each, asked for in one POST and answered in columns.
import { request, ServerError } from "./client";

export const BUCKETS = 512;
export const MAX_LEVEL = 52;
export const MAX_TILES_PER_REQUEST = 512;

const MAGIC = 0x3154594b;
const enum Kind {
  Empty = 0,
  Dense = 1,
  Exact = 2,
  Counter = 3,
}

export interface EmptyTile {
  readonly kind: "empty";
}

export interface DenseTile {
  readonly kind: "dense";
  readonly state: Uint8Array;
  readonly busy: Uint8Array;
  readonly count: Uint16Array;
  readonly name: Uint32Array;
}

export interface ExactTile {
  readonly kind: "exact";
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly goroutine: Float64Array;
  readonly index: Uint32Array;
  readonly name: Uint32Array;
  readonly state: Uint8Array;
}

export interface CounterTile {
  readonly kind: "counter";
  readonly mean: Float32Array[]; // one of each per series
  readonly max: Float32Array[];
}

export type Tile = EmptyTile | DenseTile | ExactTile | CounterTile;
export type TileAddress = [lane: string, k: number];

export function tileSpan(level: number): number {
  return BUCKETS * 2 ** level;
}

// The finest level at which `tiles` tiles hold the whole span.
export function levelHolding(span: number, tiles = 1): number {
  let level = 0;
  while (level < MAX_LEVEL && tileSpan(level) * tiles < span) level++;
  return level;
}

// Reads columns one after the other; each starts at a multiple of 8 bytes, as the reply promises.
class Columns {
  private offset = 0;

  constructor(private readonly buffer: ArrayBuffer) {}

  private take(size: number): number {
    const at = this.offset;
    if (at + size > this.buffer.byteLength) throw new ServerError("kymo sent a reply that ends too early.");
    this.offset = at + Math.ceil(size / 8) * 8;
    return at;
  }

  u8 = (n: number) => new Uint8Array(this.buffer, this.take(n), n);
  u16 = (n: number) => new Uint16Array(this.buffer, this.take(2 * n), n);
  u32 = (n: number) => new Uint32Array(this.buffer, this.take(4 * n), n);
  f32 = (n: number) => new Float32Array(this.buffer, this.take(4 * n), n);
  f64 = (n: number) => new Float64Array(this.buffer, this.take(8 * n), n);

  tile(): Tile {
    const [kind, n] = this.u32(2);
    switch (kind) {
      case Kind.Empty:
        return { kind: "empty" };
      case Kind.Dense:
        return { kind: "dense", state: this.u8(n), busy: this.u8(n), count: this.u16(n), name: this.u32(n) };
      case Kind.Exact:
        return {
          kind: "exact",
          start: this.f64(n),
          duration: this.f64(n),
          goroutine: this.f64(n),
          index: this.u32(n),
          name: this.u32(n),
          state: this.u8(n),
        };
      case Kind.Counter: {
        const mean: Float32Array[] = [];
        const max: Float32Array[] = [];
        for (let series = 0; series < n; series++) {
          mean.push(this.f32(BUCKETS));
          max.push(this.f32(BUCKETS));
        }
        return { kind: "counter", mean, max };
      }
      default:
        throw new ServerError(`kymo sent a tile of a kind (${kind}) that these pages do not know.`);
    }
  }
}

export function decodeTiles(buffer: ArrayBuffer): Tile[] {
  const columns = new Columns(buffer);
  const [magic, n] = columns.u32(2);
  if (magic !== MAGIC) throw new ServerError("kymo sent a reply that is not tiles.");
  return Array.from({ length: n }, () => columns.tile());
}

export async function fetchTiles(level: number, tiles: TileAddress[], signal?: AbortSignal): Promise<Tile[]> {
  const response = await request("/api/tiles", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Kymo": "1" },
    body: JSON.stringify({ level, tiles }),
    signal,
  });
  const decoded = decodeTiles(await response.arrayBuffer());
  if (decoded.length !== tiles.length) throw new ServerError("kymo sent another number of tiles than asked for.");
  return decoded;
}
