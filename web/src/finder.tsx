// The palette: every command, page, lane and group of goroutines by a few letters of its name, and a goroutine by its id.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useJson } from "./api/client";
import { useTimeline } from "./api/live";
import type { FunctionRow, LanesReply } from "./api/lanes";
import { MOST_ROWS } from "./api/lanes";
import type { Lane } from "./api/types";
import { availableCommands, runCommand } from "./commands";
import { plural } from "./format";
import { fuzzyFind } from "./fuzzy";
import { shownKeys } from "./keys";
import { groupName } from "./names";
import { KINDS } from "./pages/profile/kinds";
import { UTILISATION_LANE } from "./pages/timeline/draw-head";
import { href, navigate } from "./router";
import { Dialog } from "./ui/dialog";

const MOST_FOUND = 40;

interface Choice {
  readonly id: string;
  readonly kind: "command" | "page" | "group" | "lane" | "function" | "goroutine";
  readonly text: string;
  readonly note: string;
  readonly keys: readonly string[];
  readonly choose: () => void;
}

const PAGES: readonly (readonly [title: string, path: string])[] = [
  ["Overview", "/"],
  ["Timeline", "/trace"],
  ["Goroutines", "/goroutines"],
  ...KINDS.map(({ title, path }) => [`Profile: ${title}`, path] as const),
  ["Tasks", "/usertasks"],
  ["Regions", "/userregions"],
  ["GC cycles and stops of the world", "/gc"],
  ["Mutator utilisation", "/mmu"],
  ["SQL", "/sql"],
];

// Who shows a lane where it is, while the timeline is there; else the timeline opens with the lane on top.
let reveal: ((lane: string) => boolean) | null = null;

export function provideReveal(shows: (lane: string) => boolean): () => void {
  reveal = shows;
  return () => {
    if (reveal === shows) reveal = null;
  };
}

// Groups of lanes, while the timeline is there.
interface Groups {
  readonly all: () => readonly { readonly group: string; readonly folded: boolean }[];
  readonly toggle: (group: string) => void;
}

let groups: Groups | null = null;

export function provideGroups(provided: Groups): () => void {
  groups = provided;
  return () => {
    if (groups === provided) groups = null;
  };
}

function groupChoices(): Choice[] {
  const toggle = groups?.toggle;
  return (groups?.all() ?? []).map(({ group, folded }) => ({
    id: `group ${group}`,
    kind: "group",
    text: `${folded ? "unfold" : "fold"} ${group}`,
    note: "lanes",
    keys: [],
    choose: () => toggle?.(group),
  }));
}

function showLane(lane: Lane): void {
  if (!reveal?.(lane.id)) navigate(href("/trace", { pin: lane.id }));
}

function commandChoices(): Choice[] {
  return availableCommands()
    .filter(({ id }) => id !== "palette")
    .map(({ id, does, keys }) => ({ id: `command ${id}`, kind: "command", text: does, note: "", keys, choose: () => runCommand(id) }));
}

const pageChoices: readonly Choice[] = PAGES.map(([title, path]) => ({
  id: `page ${path}`,
  kind: "page",
  text: title,
  note: "",
  keys: [],
  choose: () => navigate(path),
}));

function laneChoices(lanes: readonly Lane[]): Choice[] {
  return lanes
    .filter(({ id }) => id !== UTILISATION_LANE)
    .map((lane) => ({ id: `lane ${lane.id}`, kind: "lane", text: lane.name, note: lane.group, keys: [], choose: () => showLane(lane) }));
}

function functionChoices(rows: readonly FunctionRow[]): Choice[] {
  return rows.map(({ name, count }) => ({
    id: `function ${name}`,
    kind: "function",
    text: groupName(name),
    note: plural(count, "goroutine"),
    keys: [],
    choose: () => navigate(href("/goroutine", { name })),
  }));
}

function goroutineChoices(typed: string): Choice[] {
  const id = /^\s*g?(\d{1,18})\s*$/i.exec(typed)?.[1];
  if (id === undefined) return [];
  const choose = () => navigate(href("/trace", { goid: id }));
  return [
    { id: `goroutine ${id}`, kind: "goroutine", text: `G${id}`, note: "and those it touched, in the timeline", keys: [], choose },
    { id: `page of goroutine ${id}`, kind: "goroutine", text: `G${id}`, note: "its page: life, states, waits, profiles", keys: [], choose: () => navigate(`/goroutine/${id}`) },
  ];
}

function useChoices(typed: string): Choice[] {
  const { data: timeline } = useTimeline();
  const { data: functions } = useJson<LanesReply<FunctionRow>>(timeline && !timeline.reading ? `/api/lanes?group=functions&limit=${MOST_ROWS}` : null);
  const all = useMemo(
    () => [...commandChoices(), ...groupChoices(), ...pageChoices, ...laneChoices(timeline?.lanes ?? []), ...functionChoices(functions?.rows ?? [])],
    [timeline, functions],
  );
  return useMemo(() => [...goroutineChoices(typed), ...fuzzyFind(typed, all, ({ text, note }) => `${text} ${note}`, MOST_FOUND)], [typed, all]);
}

function ChoiceRow({ choice, chosen, onChoose }: { choice: Choice; chosen: boolean; onChoose: () => void }) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <li ref={row} id={chosen ? "finder-chosen" : undefined} role="option" aria-selected={chosen} onClick={onChoose}>
      <span class="finder-kind muted">{choice.kind}</span>
      <span class={choice.kind === "function" ? "finder-text code" : "finder-text"}>{choice.text}</span>
      <span class="finder-note muted">{choice.note}</span>
      {choice.keys.length > 0 && <span class="finder-keys">{shownKeys(choice.keys[0]).map((key) => <kbd key={key}>{key}</kbd>)}</span>}
    </li>
  );
}

export function Finder({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const choices = useChoices(typed);
  const chosen = Math.min(at, choices.length - 1);
  useLayoutEffect(() => field.current!.focus(), []);
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    field.current!.closest("dialog")!.close(); // first: what is chosen may take the focus, or open another dialog
    choice.choose();
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step) setAt(Math.max(0, Math.min(choices.length - 1, chosen + step)));
    else if (event.key === "Enter") choose(choices[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog className="finder" label="Find a command, page, lane or goroutine" onClose={onClose}>
      <input
        ref={field}
        class="field"
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="finder-choices"
        aria-activedescendant="finder-chosen"
        aria-label="Command, page, lane, function or goroutine"
        placeholder="Command, page, lane, function, or G12"
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={key}
      />
      <ul id="finder-choices" role="listbox" aria-label="What is found">
        {choices.map((choice, i) => <ChoiceRow key={choice.id} choice={choice} chosen={i === chosen} onChoose={() => choose(choice)} />)}
      </ul>
      {choices.length === 0 && <p class="muted">Nothing is called that. A goroutine’s id finds it: G12.</p>}
    </Dialog>
  );
}
