// The panel on the selected slice.
import { useRef, useState } from "preact/hooks";
import type { Slice, SliceEvent, StackFrame, Wake } from "../../api/types";
import { count, duration, exactDuration } from "../../format";
import { groupName } from "../../names";
import { href } from "../../router";
import { recall, recallNumber, remember } from "../../storage";
import { State, stateStyle } from "../../states";
import { Swatch } from "../../ui/breakdown";
import type { Timeline } from "./timeline";

export type Dock = "bottom" | "right";

export function recallDock(): Dock {
  return recall("details.dock") === "right" ? "right" : "bottom";
}

// Traces of Go 1.5 and 1.6 hold no symbols.
function place({ file, line }: StackFrame): string {
  return file === "" ? "" : `${file}:${line}`;
}

function Stack({ title, frames, none }: { title: string; frames: StackFrame[] | null; none: string }) {
  return (
    <section class="stack">
      <h3>{title}</h3>
      {frames && frames.length > 0 ? (
        <ol>
          {frames.map((frame, i) => (
            <li key={i} title={[frame.func, place(frame), frame.pc].filter(Boolean).join("\n")}>
              <span class="code">{frame.func}</span>
              <span class="code muted">{place(frame)}</span>
            </li>
          ))}
        </ol>
      ) : (
        <p class="muted">{none}</p>
      )}
    </section>
  );
}

function EventRow({ event, start, onCentre }: { event: SliceEvent; start: number; onCentre: (time: number) => void }) {
  return (
    <li>
      <button type="button" onClick={() => onCentre(event.time_ns)} title={`at ${exactDuration(event.time_ns)}\nClick to centre the timeline here`}>
        <span class="figure">+{duration(event.time_ns - start)}</span>
        <span class="code">{event.text}</span>
        {event.goroutine !== null && <span class="code muted">G{event.goroutine}</span>}
      </button>
    </li>
  );
}

function Events({ slice, onCentre }: { slice: Slice; onCentre: (time: number) => void }) {
  const { events, events_total: total } = slice;
  return (
    <section class="events">
      <h3>
        Events {total > events.length ? `(the first ${count(events.length)} of ${count(total)})` : total > 0 ? `(${count(total)})` : ""}
      </h3>
      {events.length === 0 && <p class="muted">Nothing happened within this slice.</p>}
      <ol>
        {events.map((event, i) => <EventRow key={i} event={event} start={slice.start_ns} onCentre={onCentre} />)}
      </ol>
    </section>
  );
}

// By whom, and in which function. A click shows the moment.
function WakeLine({ wake, slice, timeline }: { wake: Wake; slice: Slice; timeline: Timeline }) {
  const at = wake.stack?.[0]?.func;
  const delay = wake.time_ns === slice.start_ns && slice.state === State.Runnable;
  return (
    <span class="wake">
      <button type="button" class="link" title={`at ${exactDuration(wake.time_ns)}\nClick to centre the timeline here`} onClick={() => timeline.centre(wake.time_ns)}>
        {wake.created ? "created" : "woken"}
      </button>{" "}
      by {wake.goroutine === null ? "the runtime" : <a href={href("/trace", { goid: String(wake.goroutine) }) + location.hash}>G{wake.goroutine}</a>}
      {at && <> in <span class="code">{at}</span></>}
      {delay && <>, ran <span class="figure">{duration(slice.duration_ns)}</span> later</>}
    </span>
  );
}

function Heading({ slice, timeline }: { slice: Slice; timeline: Timeline }) {
  return (
    <div class="details-title">
      <strong class="code">
        <Swatch state={slice.state} />{" "}
        {slice.goroutine !== null && `G${slice.goroutine} `}
        {slice.goroutine !== null ? groupName(slice.name) : slice.name}
      </strong>
      <span>
        {stateStyle(slice.state).label} for <span class="figure" title={exactDuration(slice.duration_ns)}>{duration(slice.duration_ns)}</span>
        <span class="muted"> since </span>
        <span class="figure">{exactDuration(slice.start_ns)}</span>
      </span>
      {slice.reason && <span>for: {slice.reason}</span>}
      {slice.wake && <WakeLine wake={slice.wake} slice={slice} timeline={timeline} />}
      {slice.goroutine !== null && <a href={href("/trace", { goid: String(slice.goroutine) }) + location.hash}>Those it touched</a>}
      {slice.goroutine !== null && <a href={href("/goroutine", { name: slice.name })}>Goroutines of this function</a>}
      <span class="push button-row">
        <button type="button" class="button" disabled={slice.previous === null} title="Previous slice of this goroutine (,)" onClick={() => timeline.step("previous")}>
          ‹ Previous
        </button>
        <button type="button" class="button" disabled={slice.next === null} title="Next slice of this goroutine (.)" onClick={() => timeline.step("next")}>
          Next ›
        </button>
        <button type="button" class="button" title="Fit the timeline to it (F)" onClick={() => timeline.fitSelection()}>
          Fit
        </button>
      </span>
    </div>
  );
}

interface DetailsProps {
  readonly slice: Slice;
  readonly timeline: Timeline;
  readonly dock: Dock;
  readonly onDock: (dock: Dock) => void;
}

export function Details({ slice, timeline, dock, onDock }: DetailsProps) {
  const remembered = `details.${dock}`;
  const [sizes, setSizes] = useState({ bottom: recallNumber("details.bottom", 260), right: recallNumber("details.right", 420) });
  const grip = useRef<{ at: number; size: number } | null>(null);
  const position = (event: PointerEvent) => (dock === "bottom" ? event.clientY : event.clientX);
  const resize = (event: PointerEvent) => {
    if (!grip.current) return;
    const room = dock === "bottom" ? window.innerHeight : window.innerWidth;
    const size = Math.max(110, Math.min(room * 0.7, grip.current.size + grip.current.at - position(event)));
    setSizes({ ...sizes, [dock]: size });
    remember(remembered, String(Math.round(size)));
  };
  const other = dock === "bottom" ? "right" : "bottom";
  return (
    <aside class={`details details-${dock}`} style={dock === "bottom" ? { height: `${sizes.bottom}px` } : { width: `${sizes.right}px` }} aria-label="Details">
      <div
        class="details-grip"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          grip.current = { at: position(event), size: sizes[dock] };
        }}
        onPointerMove={resize}
        onPointerUp={() => (grip.current = null)}
      />
      <div class="details-head">
        <Heading slice={slice} timeline={timeline} />
        <button type="button" class="button" title={`Move the panel to the ${other}`} onClick={() => onDock(other)}>
          {other === "right" ? "◨" : "⬓"}
        </button>
        <button type="button" class="button" title="Close (Esc)" aria-label="Close" onClick={() => timeline.clear()}>
          ×
        </button>
      </div>
      <div class="details-body" key={`${slice.lane} ${slice.index}`}>
        <Stack title="Stack at the start" frames={slice.start_stack} none="The trace holds no stack for the start." />
        <Stack title="Stack at the end" frames={slice.end_stack} none="The trace holds no stack for the end." />
        <Events slice={slice} onCentre={(time) => timeline.centre(time)} />
      </div>
    </aside>
  );
}
