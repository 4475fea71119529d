// Which lanes are shown, and how: the part of the view that the URL's query holds. The span shown is in its fragment.
import type { Range } from "./viewport";

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

export interface LaneView {
  readonly filter: string; // of all lanes
  readonly goroutines: string; // of goroutines
  readonly byFunction: boolean;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly folded: readonly string[]; // groups
  readonly open: readonly string[]; // start functions
  readonly pinned: readonly string[]; // ids of lanes, from the top down
  readonly goid: number | null; // only this goroutine and those it touched
}

export const PLAIN: LaneView = {
  filter: "",
  goroutines: "",
  byFunction: false,
  sort: SORTS[0],
  descending: true,
  folded: [],
  open: [],
  pinned: [],
  goid: null,
};

const OWN = ["lanes", "goroutines", "by", "sort", "order", "fold", "open", "pin", "goid"];

// Null if the query says nothing of lanes.
export function parseLaneView(query: URLSearchParams): LaneView | null {
  if (!OWN.some((key) => query.has(key))) return null;
  const sort = SORTS.find(({ key }) => key === query.get("sort")) ?? PLAIN.sort;
  const order = query.get("order");
  const goid = query.get("goid");
  return {
    filter: query.get("lanes") ?? "",
    goroutines: query.get("goroutines") ?? "",
    byFunction: query.get("by") === "function",
    sort,
    descending: order === "asc" || order === "desc" ? order === "desc" : sort.descending,
    folded: query.getAll("fold"),
    open: query.getAll("open"),
    pinned: [...new Set(query.getAll("pin"))],
    goid: goid !== null && /^\d{1,18}$/.test(goid) ? Number(goid) : null,
  };
}

export function formatLaneView(view: LaneView): string {
  const query = new URLSearchParams();
  if (view.goid !== null) query.set("goid", String(view.goid));
  if (view.filter) query.set("lanes", view.filter);
  if (view.goroutines) query.set("goroutines", view.goroutines);
  if (view.byFunction) query.set("by", "function");
  if (view.sort !== PLAIN.sort) query.set("sort", view.sort.key);
  if (view.descending !== view.sort.descending) query.set("order", view.descending ? "desc" : "asc");
  for (const group of view.folded) query.append("fold", group);
  for (const name of view.open) query.append("open", name);
  for (const lane of view.pinned) query.append("pin", lane);
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
