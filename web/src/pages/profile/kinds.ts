// The profiles, and how a path and query name one of them.
import { href } from "../../router";

export interface ProfileKind {
  readonly path: string;
  readonly kind: string;
  readonly title: string;
  readonly noun: string; // what is counted
  readonly what: string; // "No goroutine …"
  readonly advice: string;
  readonly rests?: string; // what its figures rest on
}

export const KINDS: readonly ProfileKind[] = [
  {
    path: "/io",
    kind: "net",
    title: "Network",
    noun: "wait",
    what: "waited for the network",
    advice: "Waits on sockets and pipes appear here. Record while the program serves requests, or look at the synchronisation profile.",
  },
  {
    path: "/block",
    kind: "sync",
    title: "Synchronisation",
    noun: "wait",
    what: "waited for a channel, a lock or another goroutine",
    advice: "Record for longer or under load, or look at the scheduler profile: the goroutines may be waiting for a processor instead.",
  },
  {
    path: "/syscall",
    kind: "syscall",
    title: "Syscalls",
    noun: "wait",
    what: "was blocked in a system call",
    advice: "Short system calls do not block a processor and are not part of this profile.",
  },
  {
    path: "/sched",
    kind: "sched",
    title: "Scheduler",
    noun: "wait",
    what: "had to wait for a processor",
    advice: "There was always a processor free: look at the other profiles for where the time went.",
  },
  {
    path: "/offcpu",
    kind: "offcpu",
    title: "Off-CPU",
    noun: "interval",
    what: "was there without running",
    advice: "Every goroutine ran all the time. Look at the CPU samples for where.",
    rests:
      "All time that goroutines did not run, by the stack at which they stopped. Idle is a judgement by the stack: a goroutine that waits " +
      "for a message, the network or a sleep in its start function (or in the standard library below that, but for a client’s call) has no work; all " +
      "other waits are blocked.",
  },
  {
    path: "/cpu",
    kind: "cpu",
    title: "CPU samples",
    noun: "sample",
    what: "was sampled",
    advice: "The trace has CPU samples, but none of what was chosen. A sample is taken every 10ms of processor time, so little work may go unseen.",
    rests: "Samples of the CPU profile that ran during the trace. Each counts for 10ms, as at the usual 100 a second: the trace does not tell the rate.",
  },
  {
    path: "/wall",
    kind: "wall",
    title: "Wall",
    noun: "interval",
    what: "was there",
    advice: "The trace tells of no goroutine: it may have been stopped as soon as it was started, or cut off. Record again, for longer.",
    rests:
      "Off-CPU and running time: all of the goroutines’ lives. A trace does not tell where a goroutine was while it ran. Its run is put down to the " +
      "stack at which it ended, or to the goroutine’s start where none is told: for where processors were busy, look at the CPU samples.",
  },
];

const REGION_PREFIX = "/region";

export interface Scope {
  readonly region: boolean;
  readonly parameters: Record<string, string>; // what stays when another kind is chosen
}

export function isProfilePath(path: string): boolean {
  return KINDS.some((kind) => path === kind.path || path === REGION_PREFIX + kind.path.slice(1));
}

export function kindOf(path: string): ProfileKind {
  const plain = path.startsWith(REGION_PREFIX) ? "/" + path.slice(REGION_PREFIX.length) : path;
  return KINDS.find((kind) => kind.path === plain) ?? KINDS[0];
}

export function scopeOf(path: string, query: URLSearchParams): Scope {
  const region = path.startsWith(REGION_PREFIX);
  const parameters: Record<string, string> = {};
  for (const key of region ? ["type", "pc", "latmin", "latmax", "task", "tasktype", "from", "to"] : ["name", "goroutine", "task", "tasktype", "from", "to"]) {
    const value = query.get(key);
    if (value !== null) parameters[key] = value;
  }
  return { region, parameters };
}

export function pageHref(kind: ProfileKind, scope: Scope, more: Record<string, string | null> = {}): string {
  const path = scope.region ? REGION_PREFIX + kind.path.slice(1) : kind.path;
  return href(path, { ...scope.parameters, ...more });
}

export function apiHref(kind: ProfileKind, scope: Scope): string {
  return href("/api/profile", { kind: kind.kind, scope: scope.region ? "region" : null, ...scope.parameters });
}

export function isWhole(scope: Scope): boolean {
  return !scope.region && Object.keys(scope.parameters).length === 0;
}

// The span in nanoseconds, where there is one: an end that is not given is the trace's.
export function spanOf({ parameters }: Scope, span: number): { from: number; to: number } | null {
  const read = (text: string | undefined) => (text !== undefined && /^\d+$/.test(text) ? Number(text) : null);
  const [from, to] = [read(parameters.from), read(parameters.to)];
  return from === null && to === null ? null : { from: Math.min(from ?? 0, span), to: Math.min(to ?? span, span) };
}

export function scopeSentence({ region, parameters }: Scope): string | null {
  const { type, pc, latmin, latmax, task, tasktype } = parameters;
  if (!region && task === undefined && tasktype === undefined) return null;
  const words = [`within regions${type ? ` of type ${type}` : ""}${task !== undefined ? ` of task ${task}` : ""}${tasktype !== undefined ? ` of tasks ${tasktype ? `of type ${tasktype}` : "without a type"}` : ""}`];
  if (pc) words.push(`started at ${pc}`);
  if (latmin) words.push(`that took at least ${latmin}`);
  if (latmax) words.push(latmin ? `and at most ${latmax}` : `that took at most ${latmax}`);
  return words.join(" ");
}
