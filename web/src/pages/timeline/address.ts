// What the address says of the view, and what it is for a view: a query, and the span shown as the fragment.
import { isKind } from "../../api/search";
import { recall, recallInTab, recallList } from "../../storage";
import { formatFragment, parseFragment } from "./fragment";
import { formatLaneView, parseLaneView, parseSection, PLAIN, type LaneView } from "./lane-view";
import type { Sought } from "./search-marks";
import { formatSpan } from "./span";
import type { Range } from "./viewport";

const query = () => new URLSearchParams(location.search);

// Which lanes; without a word of that, those that were shown last.
export function askedLanes(): LaneView {
  const asked = parseLaneView(query());
  if (asked) return asked;
  const last = parseLaneView(new URLSearchParams(recallInTab("timeline.lanes") ?? ""));
  return last ? { ...last, goid: null, taskid: null } : { ...PLAIN, folded: recallList("timeline.folded"), arrows: recall("timeline.arrows") === "yes" };
}

export function askedRange(): Range | null {
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

export function addressOf({ lanes, span, sought, range }: Shown): string {
  const queries = [formatLaneView(lanes).slice(1), span && formatSpan(span), sought && formatSearch(sought)].filter(Boolean);
  return (queries.length > 0 ? "?" + queries.join("&") : "") + (range ? formatFragment(range) : location.hash);
}
