// What of a profile is shown and how: all of it is in the query of the page.
import { FILTERS, NO_FILTERS, type Filters, type Order, type Weight } from "./samples";

export const VIEWS = [
  { view: "flame", title: "Flame graph" },
  { view: "sandwich", title: "Sandwich" },
  { view: "graph", title: "Graph" },
  { view: "top", title: "Top" },
  { view: "peek", title: "Peek" },
  { view: "source", title: "Source" },
] as const;

export type ViewName = (typeof VIEWS)[number]["view"];

export interface View {
  readonly view: ViewName;
  readonly weight: Weight;
  readonly order: Order; // of the flame graph
  readonly find: string;
  readonly fn: string; // what sandwich, peek and source are about
  readonly states: ReadonlySet<string> | null; // null: all
  readonly filters: Filters;
}

export function readView(query: URLSearchParams): View {
  const states = query.get("state");
  const filters = { ...NO_FILTERS };
  for (const key of FILTERS) filters[key] = query.get(key) ?? "";
  return {
    view: VIEWS.find(({ view }) => view === query.get("view"))?.view ?? "flame",
    weight: query.get("weight") === "count" ? "count" : "ns",
    order: query.get("order") === "time" ? "time" : "weight",
    find: query.get("find") ?? "",
    fn: query.get("fn") ?? "",
    states: states === null || states === "" ? null : new Set(states.split(",")),
    filters,
  };
}

// The parameters of a view; null for what is as usual.
export function viewParameters(view: View): Record<string, string | null> {
  const parameters: Record<string, string | null> = {
    view: view.view === "flame" ? null : view.view,
    weight: view.weight === "ns" ? null : view.weight,
    order: view.order === "weight" ? null : view.order,
    state: view.states ? [...view.states].join(",") : null,
    fn: view.fn || null,
    find: view.find || null,
  };
  for (const key of FILTERS) parameters[key] = view.filters[key] || null;
  return parameters;
}
