// In the panel on the selected slice: what let it run, and whom it woke or created, each with the delay until that ran.
import type { Arrow, SliceArrows, SliceEnd } from "../../api/arrows";
import type { Slice } from "../../api/types";
import { count, duration, exactDuration } from "../../format";
import { groupName, shortName } from "../../names";
import type { Timeline } from "./timeline";

const VERBS = { wake: ["woken", "woke"], create: ["created", "created"], syscall: ["back from a syscall", "back from a syscall"] } as const;

function delayOf({ time_ns: time, run_ns: run }: Arrow): string {
  if (run === null) return "did not run again";
  return run === time ? "ran at once" : `ran ${duration(run - time)} later`;
}

interface RowProps {
  readonly arrow: Arrow<SliceEnd>;
  readonly end: SliceEnd;
  readonly verb: string;
  readonly slice: Slice;
  readonly timeline: Timeline;
}

function ArrowRow({ arrow, end, verb, slice, timeline }: RowProps) {
  const since = arrow.time_ns - slice.start_ns;
  const reachable = end.index !== null || end.proc_index !== null;
  const says = reachable ? "Click to go to the slice" : "Click to centre the timeline here";
  return (
    <li>
      <button
        type="button"
        title={`at ${exactDuration(arrow.time_ns)}\n${says}`}
        onClick={() => (reachable ? timeline.selectEnd(end) : timeline.centre(arrow.time_ns))}
      >
        <span class="figure">
          {since < 0 ? "−" : "+"}
          {duration(Math.abs(since))}
        </span>
        <span class="code">
          {verb} {end.goroutine === null ? "by the runtime" : `G${end.goroutine} ${shortName(groupName(end.name), 40)}`}
        </span>
        <span class="muted">{delayOf(arrow)}</span>
      </button>
    </li>
  );
}

interface WakesProps {
  readonly arrows: SliceArrows;
  readonly slice: Slice;
  readonly timeline: Timeline;
}

export function Wakes({ arrows: { by, woke, woke_total: total }, slice, timeline }: WakesProps) {
  const verbOfBy = by && (by.kind === "syscall" || by.from.goroutine === null ? VERBS[by.kind][0] : `${VERBS[by.kind][0]} by`);
  return (
    <section class="events wakes">
      {by && (
        <>
          <h3>What let it run</h3>
          <ol>
            <ArrowRow arrow={by} end={by.from} verb={verbOfBy!} slice={slice} timeline={timeline} />
          </ol>
        </>
      )}
      <h3>Woke or created {total > woke.length ? `(the first ${count(woke.length)} of ${count(total)})` : total > 0 ? `(${count(total)})` : ""}</h3>
      {total === 0 && <p class="muted">It let no other goroutine run.</p>}
      <ol>
        {woke.map((arrow, i) => <ArrowRow key={i} arrow={arrow} end={arrow.to} verb={VERBS[arrow.kind][1]} slice={slice} timeline={timeline} />)}
      </ol>
    </section>
  );
}
