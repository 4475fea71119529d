// The lanes of goroutines that a query finds, half a million maybe: only pages around what is visible are asked for and kept.
import { fetchGoroutines, type GoroutineRow, type LanesQuery } from "../../api/lanes";
import type { SliceLane } from "../../api/types";
import { NO_NAME } from "../../names";
import { samplesOf } from "./tracks";

const PAGE = 100;
const MOST_PAGES = 60;
const RETRY = 1500; // ms after an error

export const GOROUTINES = "Goroutines";

export function laneOfGoroutine(row: GoroutineRow, names: ReadonlyMap<string, number>, sampled: boolean): SliceLane {
  const lane: SliceLane = {
    id: row.lane,
    group: GOROUTINES,
    name: `G${row.id}`,
    kind: "slices",
    slices: row.intervals,
    goroutine: { id: row.id, name: row.name, nameIndex: names.get(row.name) ?? NO_NAME, start: row.start_ns, end: row.end_ns },
  };
  return sampled ? { ...lane, samples: samplesOf(lane) } : lane;
}

export interface ListEvents {
  readonly sampled: () => boolean; // there are CPU samples
  readonly names: () => ReadonlyMap<string, number>; // their places in the table of names
  readonly onRows: (list: LaneList, resized: boolean) => void;
  readonly onError: (message: string | null) => void;
}

export class LaneList {
  private readonly pages = new Map<number, SliceLane[]>(); // least recently used first
  private readonly places = new Map<string, number>();
  private wanted = { first: 0, end: 0 };
  private flight = false;
  private closed = false;
  known = false; // that `count` is

  // `count` is what is thought until the first page tells.
  constructor(
    private readonly query: LanesQuery,
    public count: number,
    private readonly events: ListEvents,
  ) {}

  at(index: number): SliceLane | null {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null;
  }

  // Where a lane stands, as far as it has been listed. It is remembered for those asked about: their page may be forgotten.
  indexOf(id: string): number {
    const known = this.places.get(id);
    if (known !== undefined) return known;
    for (const [page, lanes] of this.pages) {
      const i = lanes.findIndex((lane) => lane.id === id);
      if (i < 0) continue;
      this.places.set(id, page * PAGE + i);
      return page * PAGE + i;
    }
    return -1;
  }

  // Rows [first, end) are visible, or nearly.
  want(first: number, end: number): void {
    this.wanted = { first, end };
    for (let page = Math.floor(first / PAGE); page * PAGE < end; page++) {
      const lanes = this.pages.get(page);
      if (!lanes) continue;
      this.pages.delete(page);
      this.pages.set(page, lanes);
    }
    void this.pump();
  }

  private missing(): number {
    const { first, end } = this.wanted;
    for (let page = Math.floor(first / PAGE); page * PAGE < end; page++) if (!this.pages.has(page)) return page;
    return -1;
  }

  private async pump(): Promise<void> {
    const page = this.missing();
    if (this.flight || this.closed || page < 0) return;
    this.flight = true;
    try {
      const { count, rows } = await fetchGoroutines(this.query, page * PAGE, PAGE);
      this.flight = false;
      if (this.closed) return;
      const resized = !this.known || count !== this.count;
      const names = this.events.names();
      const sampled = this.events.sampled();
      this.count = count;
      this.known = true;
      this.pages.set(page, rows.map((row) => laneOfGoroutine(row, names, sampled)));
      if (this.pages.size > MOST_PAGES) this.pages.delete(this.pages.keys().next().value!);
      this.events.onError(null);
      this.events.onRows(this, resized);
      if (this.wanted.end > count) this.wanted.end = count;
      void this.pump();
    } catch (error) {
      this.events.onError((error as Error).message);
      setTimeout(() => {
        this.flight = false;
        void this.pump();
      }, RETRY);
    }
  }

  close(): void {
    this.closed = true;
  }
}
