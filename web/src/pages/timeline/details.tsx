// The panel on the selected slice.
import type { RegionFigures } from "../../api/below";
import { goroutineLink } from "../../api/people";
import type { Slice, SliceEvent, StackFrame, Wake } from "../../api/types";
import { count, duration, exactDuration, percent } from "../../format";
import { groupName } from "../../names";
import { href } from "../../router";
import { recall } from "../../storage";
import { State, stateStyle } from "../../states";
import { Swatch } from "../../ui/breakdown";
import type { SliceArrows } from "../../api/arrows";
import { Panel } from "./panel";
import type { Timeline } from "./timeline";
import { Wakes } from "./wakes";

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
  const named = [State.Task, State.Log, State.Region, State.Call].includes(slice.state); // by itself, not by its goroutine
  return (
    <div class="details-title">
      <strong class="code">
        <Swatch state={slice.state} />{" "}
        {slice.goroutine !== null && `G${slice.goroutine} `}
        {slice.goroutine !== null && !named ? groupName(slice.name) : slice.name.slice(0, 400)}
      </strong>
      {slice.mark && (
        <span>
          {slice.state === State.Sample ? "CPU sample" : slice.state === State.Syscall ? "back from a blocking syscall" : slice.state === State.Log ? "logged" : ""}
          <span class="muted"> at </span>
          <span class="figure">{exactDuration(slice.start_ns)}</span>
        </span>
      )}
      <span hidden={slice.mark}>
        {stateStyle(slice.state).label} for <span class="figure" title={exactDuration(slice.duration_ns)}>{duration(slice.duration_ns)}</span>
        <span class="muted"> since </span>
        <span class="figure">{exactDuration(slice.start_ns)}</span>
      </span>
      {slice.region && <RegionFacts slice={slice} region={slice.region} />}
      {slice.reason && <span>for: {slice.reason}</span>}
      {slice.wake && <WakeLine wake={slice.wake} slice={slice} timeline={timeline} />}
      {slice.goroutine !== null && <a href={href("/trace", { goid: String(slice.goroutine) }) + location.hash}>Those it touched</a>}
      {slice.goroutine !== null && <a href={goroutineLink(slice.goroutine)}>Goroutine {slice.goroutine}</a>}
      {slice.goroutine !== null && !named && <a href={href("/goroutine", { name: slice.name })}>Goroutines of this function</a>}
      <span class="push button-row">
        <button type="button" class="button" disabled={slice.previous === null} title="Previous slice of this goroutine (,)" onClick={() => timeline.step("previous")}>
          ‹ Previous
        </button>
        <button type="button" class="button" disabled={slice.next === null} title="Next slice of this goroutine (.)" onClick={() => timeline.step("next")}>
          Next ›
        </button>
        <button type="button" class="button" title="Make it the span that is looked into (M)" onClick={() => timeline.markSpan()}>
          Span
        </button>
        <button type="button" class="button" title="Fit the timeline to it (F)" onClick={() => timeline.fitSelection()}>
          Fit
        </button>
      </span>
    </div>
  );
}

// Its place among those of its type, and its task.
function RegionFacts({ slice, region }: { slice: Slice; region: RegionFigures }) {
  const { count: all, shorter, p50_ns: p50, p99_ns: p99, max_ns: max, task } = region;
  const type = href("/userregion", { type: slice.name, pc: region.pc.replace(/^0x/, "") });
  return (
    <>
      <span title={`Of its type: median ${duration(p50)}, 99 % within ${duration(p99)}, longest ${duration(max)}`}>
        {all === 1 ? "the only one " : shorter === all - 1 && slice.duration_ns === max ? `the longest of ${count(all)} ` : `longer than ${percent(shorter / all)} of ${count(all)} `}
        <a href={type}>of its type</a>
        <span class="muted"> (median {duration(p50)})</span>
      </span>
      {task !== null && <a href={href("/usertask", { id: String(task) })}>Task {task}</a>}
    </>
  );
}

interface DetailsProps {
  readonly slice: Slice;
  readonly arrows: SliceArrows | null; // of the slice
  readonly timeline: Timeline;
  readonly dock: Dock;
  readonly onDock: (dock: Dock) => void;
}

export function Details({ slice, arrows, timeline, dock, onDock }: DetailsProps) {
  return (
    <Panel label="Details" dock={dock} onDock={onDock} onClose={() => timeline.clear()} head={<Heading slice={slice} timeline={timeline} />}>
      <div class="details-body" key={`${slice.lane} ${slice.index}`}>
        {slice.mark ? (
          <Stack title={slice.wake ? "Stack that woke it" : "Stack"} frames={slice.wake?.stack ?? slice.start_stack} none="The trace holds no stack for it." />
        ) : (
          <>
            <Stack title="Stack at the start" frames={slice.start_stack} none="The trace holds no stack for the start." />
            <Stack title="Stack at the end" frames={slice.end_stack} none="The trace holds no stack for the end." />
          </>
        )}
        {arrows && <Wakes arrows={arrows} slice={slice} timeline={timeline} />}
        <Events slice={slice} onCentre={(time) => timeline.centre(time)} />
      </div>
    </Panel>
  );
}
