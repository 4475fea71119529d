// Replies about one goroutine, as docs/http.md describes them.
import { href } from "../router";
import type { StackFrame } from "./types";

// Who created a goroutine or ended its wait; null: the runtime.
export interface By {
  goroutine: number | null;
  name: string;
  stack: StackFrame[] | null;
}

export interface LifeState {
  state: number;
  count: number;
  total_ns: number;
  min_ns: number;
  max_ns: number;
  mean_ns: number;
  p50_ns: number;
  p95_ns: number;
}

export interface LongWait {
  index: number; // of the interval in the lane
  state: number;
  start_ns: number;
  duration_ns: number;
  reason: string;
  stack: StackFrame[] | null;
  wake: By | null;
}

export interface SameId {
  number: number;
  name: string;
  start_ns: number;
  end_ns: number;
}

export interface GoroutineReply {
  number: number; // in order of appearance
  id: number;
  lane: string;
  name: string;
  start_ns: number;
  end_ns: number;
  created: boolean; // the trace tells of its begin
  ended: boolean; // and of its end
  intervals: number;
  same_id: SameId[];
  same_id_total: number;
  creation: By | null;
  states: LifeState[];
  waits: LongWait[];
  tasks: { id: number; type: string; start_ns: number; duration_ns: number }[];
  tasks_total: number;
  logs: { time_ns: number; category: string; text: string }[];
  logs_total: number;
  regions_total: number;
}

export interface LifeInterval {
  index: number;
  state: number;
  start_ns: number;
  duration_ns: number;
}

// The page of a goroutine. An id may have been used again: the number tells which one is meant.
export function goroutineLink(id: number, number?: number): string {
  return href(`/goroutine/${id}`, { number: number === undefined ? null : String(number) });
}
