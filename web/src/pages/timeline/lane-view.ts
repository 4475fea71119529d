// Which lanes are shown, and how: the part of the view that the URL's query holds. The span shown is in its fragment.
import type { Range } from "./viewport";

export const MOST_BELOW = 8; // lanes with something folded out: as many as the server keeps

// By what goroutines are sorted, and whether the largest come first.
export const SORTS = [
  { key: "running", title: "running", descending: true },
  { key: "runnable", title: "runnable", descending: true },
  { key: "waiting", title: "waiting", descending: true },
  { key: "total", title: "lifetime", descending: true },
  { key: "start", title: "start", descending: false },
  { key: "id", title: "id", descending: false },
  { key: "name", title: "name", descending: false },
] as const;

export type Sort = (typeof SORTS)[number];

export const ARRANGEMENTS = [
  { by: "flat", title: "one by one" },
  { by: "function", title: "by function" },
  { by: "task", title: "by task" },
] as const;

export type Arrangement = (typeof ARRANGEMENTS)[number]["by"];

export interface LaneView {
  readonly filter: string; // of all lanes
  readonly goroutines: string; // of goroutines
  readonly by: Arrangement; // of goroutines
  readonly sort: Sort;
  readonly descending: boolean;
  readonly folded: readonly string[]; // groups
  readonly unfolded: readonly string[]; // of those that are folded unless it is said
  readonly open: readonly string[]; // start functions; by task, ids of tasks
  readonly below: readonly string[]; // ids of lanes beneath which something is folded out
  readonly pinned: readonly string[]; // ids of lanes, from the top down
  readonly taskid: number | null; // only goroutines that worked for this task or one that descends from it, and these tasks
  readonly goid: number | null; // only this goroutine and those it touched
  readonly arrows: boolean; // of everything in sight
}

export const PLAIN: LaneView = {
  filter: "",
  goroutines: "",
  by: "flat",
  sort: SORTS[0],
  descending: true,
  folded: [],
  unfolded: [],
  open: [],
  below: [],
  pinned: [],
  taskid: null,
  goid: null,
  arrows: false,
};

const OWN = ["lanes", "goroutines", "by", "sort", "order", "fold", "unfold", "view", "open", "below", "pin", "goid", "arrows", "taskid", "focustask"];

// These are large, or say little to most: nothing of them is asked for before they are unfolded.
const FOLDED_AT_FIRST = ["Wake-ups", "Threads", "Tasks", "Logs"];

export function isFolded(view: LaneView, group: string): boolean {
  return FOLDED_AT_FIRST.includes(group) ? !view.unfolded.includes(group) : view.folded.includes(group);
}

export function foldToggled(view: LaneView, group: string): Partial<LaneView> {
  return FOLDED_AT_FIRST.includes(group) ? { unfolded: toggled(view.unfolded, group) } : { folded: toggled(view.folded, group) };
}

// ?view=thread and ?view=proc are of the official tool: threads instead of processors, and the other way round.
function readFolds(query: URLSearchParams): Pick<LaneView, "folded" | "unfolded"> {
  const [folded, unfolded] = [query.getAll("fold"), query.getAll("unfold")];
  if (taskAskedFor(query) !== null && !unfolded.includes("Tasks")) unfolded.push("Tasks");
  const without = (list: string[], group: string) => list.filter((other) => other !== group);
  switch (query.get("view")) {
    case "thread":
      return { folded: [...without(folded, "Processors"), "Processors"], unfolded: [...without(unfolded, "Threads"), "Threads"] };
    case "proc":
      return { folded: without(folded, "Processors"), unfolded: without(unfolded, "Threads") };
    default:
      return { folded, unfolded };
  }
}

function parseId(text: string | null): number | null {
  return text !== null && /^\d{1,18}$/.test(text) ? Number(text) : null;
}

// The task whose life is to be shown: of ?taskid=, or of ?focustask=, which shows its lane among all others.
export function taskAskedFor(query: URLSearchParams): number | null {
  return query.has("goid") ? null : (parseId(query.get("focustask")) ?? parseId(query.get("taskid")));
}

// Null if the query says nothing of lanes.
export function parseLaneView(query: URLSearchParams): LaneView | null {
  if (!OWN.some((key) => query.has(key))) return null;
  const sort = SORTS.find(({ key }) => key === query.get("sort")) ?? PLAIN.sort;
  const order = query.get("order");
  const goid = query.get("goid");
  return {
    filter: query.get("lanes") ?? "",
    goroutines: query.get("goroutines") ?? "",
    by: ARRANGEMENTS.find(({ by }) => by === query.get("by"))?.by ?? "flat",
    sort,
    descending: order === "asc" || order === "desc" ? order === "desc" : sort.descending,
    ...readFolds(query),
    open: query.getAll("open"),
    below: [...new Set(query.getAll("below"))].slice(-MOST_BELOW),
    pinned: [...new Set(query.getAll("pin"))],
    taskid: goid === null ? parseId(query.get("taskid")) : null,
    goid: parseId(goid),
    arrows: query.get("arrows") === "1",
  };
}

export function formatLaneView(view: LaneView): string {
  const query = new URLSearchParams();
  if (view.goid !== null) query.set("goid", String(view.goid));
  if (view.taskid !== null) query.set("taskid", String(view.taskid));
  if (view.filter) query.set("lanes", view.filter);
  if (view.goroutines) query.set("goroutines", view.goroutines);
  if (view.by !== "flat") query.set("by", view.by);
  if (view.sort !== PLAIN.sort) query.set("sort", view.sort.key);
  if (view.descending !== view.sort.descending) query.set("order", view.descending ? "desc" : "asc");
  for (const group of view.folded) query.append("fold", group);
  for (const group of view.unfolded) query.append("unfold", group);
  for (const name of view.open) query.append("open", name);
  for (const lane of view.below) query.append("below", lane);
  for (const lane of view.pinned) query.append("pin", lane);
  if (view.arrows) query.set("arrows", "1");
  const text = query.toString();
  return text && "?" + text;
}

// A section of the official tool: ?start=&end= in nanoseconds.
export function parseSection(query: URLSearchParams): Range | null {
  const [from, to] = [query.get("start"), query.get("end")].map((text) => (text !== null && /^\d{1,18}$/.test(text) ? Number(text) : NaN));
  return to > from ? { start: from, width: to - from } : null;
}

export function toggled(list: readonly string[], item: string): string[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}

// A goroutine is written G12, and known by the number.
export function searchText(text: string): string {
  const trimmed = text.trim();
  return /^g\d+$/i.test(trimmed) ? trimmed.slice(1) : trimmed;
}
