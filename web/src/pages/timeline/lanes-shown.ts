// Which lanes there are to show: those of the reply, filtered, goroutines, and those that are pinned.
import { fetchGoroutines } from "../../api/lanes";
import type { Lane, TimelineReply } from "../../api/types";
import { bytesOf, count } from "../../format";
import { UTILISATION_LANE } from "./draw-head";
import { GoroutineGroup } from "./goroutine-group";
import { GOROUTINES, laneOfGoroutine, type LaneList, type ListEvents } from "./lane-list";
import type { LaneView } from "./lane-view";
import { Layout, type Item, type LaneGroup } from "./layout";

export const PROCESSORS = "Processors";

export interface LanesEvents {
  readonly onLayout: () => void; // rows came, went or moved
  readonly onRows: (list: LaneList) => void; // rows are known
  readonly onError: (message: string | null) => void;
}

export class LanesShown {
  private reply: TimelineReply;
  private readonly goroutines: GoroutineGroup;
  private readonly pinned = new Map<string, Lane | null>(); // null: nobody knows it
  private names: ReadonlyMap<string, number> = new Map();
  private namesOf: string[] | null = null;
  private readonly listEvents: ListEvents;

  constructor(
    reply: TimelineReply,
    private readonly events: LanesEvents,
  ) {
    this.reply = reply;
    this.listEvents = {
      names: () => this.nameIndex(),
      onRows: (list, resized) => {
        if (resized) events.onLayout();
        events.onRows(list);
      },
      onError: events.onError,
    };
    this.goroutines = new GoroutineGroup({ ...this.listEvents, onChange: events.onLayout });
  }

  update(reply: TimelineReply): void {
    this.reply = reply;
  }

  private nameIndex(): ReadonlyMap<string, number> {
    if (this.namesOf !== this.reply.names) this.names = new Map(this.reply.names.map((name, i) => [name, i]));
    this.namesOf = this.reply.names;
    return this.names;
  }

  // The group of goroutines, in which those are whose names are filtered unless the filter means the group.
  private goroutineItems(view: LaneView): { note: string; items: Item[] } {
    const { reading, goroutines: total } = this.reply;
    if (reading) {
      const text = `Goroutines are listed when the whole trace has been read: ${bytesOf(reading.done_bytes, reading.total_bytes)} so far.`;
      return { note: `${count(total)} so far`, items: [{ kind: "note", text }] };
    }
    const meant = view.filter !== "" && GOROUTINES.toLowerCase().includes(view.filter.toLowerCase());
    this.goroutines.configure(view, meant ? "" : view.filter, total);
    return { note: this.goroutines.note(total), items: this.goroutines.items() };
  }

  private fixedGroups(view: LaneView): LaneGroup[] {
    const text = view.filter.toLowerCase();
    const groups = new Map<string, Lane[]>();
    for (const lane of this.reply.lanes) {
      if (lane.id === UTILISATION_LANE) continue;
      if (!lane.name.toLowerCase().includes(text) && !lane.group.toLowerCase().includes(text)) continue;
      const members = groups.get(lane.group);
      if (members) members.push(lane);
      else groups.set(lane.group, [lane]);
    }
    return [...groups].map(([name, lanes]) => ({
      name,
      note: count(lanes.length),
      header: true,
      items: lanes.map((lane): Item => ({ kind: "lane", lane })),
    }));
  }

  layout(view: LaneView, compact: boolean): Layout {
    const fixed = this.fixedGroups(view);
    const goroutines = { name: GOROUTINES, header: true, ...this.goroutineItems(view) };
    return new Layout(view.goid === null ? [...fixed, goroutines] : [goroutines, ...fixed], view.folded, compact);
  }

  // A goroutine's lane is known once it was listed, or has been asked for.
  private pinnedLane(id: string): Lane | null {
    const lane = this.reply.lanes.find((other) => other.id === id);
    if (lane) return lane;
    const known = this.pinned.get(id);
    if (known === undefined && !this.reply.reading && /^g\d{1,9}$/.test(id)) void this.ask(id);
    return known ?? null;
  }

  private async ask(id: string): Promise<void> {
    this.pinned.set(id, null);
    try {
      const { rows } = await fetchGoroutines({ number: id.slice(1) }, 0, 1);
      if (rows.length > 0) this.pinned.set(id, laneOfGoroutine(rows[0], this.nameIndex()));
      this.events.onLayout();
    } catch (error) {
      this.events.onError((error as Error).message);
    }
  }

  learn(lane: Lane): void {
    this.pinned.set(lane.id, lane);
  }

  pinnedLayout(view: LaneView, compact: boolean): Layout {
    const lanes = view.pinned.map((id) => this.pinnedLane(id)).filter((lane): lane is Lane => lane !== null);
    const items = lanes.map((lane): Item => ({ kind: "lane", lane }));
    return new Layout([{ name: "Pinned", note: "", header: false, items }], [], compact);
  }

  close(): void {
    this.goroutines.close();
  }
}
