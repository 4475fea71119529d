// Where the values of an answer lead.
import type { SqlCell } from "../../api/query";
import { href } from "../../router";
import { stretchLink } from "../timeline/fragment";
import type { ResultColumn } from "./columns";

const framesOf = (stack: number) => `SELECT depth, function, file, line\nFROM frames\nWHERE stack = ${stack}\nORDER BY depth;`;

const sqlLink = (sql: string) => href("/sql", { query: sql });

// The other end of the stretch that a row is about.
function endOf(row: readonly SqlCell[], columns: readonly ResultColumn[], time: number, name: string): number {
  const value = (other: string) => {
    const cell = row[columns.find((column) => column.name.toLowerCase() === other)?.at ?? -1];
    return typeof cell === "number" ? cell : null;
  };
  if (name === "start_ns") return value("end_ns") ?? time + (value("duration_ns") ?? 0);
  if (name === "end_ns") return value("start_ns") ?? time - (value("duration_ns") ?? 0);
  return time;
}

// Where a value can be looked at; null if nowhere. span: of the trace.
export function linkOf(row: readonly SqlCell[], column: ResultColumn, columns: readonly ResultColumn[], span: number): string | null {
  const cell = row[column.at];
  if (typeof cell !== "number") return null;
  if (column.moment) {
    const other = endOf(row, columns, cell, column.name.toLowerCase());
    return stretchLink(Math.min(cell, other), Math.max(cell, other), span);
  }
  switch (column.thing) {
    case "goroutine":
      return `/goroutine/${cell}`;
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
