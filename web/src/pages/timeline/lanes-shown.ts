// Which lanes there are to show: those of the reply, filtered, goroutines, and those that are pinned.
import { fetchGoroutines } from "../../api/lanes";
import type { Lane, SliceLane, TimelineReply } from "../../api/types";
import { bytesOf, count } from "../../format";
import { Below } from "./below";
import { UTILISATION_LANE } from "./draw-head";
import { GoroutineGroup } from "./goroutine-group";
import { GOROUTINES, laneOfGoroutine, type LaneList, type ListEvents } from "./lane-list";
import { isFolded, type LaneView } from "./lane-view";
import { Layout, type Item, type LaneGroup } from "./layout";
import { PROCESSORS, Tracks, type TaskSpan } from "./tracks";

export interface LanesEvents {
  readonly onLayout: () => void; // rows came, went or moved
  readonly onRows: (list: LaneList) => void; // rows are known
  readonly onError: (message: string | null) => void;
}

export class LanesShown {
  private reply: TimelineReply;
  private readonly goroutines: GoroutineGroup;
  private readonly tracks: Tracks;
  private readonly below: Below;
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
      sampled: () => this.reply.cpu_samples > 0,
      onRows: (list, resized) => {
        if (resized || this.below.ids.length > 0) events.onLayout();
        events.onRows(list);
      },
      onError: events.onError,
    };
    this.tracks = new Tracks(events);
    this.below = new Below(events);
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

  private lanesOf(view: LaneView): Lane[] {
    const processors = this.reply.lanes.filter((lane): lane is SliceLane => lane.group === PROCESSORS && lane.kind === "slices");
    const others = this.reply.lanes.filter((lane) => lane.group !== PROCESSORS);
    return [...others, ...this.tracks.onProcessors(processors, this.reply, isFolded(view, PROCESSORS))];
  }

  private fixedGroups(view: LaneView): LaneGroup[] {
    const text = view.filter.toLowerCase();
    const groups = new Map<string, Lane[]>();
    for (const lane of this.lanesOf(view)) {
      if (lane.id === UTILISATION_LANE) continue;
      if (!lane.name.toLowerCase().includes(text) && !lane.group.toLowerCase().includes(text)) continue;
      const members = groups.get(lane.group);
      if (members) members.push(lane);
      else groups.set(lane.group, [lane]);
    }
    const fixed = [...groups].map(([name, lanes]) => ({
      name,
      note: count(lanes.filter((lane) => lane.kind === "counter" || !lane.strip).length),
      header: true,
      items: lanes.map((lane): Item => ({ kind: "lane", lane })),
    }));
    const before = fixed.filter(({ name }) => name !== PROCESSORS);
    const more = [this.tracks.wakeUpGroup(this.reply, text), ...fixed.filter(({ name }) => name === PROCESSORS), this.tracks.threadGroup(this.reply, text), this.tracks.logGroup(this.reply, text)];
    return [...before, ...more.filter((group): group is LaneGroup => group !== null)];
  }

  layout(view: LaneView, compact: boolean): Layout {
    this.below.show(view.below);
    const fixed = this.fixedGroups(view);
    const goroutines = { name: GOROUTINES, header: true, ...this.goroutineItems(view) };
    const tasks = this.tracks.taskGroup(this.reply, view.filter.toLowerCase(), view.taskid);
    const told = tasks ? [tasks, goroutines] : [goroutines];
    const groups = view.goid === null && view.taskid === null ? [...fixed, ...told] : [...told, ...fixed];
    const folded = groups.map(({ name }) => name).filter((name) => isFolded(view, name));
    return new Layout(groups, folded, compact, this.belowUnlessReading);
  }

  private get belowUnlessReading(): Pick<Below, "ids" | "items"> {
    return this.reply.reading ? { ids: [], items: () => [] } : this.below;
  }

  // A goroutine's lane is known once it was listed, or has been asked for.
  private pinnedLane(id: string): Lane | null {
    const lane = this.reply.lanes.find((other) => other.id === id);
    if (lane) return lane;
    const track = this.reply.reading ? null : this.tracks.lane(id);
    if (track) return track;
    const known = this.pinned.get(id);
    if (known === undefined && !this.reply.reading && /^g\d{1,9}$/.test(id)) void this.ask(id);
    return known ?? null;
  }

  private async ask(id: string): Promise<void> {
    this.pinned.set(id, null);
    try {
      const { rows } = await fetchGoroutines({ number: id.slice(1) }, 0, 1);
      if (rows.length > 0) this.pinned.set(id, laneOfGoroutine(rows[0], this.nameIndex(), this.reply.cpu_samples > 0));
      this.events.onLayout();
    } catch (error) {
      this.events.onError((error as Error).message);
    }
  }

  taskSpan(task: number): TaskSpan | null {
    return this.tracks.taskSpan(task, this.reply.span_ns);
  }

  learn(lane: Lane): void {
    this.pinned.set(lane.id, lane);
  }

  pinnedLayout(view: LaneView, compact: boolean): Layout {
    const lanes = view.pinned.map((id) => this.pinnedLane(id)).filter((lane): lane is Lane => lane !== null);
    const items = lanes.map((lane): Item => ({ kind: "lane", lane }));
    return new Layout([{ name: "Pinned", note: "", header: false, items }], [], compact, this.belowUnlessReading);
  }

  close(): void {
    this.goroutines.close();
  }
}
