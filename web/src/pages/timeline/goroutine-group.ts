// The group of goroutines: flat, or by start function; nothing of it is asked for before it is seen.
import { fetchFunctions, MOST_ROWS, type FunctionRow, type LanesQuery } from "../../api/lanes";
import { count, plural } from "../../format";
import { LaneList, type ListEvents } from "./lane-list";
import { searchText, type LaneView } from "./lane-view";
import type { Item } from "./layout";

export interface GoroutineEvents extends ListEvents {
  readonly onChange: () => void; // of the items
}

export class GoroutineGroup {
  private query: LanesQuery = {};
  private key = "";
  private flat: LaneList | null = null;
  private functions: { rows: FunctionRow[]; count: number; states: number[] } | null = null;
  private asked = false; // for the functions
  private readonly lists = new Map<string, LaneList>(); // by function, of those that are open
  private view: LaneView | null = null;

  constructor(private readonly events: GoroutineEvents) {}

  // `filter` is the one of all lanes, unless it names the group; `total` all goroutines of the trace.
  configure(view: LaneView, filter: string, total: number): void {
    this.view = view;
    const query: LanesQuery = {
      sort: view.sort.key,
      order: view.descending ? "desc" : "asc",
      filter: searchText(view.goroutines) || null,
      also: searchText(filter) || null,
      goid: view.goid === null ? null : String(view.goid),
    };
    const key = JSON.stringify([query, view.byFunction, total]);
    if (key !== this.key) {
      this.close();
      const all = !query.filter && !query.also && !query.goid;
      if (!view.byFunction) this.flat = new LaneList(query, all ? total : Math.min(total, 1), this.events);
    }
    this.key = key;
    this.query = query;
    for (const [name, list] of this.lists) {
      if (view.open.includes(name)) continue;
      list.close();
      this.lists.delete(name);
    }
  }

  get found(): number | null {
    if (!this.flat) return null;
    return this.flat.known || (!this.query.filter && !this.query.also && !this.query.goid) ? this.flat.count : null;
  }

  // What stands in the header, beside the name.
  note(total: number): string {
    if (this.flat) return this.found === null ? "…" : this.found === total ? count(total) : `${count(this.found)} of ${count(total)}`;
    return this.functions ? plural(this.functions.count, "function") : "…";
  }

  private none(): Item[] {
    const { goroutines = "", filter = "", goid = null } = this.view ?? {};
    if (goid !== null) return [{ kind: "note", text: `This trace holds no goroutine ${goid}${goroutines || filter ? " that the filter finds" : ""}.` }];
    if (goroutines || filter) return [{ kind: "note", text: "No goroutine has such a start function or id." }];
    return [{ kind: "note", text: "This trace holds no goroutines." }];
  }

  private listOf(row: FunctionRow): LaneList {
    let list = this.lists.get(row.name);
    if (!list) this.lists.set(row.name, (list = new LaneList({ ...this.query, function: row.name }, row.count, this.events)));
    return list;
  }

  items(): Item[] {
    if (this.flat) return this.flat.known && this.flat.count === 0 ? this.none() : [{ kind: "list", list: this.flat, indent: false }];
    if (!this.functions) return [{ kind: "note", text: "Going through the trace …", wanted: () => this.askForFunctions() }];
    if (this.functions.count === 0) return this.none();
    const { states, rows } = this.functions;
    const items = rows.flatMap((row): Item[] => {
      const open = this.view?.open.includes(row.name) ?? false;
      const head: Item = { kind: "function", row, states, open };
      return open ? [head, { kind: "list", list: this.listOf(row), indent: true }] : [head];
    });
    const left = this.functions.count - rows.length;
    return left > 0 ? [...items, { kind: "note", text: `${plural(left, "further function")}: a filter finds them. ${count(MOST_ROWS)} are listed.` }] : items;
  }

  private async askForFunctions(): Promise<void> {
    if (this.asked) return;
    this.asked = true;
    const { key } = this;
    try {
      const reply = await fetchFunctions(this.query);
      if (key !== this.key) return;
      this.functions = reply;
      this.events.onChange();
    } catch (error) {
      this.events.onError((error as Error).message);
    }
  }

  close(): void {
    for (const list of this.lists.values()) list.close();
    this.lists.clear();
    this.flat?.close();
    this.flat = this.functions = null;
    this.asked = false;
    this.key = "";
  }
}
