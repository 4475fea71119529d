// The goroutines of a group, page by page, in the order the server sorts them.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { fetchJson } from "../../api/client";
import type { GoroutineRow, Goroutines } from "../../api/types";
import { href } from "../../router";
import type { Sort } from "../../ui/table";

const PAGE = 200;
const MOST_PER_REQUEST = 1000;

function pathFor(name: string, sort: Sort, offset: number, limit: number): string {
  return href("/api/goroutines", {
    name,
    sort: sort.key,
    order: sort.descending ? "desc" : "asc",
    offset: String(offset),
    limit: String(limit),
  });
}

export interface Pages {
  readonly head: Goroutines | null; // everything but the rows, from whichever page came last
  readonly error: string | null;
  readonly rowAt: (index: number) => GoroutineRow | undefined;
  readonly need: (first: number, end: number) => void;
}

export function usePages(name: string, sort: Sort): Pages {
  const [head, setHead] = useState<Goroutines | null>(null);
  const [error, setError] = useState<string | null>(null);
  const order = `${name}\n${sort.key} ${sort.descending}`;
  const store = useRef({ order: "", pages: new Map<number, GoroutineRow[]>(), asked: new Set<number>() });
  if (store.current.order !== order) store.current = { order, pages: new Map(), asked: new Set() };

  const need = useCallback(
    (first: number, end: number) => {
      const here = store.current;
      for (let page = Math.floor(first / PAGE); page * PAGE < Math.max(end, 1); page++) {
        if (here.asked.has(page)) continue;
        here.asked.add(page);
        fetchJson<Goroutines>(pathFor(name, sort, page * PAGE, PAGE)).then(
          (reply) => {
            here.pages.set(page, reply.rows);
            if (store.current === here) setHead({ ...reply, rows: [] });
          },
          (failure: Error) => {
            here.asked.delete(page);
            if (store.current === here) setError(failure.message);
          },
        );
      }
    },
    [name, order],
  );
  useEffect(() => need(0, 1), [need]);

  const rowAt = (index: number) => store.current.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  return { head, error, rowAt, need };
}

// All rows, for copying.
export async function fetchAllRows(name: string, sort: Sort, total: number): Promise<GoroutineRow[]> {
  const rows: GoroutineRow[] = [];
  for (let offset = 0; offset < total; offset += MOST_PER_REQUEST) {
    const reply = await fetchJson<Goroutines>(pathFor(name, sort, offset, MOST_PER_REQUEST));
    if (reply.rows.length === 0) break;
    rows.push(...reply.rows);
  }
  return rows;
}
