// Where what a search found is looked at.
import type { FoundKind, FoundRow } from "../../api/search";
import { href } from "../../router";
import { stretchLink } from "../timeline/fragment";

// The timeline's query as it is, or a new one; with what is looked for.
function timelineQuery(q: string, kind: FoundKind | null): URLSearchParams {
  const query = new URLSearchParams(location.pathname === "/trace" ? location.search : "");
  query.set("q", q);
  if (kind) query.set("kind", kind);
  else query.delete("kind");
  return query;
}

// All matches of a kind as marks.
export function marksLink(q: string, kind: FoundKind | null): string {
  return `/trace?${timelineQuery(q, kind)}${location.pathname === "/trace" ? location.hash : ""}`;
}

// A task has a page of its own; all else is shown where it first happens, with the lane of who did it.
export function placeOf(q: string, kind: FoundKind, row: FoundRow, span: number): string {
  if (kind === "task") return href("/usertask", { id: String(row.task) });
  const query = timelineQuery(q, null);
  if (row.lane && !query.getAll("pin").includes(row.lane)) query.append("pin", row.lane);
  const [, fragment] = stretchLink(row.time_ns, row.end_ns ?? row.time_ns, span).split("#");
  return `/trace?${query}#${fragment}`;
}
