// SQL over the trace.
import { href } from "../router";
import { request } from "./client";

// Null, a number, a text; or what JSON has not: integers beyond 2^53, what is not finite, bytes.
export type SqlCell = null | number | string | { readonly integer: string } | { readonly real: string } | { readonly blob: string; readonly bytes: number };

// Why there may be more rows than those that came.
export type More = "rows" | "time" | "size" | "stopped";

export interface QueryReply {
  columns: { name: string }[];
  rows: SqlCell[][];
  more: More | null;
  elapsed_ns: number;
  loading_ns: number;
  visited: number;
}

export interface SchemaColumn {
  name: string;
  type: "integer" | "text";
  unit: string; // "ns", "bytes" …; or the column that a number refers to: "goroutines.id"
  about: string;
}

export interface SchemaTable {
  name: string;
  about: string;
  columns: SchemaColumn[];
}

// How much may be asked for; as docs/http.md has it.
export interface Limits {
  readonly rows: number;
  readonly seconds: number;
}

const POST = { method: "POST", headers: { "X-Kymo": "1" } };

export async function runQuery(sql: string, id: string, { rows, seconds }: Limits, signal: AbortSignal): Promise<QueryReply> {
  const path = href("/api/query", { id, rows: String(rows), time: `${seconds}s` });
  return (await request(path, { ...POST, body: sql, signal })).json() as Promise<QueryReply>;
}

// False if no such query is running.
export async function stopQuery(id: string): Promise<boolean> {
  const reply = (await (await request(href("/api/query/stop", { id }), POST)).json()) as { stopped: boolean };
  return reply.stopped;
}
