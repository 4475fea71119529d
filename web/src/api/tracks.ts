// The lanes that the server makes when they are first asked for: threads, wake-ups, and what lies on and beneath processors.
import { fetchJson } from "./client";
import { href } from "../router";
import type { Listed, Stretches, Task } from "./types";

export interface TracksReply {
  wakeups: { lane: string; name: string; marks: number }[];
  procs: { lane: string; collector: number; samples: number }[]; // those that have any
  goroutine_samples: number;
}

export interface ThreadRow {
  lane: string;
  id: number;
  slices: number;
  samples: number;
  running_ns: number;
  syscall_ns: number;
}

const PAGE = 1000; // rows that a reply has at most
const MOST_THREADS = 5000;

// The words of a log.
export interface LogReply {
  time_ns: number;
  category: string;
  message: string;
}

// The first tasks, in order of start: all, or one and those that descend from it.
export function fetchTasks(within: number | null): Promise<Stretches<Task>> {
  return fetchJson(href("/api/tasks", { sort: "start", order: "asc", limit: String(PAGE), within: within === null ? null : String(within) }));
}

export function fetchTracks(): Promise<TracksReply> {
  return fetchJson("/api/tracks");
}

// All threads, or the first of very many.
export async function fetchThreads(): Promise<Listed<ThreadRow>> {
  const rows: ThreadRow[] = [];
  for (;;) {
    const page = await fetchJson<Listed<ThreadRow>>(href("/api/threads", { offset: String(rows.length), limit: String(PAGE) }));
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= Math.min(page.count, MOST_THREADS)) return { count: page.count, rows };
  }
}
