// Where lanes stand: the pinned ones on top, beneath them the others, each scrolled by itself.
import type { Pane } from "./draw-lanes";
import { HEAD_HEIGHT } from "./frame";
import { HEADER_HEIGHT, type LaneRow, type Layout, type ListPart, type Row } from "./layout";

const MOST_PINNED = 0.5; // of the height: what is pinned beyond that is scrolled to
const DIVIDER = 3; // px below the pinned lanes

export class Panes {
  height = 0; // of all, the head included
  scroll = 0; // of the lanes that are not pinned
  private pinnedScroll = 0;

  constructor(
    public layout: Layout,
    public pinned: Layout,
  ) {}

  // Where the lanes begin that scroll: below the pinned ones.
  get top(): number {
    const most = (this.height - HEAD_HEIGHT) * MOST_PINNED;
    return this.pinned.height === 0 ? HEAD_HEIGHT : HEAD_HEIGHT + Math.round(Math.min(this.pinned.height + DIVIDER, most));
  }

  get all(): Pane[] {
    const { top, height } = this;
    const main = { layout: this.layout, scroll: this.scroll, top, bottom: height };
    return top === HEAD_HEIGHT ? [main] : [main, { layout: this.pinned, scroll: this.pinnedScroll, top: HEAD_HEIGHT, bottom: top - DIVIDER }];
  }

  scrollTo(top: number): void {
    this.scroll = Math.max(0, Math.min(Math.round(top), this.layout.height - (this.height - this.top)));
  }

  scrollPinned(by: number): void {
    this.pinnedScroll = Math.max(0, Math.min(this.pinnedScroll + by, this.pinned.height + DIVIDER - (this.top - HEAD_HEIGHT)));
  }

  // How far the lanes must be scrolled for one to be seen; null: it is, or is pinned, or there is none.
  scrollFor(lane: string): number | null {
    const row = this.pinned.laneRow(lane) ? null : this.layout.laneRow(lane);
    if (!row) return null;
    const room = this.height - this.top - row.height;
    if (row.y - HEADER_HEIGHT < this.scroll) return row.y - HEADER_HEIGHT;
    return row.y > this.scroll + room ? row.y - room : null;
  }

  private paneAt(y: number): Pane | undefined {
    return this.all.find(({ top, bottom }) => y >= top && y < bottom);
  }

  rowAt(y: number): Row | null {
    const pane = this.paneAt(y);
    if (!pane) return null;
    const sticky = pane.layout.sticky(pane.scroll);
    if (sticky && y < pane.top + sticky.shift + sticky.header.height) return sticky.header;
    const at = y - pane.top + pane.scroll;
    return pane.layout.between(at, at + 1)[0] ?? null;
  }

  // How far below the upper edge of a row a height is.
  within(row: Row, y: number): number {
    const pane = this.paneAt(y);
    return pane ? y - pane.top + pane.scroll - row.y : Infinity;
  }

  laneRow(lane: string): LaneRow | null {
    return this.layout.laneRow(lane) ?? this.pinned.laneRow(lane);
  }

  // Where the header of a group is drawn; null: out of sight.
  headerTop(group: string): number | null {
    const sticky = this.layout.sticky(this.scroll);
    if (sticky?.header.group === group) return this.top + sticky.shift;
    const header = this.layout.header(group);
    const y = header ? this.top + header.y - this.scroll : -1;
    return header && y >= this.top && y < this.height ? y : null;
  }

  get rowsInSight(): Row[] {
    return this.all.flatMap(({ layout, scroll, top, bottom }) => layout.between(scroll, scroll + bottom - top));
  }

  // The parts of lists that are in sight, or nearly.
  listsNear(room: number): ListPart[] {
    return this.layout.listsBetween(this.scroll - room, this.scroll + this.height - this.top + room);
  }
}
