// What folds out beneath the lanes of goroutines and tasks: a track for each depth of regions, and of a goroutine's functions.
import { fetchBelow, type BelowReply } from "../../api/below";
import type { Lane, SliceLane } from "../../api/types";
import { count, duration, plural } from "../../format";
import type { Item } from "./layout";

export function foldsOut(lane: Lane): boolean {
  return /^[gk]\d+$/.test(lane.id);
}

// The lane that another one lies beneath, or itself.
export function ownerOf(id: string): string {
  return /^[rf]([gk]\d+)\.\d+$/.exec(id)?.[1] ?? id;
}

type Tracks = Pick<BelowReply["regions"], "tracks" | "names">;

function lanesOf({ tracks, names }: Tracks, kind: "regions" | "calls"): Item[] {
  const known = new Map(names);
  const title = kind === "regions" ? "regions" : "functions";
  return tracks.map(({ lane: id, slices }, depth): Item => {
    const lane: SliceLane = { id, group: "", name: depth === 0 ? title : "", kind: "slices", slices, nested: { kind, names: known, depth } };
    return { kind: "lane", lane };
  });
}

function notes({ lane, regions, calls }: BelowReply): string[] {
  const said: string[] = [];
  const depth = calls?.tracks.length ?? 0;
  if (regions.left_out > 0) said.push(`${plural(regions.left_out, "region")} more: too many lie within each other.`);
  if (calls && calls.until_ns !== null) said.push(`Functions are shown up to ${duration(calls.until_ns)}: there are too many behind that.`);
  else if (calls && calls.deepest > depth && depth > 0) said.push(`Functions are shown from the root on, ${count(depth)} of up to ${count(calls.deepest)}.`);
  if (regions.tracks.length === 0 && depth === 0)
    said.push(lane.startsWith("k") ? "No region names this task: trace.WithRegion with its context makes one." : "It began no user region, and the trace holds no stack of it.");
  return said;
}

export interface BelowEvents {
  readonly onLayout: () => void;
  readonly onError: (message: string | null) => void;
}

export class Below {
  private readonly replies = new Map<string, BelowReply | null>(); // null: asked for
  private readonly made = new Map<string, Item[]>();
  ids: readonly string[] = []; // whose is folded out

  constructor(private readonly events: BelowEvents) {}

  items(id: string): Item[] {
    const reply = this.replies.get(id);
    if (!reply) return [{ kind: "note", text: "Going through the trace …", wanted: () => void this.ask(id) }];
    let items = this.made.get(id);
    if (!items) {
      items = [...lanesOf(reply.regions, "regions"), ...(reply.calls ? lanesOf(reply.calls, "calls") : []), ...notes(reply).map((text): Item => ({ kind: "note", text }))];
      this.made.set(id, items);
    }
    return items;
  }

  private async ask(id: string): Promise<void> {
    if (this.replies.has(id)) return;
    this.replies.set(id, null);
    try {
      this.replies.set(id, await fetchBelow(id));
      this.events.onLayout();
    } catch (error) {
      this.events.onError((error as Error).message);
    }
  }

  // Of others nothing is kept: the server may have forgotten them, too.
  show(ids: readonly string[]): void {
    this.ids = ids;
    for (const id of this.replies.keys()) {
      if (ids.includes(id)) continue;
      this.replies.delete(id);
      this.made.delete(id);
    }
  }
}
