// A text in the whole trace: what it finds, and where.
import { href } from "../router";
import { request } from "./client";

export const FOUND = [
  { kind: "goroutine", title: "Goroutines", noun: "goroutine" },
  { kind: "function", title: "Functions", noun: "function" },
  { kind: "task", title: "Tasks", noun: "task" },
  { kind: "region", title: "Regions", noun: "region type" },
  { kind: "log", title: "Logs", noun: "log message" },
  { kind: "range", title: "Ranges", noun: "range" },
] as const;

export type FoundKind = (typeof FOUND)[number]["kind"];

export interface FoundRow {
  text: string;
  matches: number;
  time_ns: number; // of the first match
  end_ns?: number; // of goroutines
  goroutine: number | null;
  lane: string | null;
  task?: number;
  category?: string; // of logs
}

export interface Found {
  kind: FoundKind;
  count: number;
  matches: number;
  rows: FoundRow[];
}

export interface Marks {
  matches: number;
  tiles: { tile: number; counts: number[]; count: number }[];
}

export interface Step {
  time_ns: number | null;
  index: number | null; // of all matches
  matches: number;
}

export function foundOf(kind: FoundKind): (typeof FOUND)[number] {
  return FOUND.find((found) => found.kind === kind)!;
}

export function isKind(text: string | null): text is FoundKind {
  return FOUND.some(({ kind }) => kind === text);
}

export function searchPath(q: string, kind: FoundKind | null): string {
  return href("/api/search", { q, kind });
}

async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await request(path, { signal })).json() as Promise<T>;
}

export async function search(q: string, signal: AbortSignal): Promise<Found[]> {
  return (await ask<{ kinds: Found[] }>(searchPath(q, null), signal)).kinds;
}

export function fetchMarks(q: string, kind: FoundKind | null, level: number, tiles: number[], signal: AbortSignal): Promise<Marks> {
  return ask(href("/api/search/marks", { q, kind, level: String(level), tiles: tiles.join(",") }), signal);
}

export function fetchStep(q: string, kind: FoundKind | null, time: number, direction: "next" | "previous"): Promise<Step> {
  return ask(href("/api/search/step", { q, kind, time: String(time), direction }));
}
