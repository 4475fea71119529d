// The arrows at hand: those of everything in sight, as far as they can be drawn, and those of the selection.
import { fetchArrows, fetchSliceArrows, type Arrow, type SliceArrows } from "../../api/arrows";
import type { Range } from "./viewport";

const MOST = 500; // between processors, and as many between goroutines
const REST = 90; // ms that the view stands still before it is asked for
const MOST_AMONG = 400; // goroutines that are named in a request

export interface ArrowEvents {
  readonly onArrows: () => void; // of the view: drawn and left out may have changed
  readonly onError: (message: string | null) => void;
}

export class Arrows {
  inView: Arrow[] = [];
  count = 0; // of those there are, of which inView has some
  ofSelection: SliceArrows | null = null;
  private asked = "";
  private timer = 0;
  private number = 0;
  private selection: Promise<SliceArrows | null> = Promise.resolve(null);
  private selectionNumber = 0;

  constructor(private readonly events: ArrowEvents) {}

  // Of the selected slice; null: of none.
  select(slice: { lane: string; index: number } | null): void {
    const number = ++this.selectionNumber;
    this.ofSelection = null;
    this.selection = slice && /^[gp]\d/.test(slice.lane) ? this.askForSelection(slice.lane, slice.index, number) : Promise.resolve(null);
  }

  private async askForSelection(lane: string, index: number, number: number): Promise<SliceArrows | null> {
    try {
      const arrows = await fetchSliceArrows(lane, index);
      if (number !== this.selectionNumber) return null;
      this.ofSelection = arrows;
      this.events.onArrows();
      return arrows;
    } catch (error) {
      if (number === this.selectionNumber) this.events.onError((error as Error).message);
      return null;
    }
  }

  // Also of one that has not been answered yet.
  selected(): Promise<SliceArrows | null> {
    return this.selection;
  }

  // The view is on its way to a stretch, in which these lanes are in sight. What is drawn meanwhile is what there is.
  wish({ start, width }: Range, lanes: readonly string[]): void {
    const procs = lanes.some((lane) => /^p\d+$/.test(lane));
    const goroutines = lanes.filter((lane) => /^g\d+$/.test(lane)).map((lane) => lane.slice(1)).slice(0, MOST_AMONG);
    const asked = `${start} ${width} ${procs} ${goroutines.join()}`;
    if (asked === this.asked) return;
    this.asked = asked;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(start, start + width, procs, goroutines), REST);
  }

  private async ask(from: number, to: number, procs: boolean, goroutines: string[]): Promise<void> {
    const number = ++this.number;
    try {
      const replies = await Promise.all([
        procs ? fetchArrows(from, to, MOST, null) : null,
        goroutines.length > 1 ? fetchArrows(from, to, MOST, goroutines) : null,
      ]);
      if (number !== this.number) return;
      // Those between goroutines are among those between processors: the former only count where the latter are not in sight.
      const [all, some] = replies;
      this.count = (all ?? some)?.count ?? 0;
      const taken = new Set(all?.arrows.map(({ time_ns }) => time_ns));
      this.inView = [...(all?.arrows ?? []), ...(some?.arrows ?? []).filter(({ time_ns }) => !taken.has(time_ns))];
      this.events.onArrows();
    } catch (error) {
      this.asked = "";
      if (number === this.number) this.events.onError((error as Error).message);
    }
  }

  // Nobody wants those of the view.
  forget(): void {
    if (this.asked === "") return;
    clearTimeout(this.timer);
    this.number++;
    this.asked = "";
    this.inView = [];
    this.count = 0;
    this.events.onArrows();
  }

  close(): void {
    clearTimeout(this.timer);
    this.number++;
    this.selectionNumber++;
  }
}
