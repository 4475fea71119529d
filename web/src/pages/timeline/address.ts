// What the address says of the view, and what it is for a view: a query, and the span shown as the fragment.
import { isKind } from "../../api/search";
import { addLocation, renameLocation } from "../../router";
import { recall, recallInTab, recallList } from "../../storage";
import { formatFragment, parseFragment } from "./fragment";
import { formatLaneView, parseLaneView, parseSection, PLAIN, type LaneView } from "./lane-view";
import type { Sought } from "./search-marks";
import { formatSpan } from "./span";
import type { Range } from "./viewport";

const WRITE_DELAY = 120; // ms; browsers limit how often the address may change

const query = () => new URLSearchParams(location.search);

// Which lanes; without a word of that, those that were shown last.
export function askedLanes(): LaneView {
  const asked = parseLaneView(query());
  if (asked) return asked;
  const last = parseLaneView(new URLSearchParams(recallInTab("timeline.lanes") ?? ""));
  return last ? { ...last, goid: null, taskid: null } : { ...PLAIN, folded: recallList("timeline.folded"), arrows: recall("timeline.arrows") === "yes" };
}

function askedRange(): Range | null {
  return parseFragment(location.hash) ?? parseSection(query());
}

// What is looked for.
export function askedSearch(): Sought | null {
  const [text, kind] = [(query().get("q") ?? "").trim(), query().get("kind")];
  return text === "" ? null : { text, kind: isKind(kind) ? kind : null };
}

function formatSearch({ text, kind }: Sought): string {
  return new URLSearchParams({ q: text, ...(kind && { kind }) }).toString();
}

interface Shown {
  readonly lanes: LaneView;
  readonly span: Range | null; // that is looked into
  readonly sought: Sought | null;
  readonly range: Range | null; // null: nobody knows yet where the whole ends
}

function addressOf({ lanes, span, sought, range }: Shown): string {
  const queries = [formatLaneView(lanes).slice(1), span && formatSpan(span), sought && formatSearch(sought)].filter(Boolean);
  return (queries.length > 0 ? "?" + queries.join("&") : "") + (range ? formatFragment(range) : location.hash);
}

// Writes the address, which the view moves under.
export class AddressWriter {
  private timer = 0;
  private movedAt = 0; // ms
  private fragment = location.hash; // as it was last read or written
  private closed = false;

  constructor(private readonly shown: () => Shown) {}

  // Where the view is to be, by the address.
  read(): Range | null {
    this.fragment = location.hash;
    return askedRange();
  }

  // What changed is written once nothing has moved for a while. One timer looks whether that is so: to set another in each frame is dear.
  moved(): void {
    this.movedAt = performance.now();
    this.timer ||= window.setTimeout(() => this.writeSettled(), WRITE_DELAY);
  }

  // At once, as a step to go back from.
  step(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.write(addLocation);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private writeSettled(): void {
    const left = this.movedAt + WRITE_DELAY - performance.now();
    this.timer = left > 1 ? window.setTimeout(() => this.writeSettled(), left) : 0;
    // Where somebody else wrote the fragment, it is about to be told.
    if (this.timer === 0 && !this.closed && location.hash === this.fragment) this.write(renameLocation);
  }

  private write(how: (url: string) => void): void {
    const address = addressOf(this.shown());
    if (location.search + location.hash !== address) how(location.pathname + address);
    this.fragment = location.hash;
  }
}
