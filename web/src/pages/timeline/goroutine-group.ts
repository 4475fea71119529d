// The group of goroutines: flat, by start function, or by task; nothing of it is asked for before it is seen.
import { fetchFunctions, fetchGoroutines, MOST_ROWS, type FunctionRow, type LanesQuery } from "../../api/lanes";
import { fetchTasks } from "../../api/tracks";
import type { Stretches, Task } from "../../api/types";
import { count, duration, plural } from "../../format";
import { LaneList, type ListEvents } from "./lane-list";
import { searchText, type LaneView } from "./lane-view";
import type { Gathered, Item } from "./layout";

export interface GoroutineEvents extends ListEvents {
  readonly onChange: () => void; // of the items
}

interface Tasks extends Stretches<Task> {
  readonly idle: number; // goroutines that worked for none
}

const IDLE = "none"; // in the place of a task's id

export class GoroutineGroup {
  private query: LanesQuery = {};
  private key = "";
  private flat: LaneList | null = null;
  private functions: { rows: FunctionRow[]; count: number; states: number[] } | null = null;
  private tasks: Tasks | null = null;
  private asked = false; // for the functions, or the tasks
  private readonly lists = new Map<string, LaneList>(); // of the functions or tasks that are open
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
      task: view.taskid === null ? null : String(view.taskid),
    };
    const key = JSON.stringify([query, view.by, total]);
    if (key !== this.key) {
      this.close();
      const all = !query.filter && !query.also && !query.goid && !query.task;
      if (view.by === "flat") this.flat = new LaneList(query, all ? total : Math.min(total, 1), this.events);
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
    return this.flat.known || (!this.query.filter && !this.query.also && !this.query.goid && !this.query.task) ? this.flat.count : null;
  }

  // What stands in the header, beside the name.
  note(total: number): string {
    if (this.flat) return this.found === null ? "…" : this.found === total ? count(total) : `${count(this.found)} of ${count(total)}`;
    if (this.tasks) return plural(this.tasks.count, "task");
    return this.functions ? plural(this.functions.count, "function") : "…";
  }

  private none(): Item[] {
    const { goroutines = "", filter = "", goid = null } = this.view ?? {};
    if (goid !== null) return [{ kind: "note", text: `This trace holds no goroutine ${goid}${goroutines || filter ? " that the filter finds" : ""}.` }];
    if (goroutines || filter) return [{ kind: "note", text: "No goroutine has such a start function or id." }];
    return [{ kind: "note", text: "This trace holds no goroutines." }];
  }

  private listOf(key: string, query: LanesQuery, count: number): LaneList {
    let list = this.lists.get(key);
    if (!list) this.lists.set(key, (list = new LaneList({ ...this.query, ...query }, count, this.events)));
    return list;
  }

  // A row, and beneath it its goroutines, if it is open.
  private gathered(gathered: Gathered, query: LanesQuery): Item[] {
    const open = this.view?.open.includes(gathered.key) ?? false;
    const head: Item = { kind: "function", ...gathered, open };
    return open ? [head, { kind: "list", list: this.listOf(gathered.key, query, gathered.row.count), indent: true }] : [head];
  }

  private async fetchTasks(): Promise<Tasks> {
    const within = this.view?.taskid ?? null;
    const [tasks, idle] = await Promise.all([fetchTasks(within), within === null ? fetchGoroutines({ ...this.query, task: IDLE }, 0, 0) : null]);
    return { ...tasks, idle: idle?.count ?? 0 };
  }

  private taskItems(): Item[] {
    if (!this.tasks) return [{ kind: "note", text: "Going through the trace …", wanted: () => void this.ask(() => this.fetchTasks(), (reply) => (this.tasks = reply)) }];
    if (this.tasks.count === 0) return [{ kind: "note", text: "This trace holds no user tasks: trace.NewTask makes them." }];
    const { rows, count: all, idle } = this.tasks;
    const items = rows.flatMap(({ id, type, goroutines, duration_ns: ns }) => {
      return this.gathered({ key: String(id), row: { name: `${id} ${type}`, count: goroutines, ns: [] }, states: [], told: `for ${duration(ns)}` }, { task: String(id) });
    });
    const left = all - rows.length;
    if (idle > 0) items.push(...this.gathered({ key: IDLE, row: { name: "(for no task)", count: idle, ns: [] }, states: [], told: "" }, { task: IDLE }));
    return left > 0 ? [...items, { kind: "note", text: `${plural(left, "further task")}; the first ${count(rows.length)} are listed.` }] : items;
  }

  items(): Item[] {
    if (this.flat) return this.flat.known && this.flat.count === 0 ? this.none() : [{ kind: "list", list: this.flat, indent: false }];
    if (this.view?.by === "task") return this.taskItems();
    if (!this.functions) return [{ kind: "note", text: "Going through the trace …", wanted: () => void this.ask(() => fetchFunctions(this.query), (reply) => (this.functions = reply)) }];
    if (this.functions.count === 0) return this.none();
    const { states, rows } = this.functions;
    const items = rows.flatMap((row) => this.gathered({ key: row.name, row, states }, { function: row.name }));
    const left = this.functions.count - rows.length;
    return left > 0 ? [...items, { kind: "note", text: `${plural(left, "further function")}: a filter finds them. ${count(MOST_ROWS)} are listed.` }] : items;
  }

  private async ask<Reply>(fetch: () => Promise<Reply>, keep: (reply: Reply) => void): Promise<void> {
    if (this.asked) return;
    this.asked = true;
    const { key } = this;
    try {
      const reply = await fetch();
      if (key !== this.key) return;
      keep(reply);
      this.events.onChange();
    } catch (error) {
      this.events.onError((error as Error).message);
    }
  }

  close(): void {
    for (const list of this.lists.values()) list.close();
    this.lists.clear();
    this.flat?.close();
    this.flat = this.functions = this.tasks = null;
    this.asked = false;
    this.key = "";
  }
}
