// What stands in the header of the goroutines: how they are listed, and which. And the field that filters all lanes.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ARRANGEMENTS, SORTS, type Arrangement, type LaneView } from "./lane-view";
import type { Timeline } from "./timeline";

const TYPING = 150; // ms without a key before what was typed counts

interface FieldProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder: string;
  readonly onChange: (text: string) => void;
  readonly className: string;
  readonly field?: RefObject<HTMLInputElement | null>;
}

// Escape empties it, Enter goes back to the canvas.
function FilterField({ value, label, placeholder, onChange, className, field }: FieldProps) {
  const [text, setText] = useState(value);
  const timer = useRef(0);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string, delay: number) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onChange(next), delay);
  };
  const key = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    change(event.key === "Escape" ? "" : event.currentTarget.value, 0);
    event.currentTarget.closest(".timeline-canvas")?.querySelector("canvas")?.focus({ preventScroll: true });
  };
  return (
    <input
      ref={field}
      type="search"
      class={className}
      value={text}
      aria-label={label}
      placeholder={placeholder}
      title={`${label}; Esc empties the field`}
      onInput={(event) => change(event.currentTarget.value, TYPING)}
      onKeyDown={key}
    />
  );
}

interface ToolsProps {
  readonly timeline: Timeline;
  readonly view: LaneView;
}

export function LaneFilter({ timeline, view, field }: ToolsProps & { field: RefObject<HTMLInputElement | null> }) {
  const change = (filter: string) => timeline.setLanes({ filter });
  return <FilterField field={field} className="field lane-filter" value={view.filter} label="Filter lanes (L)" placeholder="Filter lanes (L)" onChange={change} />;
}

export function GroupTools({ timeline, view, field }: ToolsProps & { field: RefObject<HTMLInputElement | null> }) {
  const sortBy = (key: string) => {
    const sort = SORTS.find((other) => other.key === key)!;
    timeline.setLanes({ sort, descending: sort.descending });
  };
  return (
    <>
      <select aria-label="Arrange goroutines" value={view.by} onChange={(event) => timeline.setLanes({ by: event.currentTarget.value as Arrangement, open: [] })}>
        {ARRANGEMENTS.map(({ by, title }) => (
          <option key={by} value={by}>
            {title}
          </option>
        ))}
      </select>
      <select aria-label="Sort goroutines" value={view.sort.key} onChange={(event) => sortBy(event.currentTarget.value)}>
        {SORTS.map(({ key, title }) => (
          <option key={key} value={key}>
            by {title}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-label={view.descending ? "Sorted from the top down" : "Sorted from the bottom up"}
        title={view.descending ? "Largest first; click for smallest first" : "Smallest first; click for largest first"}
        onClick={() => timeline.setLanes({ descending: !view.descending })}
      >
        {view.descending ? "↓" : "↑"}
      </button>
      <FilterField
        field={field}
        className="goroutine-filter"
        value={view.goroutines}
        label="Filter goroutines (G)"
        placeholder="function or G12 (G)"
        onChange={(goroutines) => timeline.setLanes({ goroutines })}
      />
      {view.taskid !== null && (
        <button type="button" title="Show all goroutines" onClick={() => timeline.setLanes({ taskid: null })}>
          those that worked for task {view.taskid} ×
        </button>
      )}
      {view.goid !== null && (
        <button type="button" title="Show all goroutines" onClick={() => timeline.setLanes({ goid: null })}>
          G{view.goid} and those it created or woke, or that did so to it ×
        </button>
      )}
    </>
  );
}
