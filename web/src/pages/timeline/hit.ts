// What lies under a point of the timeline, from the tiles at hand.
import type { ExactTile } from "../../api/tiles";
import { BUCKETS, fetchTiles } from "../../api/tiles";
import type { CounterLane, Gap, SliceLane } from "../../api/types";
import { firstEndingAfter } from "./draw-slices";
import { tilesOver } from "./frame";
import type { TileStore } from "./tile-store";

export interface SliceHit {
  readonly kind: "slice";
  readonly lane: SliceLane;
  readonly index: number;
  readonly goroutine: number;
  readonly name: number;
  readonly state: number;
  readonly start: number;
  readonly duration: number;
}

export interface BucketHit {
  readonly kind: "bucket";
  readonly lane: SliceLane;
  readonly time: number;
  readonly width: number;
  readonly count: number;
  readonly busy: number; // 0 to 1
  readonly state: number;
  readonly name: number;
}

export interface CounterHit {
  readonly kind: "counter";
  readonly lane: CounterLane;
  readonly time: number;
  readonly mean: number[];
  readonly max: number[];
}

// What a lane shows at a place.
export type LaneHit = SliceHit | BucketHit | CounterHit;

export interface GapHit {
  readonly kind: "gap";
  readonly gap: Gap;
  readonly places: number; // more than one: they lie too close to be told apart, and `gap` holds them all
}

export type Hit = LaneHit | GapHit;

// The slice at a time, else the nearest within reach.
export function sliceAt(lane: SliceLane, tile: ExactTile, time: number, reach: number): SliceHit | null {
  const after = firstEndingAfter(tile, time);
  let best = -1;
  let distance = reach;
  for (const i of [after - 1, after, after + 1]) {
    if (i < 0 || i >= tile.start.length || tile.state[i] === 0) continue;
    const away = Math.max(tile.start[i] - time, time - tile.start[i] - tile.duration[i], 0);
    if (away < distance || (away === 0 && best < 0)) {
      best = i;
      distance = away;
    }
  }
  if (best < 0) return null;
  return {
    kind: "slice",
    lane,
    index: tile.index[best],
    goroutine: tile.goroutine[best],
    name: tile.name[best],
    state: tile.state[best],
    start: tile.start[best],
    duration: tile.duration[best],
  };
}

export function hitSlices(store: TileStore, lane: SliceLane, level: number, time: number, reach: number): LaneHit | null {
  for (const placed of store.piecesOver(lane.id, level, time, time + 1)) {
    const { tile } = placed;
    if (tile.kind === "exact") {
      const hit = sliceAt(lane, tile, time, reach);
      if (hit) return hit;
    } else if (tile.kind === "dense" && time >= placed.start && time < placed.end) {
      const i = Math.floor((time - placed.start) / placed.bucket);
      if (tile.count[i] === 0) continue;
      const [count, busy, state, name] = [tile.count[i], tile.busy[i] / 255, tile.state[i], tile.name[i]];
      return { kind: "bucket", lane, time: placed.start + i * placed.bucket, width: placed.bucket, count, busy, state, name };
    }
  }
  return null;
}

// Marks that fall into one pixel are told by their number.
export function hitMarks(store: TileStore, lane: SliceLane, level: number, time: number, reach: number): LaneHit | null {
  const found = hitSlices(store, lane, level, time, reach);
  if (found) return found;
  let best: LaneHit | null = null;
  for (let away = reach / 4; away <= reach && !best; away += reach / 4) best = hitSlices(store, lane, level, time - away, 0) ?? hitSlices(store, lane, level, time + away, 0);
  return best;
}

export function hitCounter(store: TileStore, lane: CounterLane, level: number, time: number): LaneHit | null {
  for (const placed of store.piecesOver(lane.id, level, time, time + 1)) {
    const { tile } = placed;
    if (tile.kind !== "counter" || time < placed.start || time >= placed.end) continue;
    const i = Math.min(BUCKETS - 1, Math.floor((time - placed.start) / placed.bucket));
    return { kind: "counter", lane, time, mean: tile.mean.map((values) => values[i]), max: tile.max.map((values) => values[i]) };
  }
  return null;
}

// Of slices too dense to be told apart at a level the one at a time: looks closer, until it is known.
export async function findSlice({ lane, width }: BucketHit, time: number, from: number, span: number): Promise<SliceHit | null> {
  for (let level = Math.max(0, from - 4); ; level = Math.max(0, level - 4)) {
    const [k] = tilesOver({ start: time, width: 0 }, level, span);
    const [tile] = await fetchTiles(level, [[lane.id, k]]);
    if (tile.kind === "exact") return sliceAt(lane, tile, time, width * 4);
    if (tile.kind !== "dense" || level === 0) return null;
  }
}
