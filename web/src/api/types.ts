// The replies of the server, as docs/http.md describes them. Times are nanoseconds since the first event.

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

export interface Slice {
  lane: string;
  index: number;
  name: string;
  goroutine: number | null;
  state: number;
  start_ns: number;
  duration_ns: number;
  start_stack: StackFrame[] | null;
  end_stack: StackFrame[] | null;
  events: SliceEvent[];
  events_total: number;
  previous: number | null;
  next: number | null;
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

export interface Goroutines {
  name: string;
  count: number;
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
  state?: string; // of off-CPU and wall profiles
  reason?: string; // of waits
}
