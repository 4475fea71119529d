// What was shown before, to go back to. Moves that follow each other closely are one, and so is all that a held key or a drag does.
import type { LaneView } from "./lane-view";
import type { Range } from "./viewport";

const TOGETHER = 300; // ms
const MOST = 500;

// What undo goes back to.
export interface Place {
  readonly range: Range;
  readonly whole: boolean;
  readonly scroll: number;
  readonly lanes: LaneView;
  readonly compact: boolean;
}

// The same span and lanes, however they are scrolled.
export function sameView(a: Place, b: Place): boolean {
  const sameRange = (a.whole && b.whole) || (a.range.start === b.range.start && a.range.width === b.range.width);
  return sameRange && a.lanes === b.lanes && a.compact === b.compact;
}

export const samePlace = (a: Place, b: Place) => sameView(a, b) && a.scroll === b.scroll;

export class MoveHistory<P> {
  private readonly past: P[] = [];
  private future: P[] = [];
  private changedAt = -Infinity;
  private gesture: "none" | "still" | "moved" = "none";

  constructor(
    private current: P,
    private readonly same: (a: P, b: P) => boolean,
  ) {}

  get place(): P {
    return this.current;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  // All moves from here on are one, until endGesture().
  beginGesture(): void {
    this.gesture = "still";
  }

  endGesture(): void {
    this.gesture = "none";
  }

  // What is shown now. `now` are milliseconds.
  note(place: P, now: number): void {
    if (this.same(place, this.current)) return;
    const goesOn = this.gesture === "moved" || (this.gesture === "none" && now - this.changedAt <= TOGETHER);
    if (!goesOn) {
      this.past.push(this.current);
      if (this.past.length > MOST) this.past.shift();
    }
    if (this.gesture !== "none") this.gesture = "moved";
    this.future = [];
    this.current = place;
    this.changedAt = now;
  }

  // What is shown became this by itself.
  settle(place: P): void {
    this.current = place;
  }

  undo(): P | null {
    return this.go(this.past, this.future);
  }

  redo(): P | null {
    return this.go(this.future, this.past);
  }

  private go(from: P[], to: P[]): P | null {
    const place = from.pop();
    if (place === undefined) return null;
    to.push(this.current);
    this.current = place;
    this.changedAt = -Infinity;
    return place;
  }
}
