// The lists of lanes that the server gives in pages: goroutines, and their start functions.
import { fetchJson } from "./client";
import { href } from "../router";

export interface Figures {
  start_ns: number;
  end_ns: number;
  intervals: number;
  ns: number[]; // by the reply's states
}

export interface GoroutineRow extends Figures {
  lane: string;
  number: number;
  id: number;
  name: string;
}

export interface FunctionRow extends Figures {
  name: string;
  count: number;
  total_ns: number;
}

export interface LanesReply<Row> {
  total: number; // goroutines in the trace
  count: number; // rows that the query finds
  states: number[];
  rows: Row[];
}

export const MOST_ROWS = 1000; // that a reply has

// What a list holds, and in which order: the parameters of /api/lanes.
export type LanesQuery = Readonly<Record<string, string | null>>;

export function fetchGoroutines(query: LanesQuery, offset: number, limit: number): Promise<LanesReply<GoroutineRow>> {
  return fetchJson(href("/api/lanes", { group: "goroutines", ...query, offset: String(offset), limit: String(limit) }));
}

export function fetchFunctions(query: LanesQuery): Promise<LanesReply<FunctionRow>> {
  return fetchJson(href("/api/lanes", { group: "functions", ...query, limit: String(MOST_ROWS) }));
}
