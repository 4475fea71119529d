// What the columns of an answer mean, as far as their names tell: and how they are shown.
import type { QueryReply, SchemaTable, SqlCell } from "../../api/query";
import { bytes, duration, exactDuration } from "../../format";
import type { Cell } from "../../ui/csv";

export type Thing = "goroutine" | "task" | "proc" | "stack";

export interface ResultColumn {
  readonly at: number; // its place in a row
  readonly name: string;
  readonly numeric: boolean;
  readonly unit: "ns" | "bytes" | "";
  readonly thing: Thing | null; // what its numbers are ids of
  readonly moment: boolean;
  readonly most: number; // the largest value; 0 where a share of it tells nothing
}

const THINGS: Readonly<Record<string, Thing>> = { "goroutines.id": "goroutine", "tasks.id": "task", "procs.id": "proc", "stacks.id": "stack" };

// Moments are told from stretches by their names.
const MOMENTS = /^(time|start|end|since|ran|at|from|to)_ns$/;
const AGGREGATE = /^(?:sum|total|avg|min|max|percentile|abs|round)\(\s*(?:\w+\.)?(\w+)\s*(?:,[^()]*)?\)$/i;

// The tables that a statement names, of those there are.
function tablesOf(sql: string, tables: readonly SchemaTable[]): SchemaTable[] {
  const words = new Set(sql.toLowerCase().match(/\w+/g));
  return tables.filter(({ name }) => words.has(name));
}

// The units of a column's name, in the tables that come into question.
function unitsOf(name: string, tables: readonly SchemaTable[]): Set<string> {
  return new Set(
    tables.flatMap((table) => table.columns.filter((column) => column.name === name).map(({ unit }) => (unit === "id" ? `${table.name}.id` : unit))),
  );
}

function unitOf(name: string, sql: string, tables: readonly SchemaTable[]): string {
  const bare = (AGGREGATE.exec(name)?.[1] ?? name).toLowerCase();
  const named = unitsOf(bare, tablesOf(sql, tables));
  const units = named.size > 0 ? named : unitsOf(bare, tables);
  if (units.size === 1) return [...units][0];
  return /_ns$/.test(bare) ? "ns" : /_bytes$/.test(bare) ? "bytes" : "";
}

const isNumber = (cell: SqlCell) => typeof cell === "number" || (typeof cell === "object" && cell !== null && !("blob" in cell));

export function columnsOf(reply: QueryReply, sql: string, tables: readonly SchemaTable[]): ResultColumn[] {
  return reply.columns.map(({ name }, at) => {
    const cells = reply.rows.map((row) => row[at]).filter((cell) => cell !== null);
    const numeric = cells.length > 0 && cells.every(isNumber);
    const unit = numeric ? unitOf(name, sql, tables) : "";
    const thing = numeric && !AGGREGATE.test(name) ? (THINGS[unit] ?? null) : null;
    const moment = unit === "ns" && MOMENTS.test(name.toLowerCase());
    const amounts = cells.every((cell) => typeof cell === "number" && cell >= 0) && (unit === "ns" || unit === "bytes" || unit === "") && !moment && !/^(id|life|line|depth|pc)$/.test(name);
    const most = numeric && amounts ? (cells as number[]).reduce((a, b) => Math.max(a, b), 0) : 0;
    return { at, name, numeric, unit: unit === "ns" || unit === "bytes" ? unit : "", thing, moment, most };
  });
}

// As it is, for copying and for the title.
export function plainCell(cell: SqlCell): Cell {
  if (cell === null || typeof cell !== "object") return cell;
  if ("integer" in cell) return cell.integer;
  return "real" in cell ? cell.real : `x'${cell.blob}${2 * cell.bytes > cell.blob.length ? "…" : ""}'`;
}

const MOST_SHOWN = 300; // characters
const DIGITS = 6;

export function shownCell(cell: SqlCell, column: ResultColumn, raw: boolean): string {
  if (typeof cell === "number" && !raw) {
    if (column.unit === "ns") return duration(cell);
    if (column.unit === "bytes" && cell >= 0) return bytes(cell);
    return Number.isInteger(cell) ? String(cell) : String(Number(cell.toPrecision(DIGITS)));
  }
  const text = String(plainCell(cell) ?? "NULL");
  return text.length > MOST_SHOWN ? text.slice(0, MOST_SHOWN) + "…" : text;
}

const MOST_TOLD = 3000;

export function exactCell(cell: SqlCell, column: ResultColumn): string {
  if (typeof cell === "number" && column.unit !== "") return column.unit === "ns" ? `${cell} ns = ${exactDuration(cell)}` : `${cell} bytes`;
  return String(plainCell(cell) ?? "NULL").slice(0, MOST_TOLD);
}

// By SQLite's order: NULL, numbers, texts, bytes.
function rank(cell: SqlCell): number {
  if (cell === null) return 0;
  return isNumber(cell) ? 1 : typeof cell === "string" ? 2 : 3;
}

const asNumber = (cell: SqlCell) => Number(String(plainCell(cell)).replace("Inf", "Infinity"));

export function compareCells(a: SqlCell, b: SqlCell): number {
  const by = rank(a) - rank(b);
  if (by !== 0 || a === null) return by;
  if (rank(a) === 1) return asNumber(a) - asNumber(b) || 0;
  return String(plainCell(a)).localeCompare(String(plainCell(b)));
}

// Objects with a member for each column, whose names are made to differ.
export function asJson(names: readonly string[], rows: readonly SqlCell[][]): string {
  const keys: string[] = [];
  for (const name of names) {
    let key = name;
    for (let i = 2; keys.includes(key); i++) key = `${name} ${i}`;
    keys.push(key);
  }
  return JSON.stringify(rows.map((row) => Object.fromEntries(row.map((cell, i) => [keys[i], plainCell(cell)]))), null, 1) + "\n";
}
