// Which row stands where: group headers and lanes, from the top down. Of lists only the rows that are looked at are made.
import type { FunctionRow as FunctionFigures } from "../../api/lanes";
import type { Lane } from "../../api/types";
import type { Below } from "./below";
import type { LaneList } from "./lane-list";

export const HEADER_HEIGHT = 22;
const NOTE_HEIGHT = 26;
const SLICES = { normal: 22, compact: 8 };
const NESTED = { normal: 16, compact: 7 };
const STRIP = { normal: 9, compact: 5 };
const COUNTER = { normal: 52, compact: 24 };

// Goroutines of a start function, or that worked for a task.
export interface Gathered {
  readonly key: string; // in the list of those that are open
  readonly row: Pick<FunctionFigures, "name" | "count" | "ns">;
  readonly states: number[]; // of row.ns; none: nothing is told of them
  readonly told?: string; // instead
}

// What a group consists of.
export type Item =
  | { readonly kind: "lane"; readonly lane: Lane }
  | { readonly kind: "list"; readonly list: LaneList; readonly indent: boolean }
  | ({ readonly kind: "function"; readonly open: boolean } & Gathered)
  | { readonly kind: "note"; readonly text: string; readonly wanted?: () => void };

export interface LaneGroup {
  readonly name: string;
  readonly note: string;
  readonly header: boolean;
  readonly items: Item[];
}

interface Place {
  readonly y: number;
  readonly height: number;
}

export interface HeaderRow extends Place {
  readonly kind: "header";
  readonly group: string;
  readonly folded: boolean;
  readonly note: string;
}

export interface LaneRow extends Place {
  readonly kind: "lane";
  readonly lane: Lane;
  readonly indent: boolean;
}

// Its goroutines fold out.
export interface FunctionRow extends Place, Gathered {
  readonly kind: "function";
  readonly open: boolean;
}

export interface NoteRow extends Place {
  readonly kind: "note";
  readonly text: string;
  readonly wanted?: () => void; // is called when it comes into view
}

// A lane that is not known yet.
export interface PendingRow extends Place {
  readonly kind: "pending";
}

interface ListRow extends Place {
  readonly kind: "list";
  readonly list: LaneList;
  readonly indent: boolean;
  readonly from: number; // its first row here: what is folded out beneath a lane lies between two parts of a list
  readonly count: number;
  readonly each: number; // height of a row
}

export type Row = HeaderRow | LaneRow | FunctionRow | NoteRow | PendingRow;

export interface ListPart {
  readonly list: LaneList;
  readonly first: number;
  readonly end: number;
}

export class Layout {
  private readonly rows: (Exclude<Row, PendingRow> | ListRow)[] = [];
  private readonly headers: HeaderRow[] = [];
  readonly height: number;

  constructor(
    groups: LaneGroup[],
    folded: readonly string[],
    compact: boolean,
    private readonly below: Pick<Below, "ids" | "items">,
  ) {
    const size = compact ? "compact" : "normal";
    let y = 0;
    for (const { name, note, header, items } of groups) {
      const isFolded = header && folded.includes(name);
      if (header) {
        const row: HeaderRow = { kind: "header", group: name, folded: isFolded, note, y, height: HEADER_HEIGHT };
        this.rows.push(row);
        this.headers.push(row);
        y += HEADER_HEIGHT;
      }
      for (const item of isFolded ? [] : items) y += this.place(item, y, size);
    }
    this.height = y;
  }

  private place(item: Item, y: number, size: "normal" | "compact"): number {
    const each = SLICES[size];
    switch (item.kind) {
      case "lane": {
        const { lane } = item;
        const height = lane.kind === "counter" ? COUNTER[size] : lane.strip ? STRIP[size] : lane.nested ? NESTED[size] : each;
        this.rows.push({ kind: "lane", lane, indent: false, y, height });
        return height + (this.below.ids.includes(lane.id) ? this.placeBelow(lane.id, y + height, size) : 0);
      }
      case "list":
        return this.placeList(item, y, size);
      case "function":
        this.rows.push({ ...item, y, height: HEADER_HEIGHT });
        return HEADER_HEIGHT;
      case "note":
        this.rows.push({ ...item, y, height: NOTE_HEIGHT });
        return NOTE_HEIGHT;
    }
  }

  private placeBelow(id: string, top: number, size: "normal" | "compact"): number {
    let y = top;
    for (const item of this.below.items(id)) y += this.place(item, y, size);
    return y - top;
  }

  private placeList(item: Item & { kind: "list" }, top: number, size: "normal" | "compact"): number {
    const { list } = item;
    const each = SLICES[size];
    const places = this.below.ids.map((id) => ({ id, index: list.indexOf(id) }));
    let [from, y] = [0, top];
    for (const { id, index } of places.filter(({ index }) => index >= 0).sort((a, b) => a.index - b.index)) {
      const height = (index + 1 - from) * each;
      this.rows.push({ ...item, from, count: index + 1 - from, each, y, height });
      from = index + 1;
      y += height + this.placeBelow(id, y + height, size);
    }
    const count = Math.max(0, list.count - from);
    this.rows.push({ ...item, from, count, each, y, height: count * each });
    return y + count * each - top;
  }

  // The index of the first row that ends below `top`.
  private firstBelow(top: number): number {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].y + this.rows[middle].height <= top) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private static part({ list, from, count, y, each }: ListRow, top: number, bottom: number): ListPart {
    return { list, first: from + Math.max(0, Math.floor((top - y) / each)), end: from + Math.min(count, Math.ceil((bottom - y) / each)) };
  }

  // The rows that touch [top, bottom).
  between(top: number, bottom: number): Row[] {
    const found: Row[] = [];
    for (let i = this.firstBelow(top); i < this.rows.length && this.rows[i].y < bottom; i++) {
      const row = this.rows[i];
      if (row.kind !== "list") {
        found.push(row);
        continue;
      }
      const { first, end } = Layout.part(row, top, bottom);
      for (let j = first; j < end; j++) {
        const lane = row.list.at(j);
        const place = { y: row.y + (j - row.from) * row.each, height: row.each };
        found.push(lane ? { kind: "lane", lane, indent: row.indent, ...place } : { kind: "pending", ...place });
      }
    }
    return found;
  }

  // The parts of lists that touch [top, bottom).
  listsBetween(top: number, bottom: number): ListPart[] {
    const parts: ListPart[] = [];
    for (let i = this.firstBelow(top); i < this.rows.length && this.rows[i].y < bottom; i++) {
      const row = this.rows[i];
      if (row.kind === "list") parts.push(Layout.part(row, top, bottom));
    }
    return parts;
  }

  // The header that sticks to the top when scrolled to `top`, and how far the next one has pushed it up.
  sticky(top: number): { header: HeaderRow; shift: number } | null {
    let header: HeaderRow | null = null;
    for (const row of this.headers) {
      if (row.y > top) return header && { header, shift: Math.min(0, row.y - top - HEADER_HEIGHT) };
      header = row;
    }
    return header && { header, shift: 0 };
  }

  get groups(): readonly { readonly group: string; readonly folded: boolean }[] {
    return this.headers;
  }

  header(group: string): HeaderRow | null {
    return this.headers.find((row) => row.group === group) ?? null;
  }

  laneRow(id: string): LaneRow | null {
    for (const row of this.rows) {
      if (row.kind === "lane" && (row.lane.id === id || (row.lane.kind === "slices" && row.lane.samples?.id === id))) return row;
      const index = row.kind === "list" ? row.list.indexOf(id.startsWith("xg") ? id.slice(1) : id) : -1;
      const lane = row.kind === "list" && index >= row.from && index < row.from + row.count ? row.list.at(index) : null;
      if (row.kind !== "list" || !lane) continue;
      return { kind: "lane", lane, indent: row.indent, y: row.y + (index - row.from) * row.each, height: row.each };
    }
    return null;
  }
}
