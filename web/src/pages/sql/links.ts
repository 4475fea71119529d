// Where the values of an answer lead.
import type { SqlCell } from "../../api/query";
import { href } from "../../router";
import { stretchLink } from "../timeline/fragment";
import type { ResultColumn } from "./columns";

const framesOf = (stack: number) => `SELECT depth, function, file, line\nFROM frames\nWHERE stack = ${stack}\nORDER BY depth;`;

const sqlLink = (sql: string) => href("/sql", { query: sql });

// A number of the row, by its column's name.
function numberIn(row: readonly SqlCell[], columns: readonly ResultColumn[], name: string): number | null {
  const cell = row[columns.find((column) => column.name.toLowerCase() === name)?.at ?? -1];
  return typeof cell === "number" ? cell : null;
}

// The number of the goroutine that a row is about, where it tells which of those of an id it is. Lives count from 1, the viewer from 0.
function goroutineNumber(row: readonly SqlCell[], columns: readonly ResultColumn[]): string | null {
  const life = numberIn(row, columns, "life");
  return life === null ? null : String(life - 1);
}

// The other end of the stretch that a row is about.
function otherEnd(row: readonly SqlCell[], columns: readonly ResultColumn[], time: number, name: string): number {
  if (name === "start_ns") return numberIn(row, columns, "end_ns") ?? time + (numberIn(row, columns, "duration_ns") ?? 0);
  if (name === "end_ns") return numberIn(row, columns, "start_ns") ?? time - (numberIn(row, columns, "duration_ns") ?? 0);
  return time;
}

// The timeline there, with the goroutine's lane on top if it is known.
function momentLink(row: readonly SqlCell[], column: ResultColumn, columns: readonly ResultColumn[], time: number, span: number): string {
  const other = otherEnd(row, columns, time, column.name.toLowerCase());
  const [path, fragment] = stretchLink(Math.min(time, other), Math.max(time, other), span).split("#");
  const number = goroutineNumber(row, columns);
  return `${href(path, { pin: number && `g${number}` })}#${fragment}`;
}

// Where a value can be looked at; null if nowhere. span: of the trace.
export function linkOf(row: readonly SqlCell[], column: ResultColumn, columns: readonly ResultColumn[], span: number): string | null {
  const cell = row[column.at];
  if (typeof cell !== "number") return null;
  if (column.moment) return momentLink(row, column, columns, cell, span);
  switch (column.thing) {
    case "goroutine":
      return href(`/goroutine/${cell}`, { number: /^(id|goroutine)$/i.test(column.name) ? goroutineNumber(row, columns) : null });
    case "task":
      return cell === 0 ? null : href("/usertask", { id: String(cell) });
    case "proc":
      return href("/trace", { pin: `p${cell}` });
    case "stack":
      return sqlLink(framesOf(cell));
    default:
      return null;
  }
}
