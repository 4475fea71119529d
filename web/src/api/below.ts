// What folds out beneath a goroutine's lane or a task's.
import { fetchJson } from "./client";
import { href } from "../router";
import type { TimePart } from "./types";

interface Tracks {
  tracks: { lane: string; slices: number }[]; // from the top down
  names: [number, string][]; // what the name indices of their slices mean
}

export interface BelowReply {
  lane: string;
  regions: Tracks & { left_out: number }; // that nest too deep
  calls: (Tracks & { deepest: number; until_ns: number | null }) | null; // null: of a task
}

// Of a slice that is a region.
export interface RegionFigures {
  task: number | null;
  pc: string;
  count: number; // of its type
  shorter: number; // of these
  p50_ns: number;
  p99_ns: number;
  max_ns: number;
  parts: TimePart[];
}

export function fetchBelow(lane: string): Promise<BelowReply> {
  return fetchJson(href("/api/below", { lane }));
}
