// Which row stands where: group headers and lanes, from the top down.
import type { Lane } from "../../api/types";

export const HEADER_HEIGHT = 22;
const SLICES = { normal: 22, compact: 8 };
const COUNTER = { normal: 52, compact: 24 };

export interface HeaderRow {
  readonly kind: "header";
  readonly group: string;
  readonly folded: boolean;
  readonly lanes: number;
  readonly y: number;
  readonly height: number;
}

export interface LaneRow {
  readonly kind: "lane";
  readonly lane: Lane;
  readonly y: number;
  readonly height: number;
}

export type Row = HeaderRow | LaneRow;

export class Layout {
  readonly rows: Row[] = [];
  private readonly headers: HeaderRow[] = [];
  readonly height: number;

  constructor(lanes: Lane[], folded: ReadonlySet<string>, readonly compact: boolean) {
    const groups = new Map<string, Lane[]>();
    for (const lane of lanes) {
      const members = groups.get(lane.group);
      if (members) members.push(lane);
      else groups.set(lane.group, [lane]);
    }
    const size = compact ? "compact" : "normal";
    let y = 0;
    for (const [group, members] of groups) {
      const header: HeaderRow = { kind: "header", group, folded: folded.has(group), lanes: members.length, y, height: HEADER_HEIGHT };
      this.rows.push(header);
      this.headers.push(header);
      y += HEADER_HEIGHT;
      if (folded.has(group)) continue;
      for (const lane of members) {
        const height = lane.kind === "counter" ? COUNTER[size] : SLICES[size];
        this.rows.push({ kind: "lane", lane, y, height });
        y += height;
      }
    }
    this.height = y;
  }

  // The rows that touch [top, bottom).
  between(top: number, bottom: number): Row[] {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].y + this.rows[middle].height <= top) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (end < this.rows.length && this.rows[end].y < bottom) end++;
    return this.rows.slice(low, end);
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

  laneRow(id: string): LaneRow | null {
    return this.rows.find((row): row is LaneRow => row.kind === "lane" && row.lane.id === id) ?? null;
  }
}
