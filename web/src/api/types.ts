// The replies of the server, as docs/http.md describes them. Times are nanoseconds since the first event.
import type { RegionFigures } from "./below";

// A part of a damaged trace that could not be read.
export interface Loss {
  generation: number;
  from_ns: number;
  to_ns: number;
  bytes: number;
  share: number;
  further: number;
  cause: string;
  text: string;
}

// How far reading is. What is told of a trace grows meanwhile.
export interface Reading {
  done_bytes: number;
  total_bytes: number;
  until_ns: number; // before that nothing changes any more
  expected_span_ns: number;
}

export interface Overview {
  reading: Reading | null; // null: everything has been read
  name: string;
  size_bytes: number;
  format: string;
  span_ns: number;
  wall_start: string | null;
  events: number;
  generations: number;
  goroutines: number;
  procs: number;
  threads: number;
  gomaxprocs: number;
  tasks: number;
  regions: number;
  logs: number;
  cpu_samples: number;
  stacks: number;
  gc_cycles: number;
  gc_ns: number;
  stw_count: number;
  stw_ns: number;
  stw_max_ns: number;
  warnings: string[];
  lost_bytes: number;
  losses: Loss[]; // known in the end
}

export interface ProfileSummary {
  kind: string;
  path: string;
  title: string;
  count: number;
  ns: number;
}

export interface Series {
  name: string;
  state?: number;
}

interface LaneBase {
  id: string;
  group: string;
  name: string;
}

export interface CounterLane extends LaneBase {
  kind: "counter";
  unit: string;
  series: Series[];
  stacked: boolean;
}

export interface SliceLane extends LaneBase {
  kind: "slices";
  slices: number;
  strip?: boolean; // thin, beneath the lane before
  marks?: { one: string; many: string }; // it has marks instead of slices, which are in words this
  samples?: SliceLane; // marks that are drawn on it
  label?: string; // what is written on its slices
  nested?: { kind: "regions" | "calls"; names: ReadonlyMap<number, string>; depth: number }; // a track beneath another lane
  goroutine?: { id: number; name: string; nameIndex: number; start: number; end: number }; // whose lane it is
}

export type Lane = CounterLane | SliceLane;

// A stretch in which events are missing.
export interface Gap {
  from_ns: number;
  to_ns: number;
}

export interface TimelineReply {
  reading: Reading | null;
  span_ns: number;
  names: string[];
  gaps: Gap[]; // in which nothing is known
  doubtful: Gap[]; // in which some events are missing
  lanes: Lane[];
  goroutines: number; // each has a lane, too
  threads: number; // about
  tasks: number;
  logs: number;
  cpu_samples: number;
  collector_ranges: number; // mark assists and sweeps
}

export interface StackFrame {
  func: string;
  file: string;
  line: number;
  pc: string;
}

export interface SliceEvent {
  time_ns: number;
  goroutine: number | null;
  text: string;
  stack: StackFrame[] | null;
}

// Who created a goroutine, or ended its wait; null: not a goroutine.
export interface Wake {
  created: boolean;
  time_ns: number;
  goroutine: number | null;
  stack: StackFrame[] | null;
}

export interface Slice {
  lane: string;
  index: number;
  name: string;
  goroutine: number | null;
  state: number;
  start_ns: number;
  duration_ns: number;
  mark: boolean; // without a length
  start_stack: StackFrame[] | null;
  end_stack: StackFrame[] | null;
  reason: string | null; // of a goroutine's lane: why it waits
  wake: Wake | null;
  events: SliceEvent[];
  events_total: number;
  previous: number | null;
  next: number | null;
  region?: RegionFigures;
}

export interface Group {
  name: string;
  count: number;
  total_ns: number;
  exec_ns: number;
  sched_wait_ns: number;
  syscall_ns: number;
  block_ns: number;
  unknown_ns: number;
  mean_ns: number; // of the times that its goroutines were there
  p50_ns: number;
  p95_ns: number;
  max_ns: number;
  waits: { reason: string; ns: number }[]; // largest first
}

export interface Groups {
  total_exec_ns: number;
  states: { name: string; ns: number }[]; // total over all goroutines, largest first
  groups: Group[];
}

export interface GoroutineRow {
  id: number;
  creation_ns: number;
  start_ns: number;
  end_ns: number;
  total_ns: number;
  stats: number[];
  ranges: number[];
}

// What a group's goroutines are told apart by.
export type GroupMeasure = "exec" | "sched_wait" | "total";

export interface Goroutines {
  name: string;
  count: number; // that are asked for
  group_count: number; // all of the group
  histograms: Record<GroupMeasure, Durations["histogram"]>; // of all
  exec_share: number | null;
  max_total_ns: number;
  columns: string[];
  totals: number[];
  range_columns: string[];
  rows: GoroutineRow[];
}

export interface ProfileReply {
  kind: string;
  title: string;
  count: number;
  ns: number;
  functions: { name: string; file: string }[];
  frames: { function: number; line: number; pc: string }[];
  stacks: ProfileStack[];
}

export interface ProfileStack {
  frames: number[]; // leaf first
  count: number;
  ns: number;
  first: number; // ascends in the order in which stacks first came to an end
  state?: string; // of off-CPU and wall profiles
  reason?: string; // of waits
}

// Minimum mutator utilisation. A point is a window's length, its minimum, and with percentiles one figure for each further share.
export interface MmuReply {
  flags: string[];
  collections: boolean; // the trace tells of the collector at work
  series: number;
  longest_ns: number;
  shares: number[];
  too_many: boolean; // percentiles were asked for, but take too long
  curve: number[][];
}

export interface WorstWindow {
  start_ns: number;
  utilization: number;
  proc?: number;
}

export interface WorstReply {
  window_ns: number;
  worst: WorstWindow[];
}

// A stop of the world.
export interface Stop {
  start_ns: number;
  end_ns: number;
  whole: boolean;
  name: string;
  cycle: number | null;
}

export interface Cycle {
  number: number;
  start_ns: number;
  end_ns: number;
  has_start: boolean;
  has_end: boolean;
  mark_ns: number;
  stopped_ns: number;
  longest_stop_ns: number;
  assists: number;
  assist_ns: number;
  sweeps: number;
  sweep_ns: number;
  heap_before_bytes: number | null;
  heap_after_bytes: number | null;
  goal_bytes: number | null;
  next_goal_bytes: number | null;
  stops: Stop[];
}

export interface GcReply<Row> {
  cycles: number;
  ns: number;
  assists: number;
  assist_ns: number;
  stops: number;
  stopped_ns: number;
  longest_stop_ns: number;
  count: number;
  rows: Row[];
}

// What many durations have in common; null where there are none. The histogram: from, up to but without, how many.
export interface Durations {
  total_ns: number;
  mean_ns: number | null;
  p50_ns: number | null;
  p90_ns: number | null;
  p99_ns: number | null;
  max_ns: number | null;
  histogram: [from: number, to: number, count: number][];
}

export interface TaskType extends Durations {
  type: string;
  count: number;
  complete: number;
}

export interface RegionType extends Durations {
  type: string;
  pc: string;
  func: string;
  file: string;
  line: number;
  count: number;
}

export interface Listed<Row> {
  count: number;
  rows: Row[];
}

export interface Task {
  id: number;
  lane: string;
  type: string;
  start_ns: number; // -1: before the trace
  end_ns: number; // -1: after it
  duration_ns: number;
  complete: boolean;
  goroutines: number;
  regions: number;
  logs: number;
}

export interface Stretches<Row> extends Listed<Row> {
  longest_ns: number;
}

export interface TimePart {
  name: string;
  ns: number;
}

export interface Region {
  type: string;
  goroutine: number;
  task: number | null;
  start_ns: number;
  end_ns: number;
  duration_ns: number;
  exec_ns: number;
  sched_wait_ns: number;
  block_ns: number;
  syscall_ns: number;
  parts: TimePart[];
}

export interface TaskEvent {
  time_ns: number;
  goroutine: number | null;
  kind: "begin" | "end" | "region begin" | "region end" | "log";
  text: string;
  category?: string;
  duration_ns?: number;
  parts?: TimePart[];
}

export interface RelatedTask {
  id: number;
  type: string;
  start_ns: number;
  duration_ns: number;
}

export interface TaskStory {
  id: number;
  type: string;
  start_ns: number;
  end_ns: number;
  duration_ns: number;
  complete: boolean;
  parent: RelatedTask | null;
  children: RelatedTask[];
  children_total: number;
  events: TaskEvent[];
  events_total: number;
  goroutines: { id: number; name: string; ns: number[] }[];
  goroutines_total: number;
}
