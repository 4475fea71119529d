// What was asked in this tab, the last first; it is forgotten when the tab is closed.
import { recallInTab, rememberInTab } from "../../storage";

export interface Asked {
  readonly sql: string;
  readonly rows: number;
}

const KEPT = 50;
const MOST_LENGTH = 20_000; // of a statement that is kept

export function recallAsked(): Asked[] {
  try {
    const kept: unknown = JSON.parse(recallInTab("sql.history") ?? "[]");
    return Array.isArray(kept) ? kept.filter(({ sql, rows }) => typeof sql === "string" && typeof rows === "number") : [];
  } catch {
    return [];
  }
}

export function rememberAsked(before: readonly Asked[], asked: Asked): Asked[] {
  if (asked.sql.length > MOST_LENGTH) return before.slice();
  const kept = [asked, ...before.filter(({ sql }) => sql !== asked.sql)].slice(0, KEPT);
  rememberInTab("sql.history", JSON.stringify(kept));
  return kept;
}
