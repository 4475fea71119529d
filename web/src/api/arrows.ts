// Who let whom run: of a stretch of time, or of one slice.
import { href } from "../router";
import { fetchAnew, fetchJson } from "./client";

export interface ArrowEnd {
  goroutine: number | null;
  lane: string | null; // of the goroutine
  proc: string | null; // lane of the processor that runs it then
}

// Of one slice: which slices of the two lanes, too.
export interface SliceEnd extends ArrowEnd {
  name: string;
  index: number | null;
  proc_index: number | null;
}

export interface Arrow<End extends ArrowEnd = ArrowEnd> {
  kind: "wake" | "create" | "syscall";
  time_ns: number;
  run_ns: number | null;
  from: End;
  to: End;
}

export interface ArrowsReply {
  count: number;
  arrows: Arrow[];
}

export interface SliceArrows {
  by: Arrow<SliceEnd> | null;
  woke_total: number;
  woke: Arrow<SliceEnd>[];
}

// Between all goroutines, or those of some numbers. Not kept: every view is another stretch.
export function fetchArrows(from: number, to: number, limit: number, among: string[] | null): Promise<ArrowsReply> {
  const stretch = { from: String(Math.floor(from)), to: String(Math.ceil(to)), limit: String(limit) };
  return fetchAnew(href("/api/arrows", { ...stretch, among: among && among.join(",") }));
}

export function fetchSliceArrows(lane: string, index: number): Promise<SliceArrows> {
  return fetchJson(href("/api/arrows", { lane, index: String(index) }));
}
