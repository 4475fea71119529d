// What happened in a stretch of time.
import { href } from "../router";
import { State } from "../states";

export interface SpanHead {
  from_ns: number;
  to_ns: number;
  states: number[]; // what the times of each `ns` are of
}

export interface SpanReply extends SpanHead {
  ns: number[]; // of all goroutines
  goroutines: number;
  functions: number;
  procs: number;
  proc_running_ns: number;
  proc_syscall_ns: number;
  gc_phases: number;
  gc_ns: number;
  stops: number;
  stopped_ns: number;
  longest_stop_ns: number;
}

export interface SpanGoroutine {
  lane: string;
  id: number;
  name: string;
  ns: number[];
}

export interface SpanFunction {
  name: string;
  count: number;
  ns: number[];
}

export interface SpanRows<Row> extends SpanHead {
  count: number;
  rows: Row[];
}

export function spanPath(what: "" | "/goroutines" | "/functions", from: number, to: number): string {
  return href("/api/span" + what, { from: String(from), to: String(to) });
}

// The states of goroutines, with what the server sorts rows by.
export const SPAN_SORTS: readonly { state: number; sort: string }[] = [
  { state: State.Running, sort: "running" },
  { state: State.Runnable, sort: "runnable" },
  { state: State.Syscall, sort: "syscall" },
  { state: State.WaitSync, sort: "sync" },
  { state: State.WaitChannel, sort: "channel" },
  { state: State.WaitNetwork, sort: "network" },
  { state: State.WaitSleep, sort: "sleep" },
  { state: State.WaitGC, sort: "gc" },
  { state: State.WaitOther, sort: "other" },
];

export function timeIn(states: number[], ns: number[], state: number): number {
  return ns[states.indexOf(state)] ?? 0;
}
