// The rows of a table, page by page, in the order the server sorts them.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { fetchJson } from "../api/client";
import type { Sort } from "./table";

const PAGE = 200;
const AHEAD = 100; // rows
const MOST_PER_REQUEST = 1000;

export interface PageReply<Row> {
  readonly count: number;
  readonly rows: Row[];
}

// `list` is the list's path with what chooses it.
function pathFor(list: string, sort: Sort, offset: number, limit: number): string {
  const order = sort.descending ? "desc" : "asc";
  const query = new URLSearchParams({ sort: sort.key, order, offset: String(offset), limit: String(limit) });
  return `${list}${list.includes("?") ? "&" : "?"}${query}`;
}

export interface Pages<Row, Reply> {
  readonly head: Reply | null; // everything but the rows, from whichever page came last
  readonly error: string | null;
  readonly rowAt: (index: number) => Row | undefined;
  readonly need: (first: number, end: number) => void;
}

export function usePages<Row, Reply extends PageReply<Row>>(list: string, sort: Sort): Pages<Row, Reply> {
  const [loaded, setLoaded] = useState<{ list: string; head: Reply | null; error: string | null }>({ list, head: null, error: null });
  const order = `${list}\n${sort.key} ${sort.descending}`;
  const store = useRef({ order: "", pages: new Map<number, Row[]>(), asked: new Set<number>(), first: 0, count: 0 });
  if (store.current.order !== order) store.current = { order, pages: new Map(), asked: new Set(), first: 0, count: 0 };

  const need = useCallback(
    (first: number, end: number) => {
      const here = store.current;
      // Ahead of the way that the table is scrolled, too.
      const [from, to] = first < here.first ? [Math.max(0, first - AHEAD), end] : [first, Math.min(end + AHEAD, Math.max(end, here.count))];
      here.first = first;
      for (let page = Math.floor(from / PAGE); page * PAGE < Math.max(to, 1); page++) {
        if (here.asked.has(page)) continue;
        here.asked.add(page);
        fetchJson<Reply>(pathFor(list, sort, page * PAGE, PAGE)).then(
          (reply) => {
            here.pages.set(page, reply.rows);
            here.count = reply.count;
            if (store.current === here) setLoaded({ list, head: { ...reply, rows: [] }, error: null });
          },
          (failure: Error) => {
            here.asked.delete(page);
            if (store.current === here) setLoaded({ list, head: null, error: failure.message });
          },
        );
      }
    },
    [list, order],
  );
  useEffect(() => need(0, 1), [need]);

  const rowAt = (index: number) => store.current.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  const { head, error } = loaded.list === list ? loaded : { head: null, error: null };
  return { head, error, rowAt, need };
}

// All rows, for copying.
export async function fetchAllRows<Row, Reply extends PageReply<Row>>(list: string, sort: Sort, total: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (let offset = 0; offset < total; offset += MOST_PER_REQUEST) {
    const reply = await fetchJson<Reply>(pathFor(list, sort, offset, MOST_PER_REQUEST));
    if (reply.rows.length === 0) break;
    rows.push(...reply.rows);
  }
  return rows;
}
