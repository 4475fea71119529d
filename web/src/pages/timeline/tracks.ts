// Groups of lanes that are asked for when they are first seen: wake-ups and threads; and what lies on and beneath processors.
import { fetchTasks, fetchThreads, fetchTracks, type ThreadRow, type TracksReply } from "../../api/tracks";
import type { Listed, SliceLane, Stretches, Task, TimelineReply } from "../../api/types";
import { count } from "../../format";
import type { Item, LaneGroup } from "./layout";

export const PROCESSORS = "Processors";
export const WAKE_UPS = "Wake-ups";
export const THREADS = "Threads";
export const TASKS = "Tasks";
export const LOGS = "Logs";

const WOKEN: Record<string, { one: string; many: string }> = {
  net: { one: "woken by the network", many: "wake-ups by the network" },
  timers: { one: "woken by a timer", many: "wake-ups by timers" },
  syscalls: { one: "back from a blocking syscall", many: "ends of blocking syscalls" },
};
const SAMPLES = { one: "CPU sample", many: "CPU samples" };

export function samplesOf({ id, group, name, goroutine }: SliceLane): SliceLane {
  return { id: `x${id}`, group, name, kind: "slices", slices: 0, marks: SAMPLES, goroutine };
}

function threadLane({ lane: id, id: thread, slices, samples }: ThreadRow): SliceLane {
  const lane: SliceLane = { id, group: THREADS, name: `Thread ${thread}`, kind: "slices", slices };
  return samples > 0 ? { ...lane, samples: samplesOf(lane) } : lane;
}

function taskLane({ lane: id, id: task, type }: Task): SliceLane {
  return { id, group: TASKS, name: `${task} ${type}`, kind: "slices", slices: 1, label: type };
}

const LOG_LANE: SliceLane = { id: "logs", group: LOGS, name: "Logs", kind: "slices", slices: 0, marks: { one: "log", many: "logs" } };

// Something that is asked for once, when it is wanted.
class OnDemand<T> {
  value: T | null = null;
  private asked = false;

  constructor(
    private readonly fetch: () => Promise<T>,
    private readonly events: TracksEvents,
  ) {}

  want(): T | null {
    if (!this.asked) {
      this.asked = true;
      this.fetch().then(
        (value) => {
          this.value = value;
          this.events.onLayout();
        },
        (error: Error) => {
          this.asked = false;
          this.events.onError(error.message);
        },
      );
    }
    return this.value;
  }
}

export interface TaskSpan {
  readonly lane: string;
  readonly start: number;
  readonly end: number;
}

export interface TracksEvents {
  readonly onLayout: () => void;
  readonly onError: (message: string | null) => void;
}

export class Tracks {
  private readonly tracks: OnDemand<TracksReply>;
  private readonly threads: OnDemand<Listed<ThreadRow>>;
  private tasks: OnDemand<Stretches<Task>>;
  private tasksOf: number | null = null;

  constructor(private readonly events: TracksEvents) {
    this.tasks = new OnDemand(() => fetchTasks(null), events);
    this.tracks = new OnDemand(fetchTracks, events);
    this.threads = new OnDemand(fetchThreads, events);
  }

  // Lanes of processors with what lies on and beneath them, as far as that is known; it is asked for unless they are folded.
  onProcessors(lanes: SliceLane[], reply: TimelineReply, folded: boolean): SliceLane[] {
    const any = reply.cpu_samples > 0 || reply.collector_ranges > 0;
    const known = any && !folded && !reply.reading ? this.tracks.want() : null;
    const more = new Map(known?.procs.map((proc) => [proc.lane, proc]));
    return lanes.flatMap((lane) => {
      const { collector = 0, samples = 0 } = more.get(lane.id) ?? {};
      const beneath: SliceLane = { ...lane, id: lane.id.replace("p", "c"), slices: collector, strip: true };
      const whole = samples > 0 ? { ...lane, samples: samplesOf(lane) } : lane;
      return collector > 0 ? [whole, beneath] : [whole];
    });
  }

  private wakeUps(): SliceLane[] | null {
    const lane = ({ lane: id, name, marks }: TracksReply["wakeups"][number]): SliceLane => {
      return { id, group: WAKE_UPS, name, kind: "slices", slices: marks, marks: WOKEN[id] };
    };
    return this.tracks.value?.wakeups.map(lane) ?? null;
  }

  private threadLanes(): SliceLane[] | null {
    return this.threads.value?.rows.map(threadLane) ?? null;
  }

  // A group of its own; null if the filter finds nothing of it.
  private group(name: string, note: string, lanes: SliceLane[] | null, reply: TimelineReply, filter: string, want: () => void): LaneGroup | null {
    const named = name.toLowerCase().includes(filter);
    const found = lanes?.filter((lane) => named || lane.name.toLowerCase().includes(filter)) ?? null;
    if (!named && !found?.length) return null;
    const items: Item[] = found?.map((lane) => ({ kind: "lane", lane })) ?? [];
    if (reply.reading) items.push({ kind: "note", text: "Is made when the whole trace has been read." });
    else if (!found) items.push({ kind: "note", text: "Going through the trace …", wanted: want });
    else if (found.length === 0) items.push({ kind: "note", text: "This trace has none." });
    return { name, note, header: true, items };
  }

  wakeUpGroup(reply: TimelineReply, filter: string): LaneGroup | null {
    const lanes = this.wakeUps();
    const note = lanes ? count(lanes.reduce((sum, lane) => sum + lane.slices, 0)) : "by network, timers and syscalls";
    return this.group(WAKE_UPS, note, lanes, reply, filter, () => this.tracks.want());
  }

  threadGroup(reply: TimelineReply, filter: string): LaneGroup | null {
    const { count: all = reply.threads, rows } = this.threads.value ?? {};
    const note = rows && rows.length < all ? `the first ${count(rows.length)} of ${count(all)}` : count(all);
    return this.group(THREADS, note, this.threadLanes(), reply, filter, () => this.threads.want());
  }

  // All tasks in order of start, or only `within` and those that descend from it. Null too if the trace has none.
  taskGroup(reply: TimelineReply, filter: string, within: number | null): LaneGroup | null {
    if (reply.tasks === 0 && within === null) return null;
    if (within !== this.tasksOf) this.tasks = new OnDemand(() => fetchTasks(within), this.events);
    this.tasksOf = within;
    const { count: all = reply.tasks, rows } = this.tasks.value ?? {};
    const note = rows && rows.length < all ? `the first ${count(rows.length)} of ${count(all)}` : rows ? count(all) : "";
    return this.group(TASKS, note, rows?.map(taskLane) ?? null, reply, filter, () => this.tasks.want());
  }

  // The stretch of a task's life; null as long as it is not known.
  taskSpan(task: number, span: number): TaskSpan | null {
    const found = this.tasks.value?.rows.find(({ id }) => id === task);
    return found ? { lane: found.lane, start: Math.max(0, found.start_ns), end: found.end_ns < 0 ? span : found.end_ns } : null;
  }

  logGroup(reply: TimelineReply, filter: string): LaneGroup | null {
    if (reply.logs === 0) return null;
    return this.group(LOGS, count(reply.logs), [LOG_LANE], reply, filter, () => undefined);
  }

  // A lane that is pinned: it is asked for if need be.
  lane(id: string): SliceLane | null {
    if (/^t\d+$/.test(id) && this.threads.want()) return this.threadLanes()!.find((lane) => lane.id === id) ?? null;
    if (id in WOKEN && this.tracks.want()) return this.wakeUps()!.find((lane) => lane.id === id) ?? null;
    if (id === LOG_LANE.id) return LOG_LANE;
    if (/^k\d+$/.test(id)) return this.tasks.want()?.rows.map(taskLane).find((lane) => lane.id === id) ?? null;
    if (/^c\d+$/.test(id)) return { id, group: PROCESSORS, name: `Proc ${id.slice(1)}: collector`, kind: "slices", slices: 0 };
    return null;
  }
}
