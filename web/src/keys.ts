// Every key and gesture there is: what the help lists, the palette offers and the handlers of keys look up.

export type Scope = "everywhere" | "timeline" | "flame" | "curve" | "picture" | "sql" | "table";

export interface Command {
  readonly id: string;
  readonly scope: Scope;
  readonly keys: readonly string[]; // names of KeyboardEvent.key, with Ctrl+ and Shift+ before; each of them does it
  readonly does: string;
}

// What only the pointer does, or the browser.
export interface Gesture {
  readonly scope: Scope;
  readonly how: readonly string[];
  readonly does: string;
}

const timeline = (id: string, keys: string[], does: string): Command => ({ id, scope: "timeline", keys, does });

export const COMMANDS: readonly Command[] = [
  { id: "palette", scope: "everywhere", keys: ["Ctrl+K"], does: "find a command, page, lane or goroutine" },
  { id: "search", scope: "everywhere", keys: ["/"], does: "search the whole trace; on the timeline matches are marked" },
  { id: "help", scope: "everywhere", keys: ["?"], does: "these keys" },
  timeline("zoom-in", ["W"], "zoom in at the pointer"),
  timeline("zoom-out", ["S"], "zoom out at the pointer"),
  timeline("left", ["A", "ArrowLeft"], "move left"),
  timeline("right", ["D", "ArrowRight"], "move right"),
  timeline("up", ["ArrowUp"], "scroll up"),
  timeline("down", ["ArrowDown"], "scroll down"),
  timeline("page-up", ["PageUp"], "scroll up, faster"),
  timeline("page-down", ["PageDown"], "scroll down, faster"),
  timeline("fit", ["F"], "fit the selection"),
  timeline("all", ["0"], "the whole trace"),
  timeline("undo", ["Backspace", "Ctrl+Z"], "undo the last move, or change of lanes"),
  timeline("redo", ["Shift+Backspace", "Ctrl+Shift+Z", "Ctrl+Y"], "redo it"),
  timeline("previous", [","], "previous slice of the same goroutine"),
  timeline("next", ["."], "next slice of the same goroutine; with none selected: one in sight"),
  timeline("waker", ["["], "the slice that woke or created this one"),
  timeline("woken", ["]"], "the first slice that this one woke or created"),
  timeline("arrows", ["E"], "arrows of everything in sight: who woke or created whom"),
  timeline("span", ["M"], "make the selected slice, or what is in view, the span; once more: no span"),
  timeline("next-match", ["N"], "next match of the search"),
  timeline("previous-match", ["Shift+N"], "previous match"),
  timeline("compact", ["C"], "compact lanes"),
  timeline("filter", ["L"], "filter all lanes"),
  timeline("filter-goroutines", ["G"], "filter goroutines"),
  timeline("below", ["B"], "fold out what lies beneath the goroutine or task under the pointer, or the selection’s: regions, functions"),
  timeline("pin", ["P"], "pin the lane under the pointer, or the selection’s, to the top; unpin it"),
  timeline("clear", ["Escape"], "clear the selection"),
  { id: "flame-up", scope: "flame", keys: ["ArrowUp"], does: "to the caller" },
  { id: "flame-down", scope: "flame", keys: ["ArrowDown"], does: "to the largest callee" },
  { id: "flame-left", scope: "flame", keys: ["ArrowLeft"], does: "to the frame on the left" },
  { id: "flame-right", scope: "flame", keys: ["ArrowRight"], does: "to the frame on the right" },
  { id: "flame-focus", scope: "flame", keys: ["Enter"], does: "zoom to the frame" },
  { id: "flame-all", scope: "flame", keys: ["Escape", "Backspace"], does: "show all" },
  { id: "picture-left", scope: "picture", keys: ["ArrowLeft"], does: "earlier" },
  { id: "picture-right", scope: "picture", keys: ["ArrowRight"], does: "later" },
  { id: "picture-select-left", scope: "picture", keys: ["Shift+ArrowLeft"], does: "select a part, towards earlier" },
  { id: "picture-select-right", scope: "picture", keys: ["Shift+ArrowRight"], does: "select a part, towards later" },
  { id: "picture-open", scope: "picture", keys: ["Enter"], does: "open it in the timeline" },
  { id: "picture-clear", scope: "picture", keys: ["Escape"], does: "let go" },
  { id: "curve-shorter", scope: "curve", keys: ["ArrowLeft", "ArrowDown"], does: "a shorter window" },
  { id: "curve-longer", scope: "curve", keys: ["ArrowRight", "ArrowUp"], does: "a longer window" },
  { id: "sql-run", scope: "sql", keys: ["Ctrl+Enter"], does: "run the statement" },
  { id: "sql-stop", scope: "sql", keys: ["Escape"], does: "stop the statement that is running" },
];

export const GESTURES: readonly Gesture[] = [
  { scope: "timeline", how: ["wheel"], does: "zoom at the pointer; over the names: scroll" },
  { scope: "timeline", how: ["Shift", "wheel"], does: "move left, right" },
  { scope: "timeline", how: ["drag"], does: "move" },
  { scope: "timeline", how: ["Shift", "drag"], does: "select a span" },
  { scope: "timeline", how: ["drag an end"], does: "of the span, on the axis: move it" },
  { scope: "timeline", how: ["right button", "drag"], does: "zoom to the box (also Alt and drag)" },
  { scope: "timeline", how: ["click"], does: "show a slice" },
  { scope: "timeline", how: ["double click"], does: "fit the slice" },
  { scope: "timeline", how: ["click a triangle"], does: "fold a group; fold out what lies beneath a goroutine or task" },
  { scope: "timeline", how: ["click a name"], does: "fit the goroutine’s life" },
  { scope: "flame", how: ["click"], does: "zoom to the frame" },
  { scope: "picture", how: ["↑", "↓"], does: "processors one by one: another processor" },
  { scope: "picture", how: ["drag"], does: "open a part in the timeline; a click opens the surroundings" },
  { scope: "curve", how: ["click"], does: "choose a window" },
  { scope: "table", how: ["drag"], does: "over bars of a histogram: list what they hold together" },
  { scope: "table", how: ["Shift", "←", "→"], does: "the same, from the bar that has the focus" },
  { scope: "table", how: ["click a header"], does: "sort by it; again: the other way round" },
  { scope: "table", how: ["Tab"], does: "to the table, then to a row of it; Enter opens that" },
  { scope: "table", how: ["↑", "↓", "Page Up", "Page Down", "Home", "End"], does: "in a row: to another one; on the table: scroll it" },
];

export const SCOPE_TITLES: Readonly<Record<Scope, string>> = {
  everywhere: "On every page",
  timeline: "Timeline",
  flame: "Flame graph",
  curve: "Curve of mutator utilisation",
  picture: "Pictures over time",
  sql: "SQL",
  table: "Tables and histograms",
};

const SHOWN: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  PageUp: "Page Up",
  PageDown: "Page Down",
  Escape: "Esc",
};

// "Ctrl+ArrowLeft" as the keys to press: Ctrl and ←.
export function shownKeys(combination: string): string[] {
  return combination.split("+").map((key) => SHOWN[key] ?? key);
}

// What was pressed, as combinations are written; without Shift second, for those who hold it in vain, or need it for the character.
function pressed(event: KeyboardEvent): string[] {
  const composed = event.getModifierState("AltGraph"); // as brackets are on many keyboards
  if (event.altKey && !composed) return [];
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const before = (event.ctrlKey || event.metaKey) && !composed ? "Ctrl+" : "";
  return event.shiftKey ? [`${before}Shift+${key}`, before + key] : [before + key];
}

// The command of a key, of those that count now.
export function commandOf(event: KeyboardEvent, counts: (command: Command) => boolean): Command | null {
  for (const combination of pressed(event)) {
    const command = COMMANDS.find((other) => other.keys.includes(combination) && counts(other));
    if (command) return command;
  }
  return null;
}

// The same for an element that looks at its own keys.
export function keyOf(event: KeyboardEvent, scope: Scope): string | null {
  return commandOf(event, (command) => command.scope === scope)?.id ?? null;
}
