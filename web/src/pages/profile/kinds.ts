// The four blocking profiles, and how a path and query name one of them.
import { href } from "../../router";

export interface ProfileKind {
  readonly path: string;
  readonly kind: string;
  readonly title: string;
  readonly what: string; // "No goroutine …"
  readonly advice: string;
}

export const KINDS: readonly ProfileKind[] = [
  {
    path: "/io",
    kind: "net",
    title: "Network",
    what: "waited for the network",
    advice: "Waits on sockets and pipes appear here. Record while the program serves requests, or look at the synchronisation profile.",
  },
  {
    path: "/block",
    kind: "sync",
    title: "Synchronisation",
    what: "waited for a channel, a lock or another goroutine",
    advice: "Record for longer or under load, or look at the scheduler profile: the goroutines may be waiting for a processor instead.",
  },
  {
    path: "/syscall",
    kind: "syscall",
    title: "Syscalls",
    what: "was blocked in a system call",
    advice: "Short system calls do not block a processor and are not part of this profile.",
  },
  {
    path: "/sched",
    kind: "sched",
    title: "Scheduler",
    what: "had to wait for a processor",
    advice: "There was always a processor free: look at the other profiles for where the time went.",
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
  for (const key of region ? ["type", "pc", "latmin", "latmax"] : ["name"]) {
    const value = query.get(key);
    if (value !== null) parameters[key] = value;
  }
  return { region, parameters };
}

export function pageHref(kind: ProfileKind, scope: Scope, more: Record<string, string> = {}): string {
  const path = scope.region ? REGION_PREFIX + kind.path.slice(1) : kind.path;
  return href(path, { ...scope.parameters, ...more });
}

export function apiHref(kind: ProfileKind, scope: Scope): string {
  return href("/api/profile", { kind: kind.kind, scope: scope.region ? "region" : null, ...scope.parameters });
}

export function scopeSentence({ region, parameters }: Scope): string | null {
  if (!region) return null;
  const { type, pc, latmin, latmax } = parameters;
  const words = [`within regions${type ? ` of type ${type}` : ""}`];
  if (pc) words.push(`started at ${pc}`);
  if (latmin) words.push(`that took at least ${latmin}`);
  if (latmax) words.push(latmin ? `and at most ${latmax}` : `that took at most ${latmax}`);
  return words.join(" ");
}
