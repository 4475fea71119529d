// The panel on the selected span: time per state, who accounts for it, and profiles of just that span.
import { useMemo, useState } from "preact/hooks";
import { useJson } from "../../api/client";
import { SPAN_SORTS, spanPath, timeIn, type SpanFunction, type SpanGoroutine, type SpanReply, type SpanRows } from "../../api/span";
import type { ProfileReply } from "../../api/types";
import { count, duration, exactDuration, percent, plural } from "../../format";
import { groupName } from "../../names";
import { Waiting } from "../../reading";
import { href } from "../../router";
import { recall, remember } from "../../storage";
import { State, stateCss, stateStyle } from "../../states";
import { Breakdown, Swatch, type Part } from "../../ui/breakdown";
import { FunctionName } from "../../ui/figures";
import { ErrorNotice } from "../../ui/notice";
import { PagedTable } from "../../ui/paged-table";
import type { Column } from "../../ui/table";
import { FlameView } from "../profile/flame-view";
import { apiHref, KINDS, pageHref, type ProfileKind, type Scope } from "../profile/kinds";
import { filterSamples, functionTable, NO_FILTERS } from "../profile/samples";
import { buildTree } from "../profile/tree";
import type { Dock } from "./details";
import { Panel } from "./panel";
import type { Timeline } from "./timeline";
import type { Range } from "./viewport";

const sortOf = (state: number) => SPAN_SORTS.find((other) => other.state === state)!.sort;

const sum = (ns: number[]) => ns.reduce((total, each) => total + each, 0);

interface StatesProps {
  readonly reply: SpanReply;
  readonly chosen: number;
  readonly onChoose: (state: number) => void;
}

function StateTable({ reply, chosen, onChoose }: StatesProps) {
  const total = sum(reply.ns);
  const longest = Math.max(1, ...reply.ns);
  const rows = SPAN_SORTS.map(({ state }) => ({ state, ns: timeIn(reply.states, reply.ns, state) })).filter(({ ns, state }) => ns > 0 || state === chosen);
  return (
    <table class="span-states" aria-label="Time per state">
      <tbody>
        {rows.map(({ state, ns }) => (
          <tr key={state} data-state={state} aria-selected={state === chosen}>
            <th scope="row">
              <button type="button" class="link" aria-pressed={state === chosen} title="Who accounts for it" onClick={() => onChoose(state)}>
                <Swatch state={state} /> {stateStyle(state).label}
              </button>
            </th>
            <td class="figure" title={exactDuration(ns)}>
              {duration(ns)}
            </td>
            <td class="figure muted">{percent(total > 0 ? ns / total : 0)}</td>
            <td class="span-bar">
              <span class={stateStyle(state).hatch ? "hatch" : undefined} style={{ width: `${(100 * ns) / longest}%`, backgroundColor: stateCss(state) }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Facts({ reply }: { reply: SpanReply }) {
  const width = reply.to_ns - reply.from_ns;
  const procs = reply.procs * width;
  const share = (ns: number) => percent(procs > 0 ? ns / procs : 0);
  return (
    <dl class="span-facts">
      <dt>Utilisation</dt>
      <dd title="Time that processors ran goroutines, or were kept in system calls">
        {share(reply.proc_running_ns + reply.proc_syscall_ns)} of {plural(reply.procs, "processor")}
        {reply.proc_syscall_ns > 0 && <span class="muted"> ({share(reply.proc_syscall_ns)} in syscalls)</span>}
      </dd>
      <dt>GC</dt>
      <dd>{reply.gc_phases === 0 ? "not at work" : `${plural(reply.gc_phases, "phase")}, ${duration(reply.gc_ns)} (${percent(reply.gc_ns / width)})`}</dd>
      <dt>Stopped</dt>
      <dd>
        {reply.stops === 0 ? "never" : `${plural(reply.stops, "time")}, ${duration(reply.stopped_ns)}`}
        {reply.stops > 1 && <span class="muted">, at most {duration(reply.longest_stop_ns)}</span>}
      </dd>
    </dl>
  );
}

function parts(states: number[], ns: number[]): Part[] {
  return states.map((state, i) => ({ name: stateStyle(state).label, state, ns: ns[i] }));
}

// A column for the chosen state, and one for all of them.
function timeColumns<Row extends { ns: number[] }>(states: number[], chosen: number, whole: number): Column<Row>[] {
  return [
    {
      key: sortOf(chosen),
      title: stateStyle(chosen).label,
      width: 128,
      value: (row) => timeIn(states, row.ns, chosen),
      cell: (row) => duration(timeIn(states, row.ns, chosen)),
      exact: (row) => exactDuration(timeIn(states, row.ns, chosen)),
      share: (row) => timeIn(states, row.ns, chosen) / whole,
    },
    {
      key: "states",
      title: "States",
      width: 84,
      sortable: false,
      value: () => null,
      cell: (row) => <Breakdown parts={parts(states, row.ns)} full={sum(row.ns)} />,
    },
    {
      key: "total",
      title: "There",
      hint: "Time that they were there within the span, in any state",
      width: 78,
      value: (row) => sum(row.ns),
      cell: (row) => duration(sum(row.ns)),
      exact: (row) => exactDuration(sum(row.ns)),
    },
  ];
}

interface WhoProps {
  readonly reply: SpanReply;
  readonly state: number;
  readonly timeline: Timeline;
}

function Functions({ reply, state, timeline }: WhoProps) {
  const columnsOf = useMemo(() => {
    const whole = Math.max(1, timeIn(reply.states, reply.ns, state));
    return ({ states }: SpanRows<SpanFunction>): Column<SpanFunction>[] => [
      {
        key: "name",
        title: "Start function",
        width: 190,
        text: true,
        sortable: false,
        value: (row) => row.name,
        cell: (row) => (
          <button type="button" class="link" title="Show the lanes of its goroutines" onClick={() => timeline.showFunction(row.name)}>
            <FunctionName name={row.name} />
          </button>
        ),
      },
      { key: "count", title: "Count", hint: "Goroutines that are there within the span", width: 62, value: (row) => row.count, cell: (row) => count(row.count) },
      ...timeColumns<SpanFunction>(states, state, whole),
    ];
  }, [reply, state]);
  return (
    <PagedTable<SpanFunction, SpanRows<SpanFunction>>
      key={`${state} ${reply.from_ns} ${reply.to_ns}`}
      list={spanPath("/functions", reply.from_ns, reply.to_ns)}
      label="Start functions in the span"
      noun="start function"
      columnsOf={columnsOf}
      initialSort={{ key: sortOf(state), descending: true }}
      empty="No goroutine is there within the span."
    />
  );
}

function Goroutines({ reply, state, timeline }: WhoProps) {
  const columnsOf = useMemo(() => {
    const whole = Math.max(1, reply.to_ns - reply.from_ns);
    return ({ states }: SpanRows<SpanGoroutine>): Column<SpanGoroutine>[] => [
      {
        key: "name",
        title: "Start function",
        width: 130,
        text: true,
        sortable: false,
        value: (row) => row.name,
        cell: (row) => <FunctionName name={row.name} />,
      },
      {
        key: "id",
        title: "Goroutine",
        width: 92,
        value: (row) => row.id,
        cell: (row) => (
          <button type="button" class="link" title={`Show the lane of G${row.id} ${groupName(row.name)}`} onClick={() => timeline.showLane(row.lane)}>
            G{row.id}
          </button>
        ),
      },
      ...timeColumns<SpanGoroutine>(states, state, whole),
    ];
  }, [reply, state]);
  return (
    <PagedTable<SpanGoroutine, SpanRows<SpanGoroutine>>
      key={`${state} ${reply.from_ns} ${reply.to_ns}`}
      list={spanPath("/goroutines", reply.from_ns, reply.to_ns)}
      label="Goroutines in the span"
      noun="goroutine"
      columnsOf={columnsOf}
      initialSort={{ key: sortOf(state), descending: true }}
      empty="No goroutine is there within the span."
    />
  );
}

function Who(props: WhoProps) {
  const [by, setBy] = useState(recall("span.by") === "goroutines" ? "goroutines" : "functions");
  const choose = (next: string) => {
    remember("span.by", next);
    setBy(next);
  };
  return (
    <section class="span-who">
      <div class="span-tools">
        <h3>Who</h3>
        <div class="switch" role="group" aria-label="Who accounts for it">
          {["functions", "goroutines"].map((each) => (
            <button key={each} type="button" aria-pressed={each === by} onClick={() => choose(each)}>
              {each === "functions" ? "Functions" : "Goroutines"}
            </button>
          ))}
        </div>
      </div>
      {by === "functions" ? <Functions {...props} /> : <Goroutines {...props} />}
    </section>
  );
}

const MOST_LISTED = 8;

function Flame({ kind, profile }: { kind: ProfileKind; profile: ProfileReply }) {
  const samples = useMemo(() => filterSamples(profile, NO_FILTERS, null), [profile]);
  const tree = useMemo(() => buildTree(samples, "ns"), [samples]);
  const top = useMemo(() => functionTable(samples, "ns").filter(({ flat }) => flat > 0).sort((a, b) => b.flat - a.flat).slice(0, MOST_LISTED), [samples]);
  return (
    <>
      <FlameView tree={tree} names={samples.names} weight="ns" total={profile.ns} noun={kind.noun} matches={null} />
      <ol class="span-top" aria-label="Functions in which it was spent">
        {top.map(({ function: fn, name, flat }) => (
          <li key={fn}>
            <FunctionName name={name} />
            <span class="figure muted">{percent(flat / profile.ns)}</span>
            <span class="figure" title={exactDuration(flat)}>{duration(flat)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function Profiles({ reply }: { reply: SpanReply }) {
  const [kind, setKind] = useState(() => KINDS.find((other) => other.kind === recall("span.profile")) ?? KINDS[1]);
  const scope: Scope = { region: false, parameters: { from: String(reply.from_ns), to: String(reply.to_ns) } };
  const { data: profile, error } = useJson<ProfileReply>(apiHref(kind, scope));
  const choose = (name: string) => {
    remember("span.profile", name);
    setKind(KINDS.find((other) => other.kind === name)!);
  };
  return (
    <section class="span-profile">
      <div class="span-tools">
        <h3>Profile</h3>
        <select aria-label="Kind of profile" value={kind.kind} onChange={(event) => choose(event.currentTarget.value)}>
          {KINDS.map((other) => (
            <option key={other.kind} value={other.kind}>
              {other.title}
            </option>
          ))}
        </select>
        {profile && (
          <span class="figure muted" title={exactDuration(profile.ns)}>
            {duration(profile.ns)} in {plural(profile.count, kind.noun)}
          </span>
        )}
        <a class="push" href={pageHref(kind, scope)}>
          Whole page
        </a>
      </div>
      {error && <ErrorNotice message={error} />}
      {!profile && !error && <Waiting whole />}
      {profile?.stacks.length === 0 && <p class="muted">No goroutine {kind.what} within the span.</p>}
      {profile && profile.stacks.length > 0 && <Flame kind={kind} profile={profile} />}
    </section>
  );
}

interface SpanPanelProps {
  readonly range: Range;
  readonly timeline: Timeline;
  readonly dock: Dock;
  readonly onDock: (dock: Dock) => void;
}

export function SpanPanel({ range, timeline, dock, onDock }: SpanPanelProps) {
  const [from, to] = [range.start, range.start + range.width];
  const { data: reply, error } = useJson<SpanReply>(spanPath("", from, to));
  const [state, setState] = useState<number>(State.Running);
  const head = (
    <div class="details-title">
      <strong>
        Span of <span class="figure" title={exactDuration(range.width)}>{duration(range.width)}</span>
      </strong>
      <span class="figure muted">
        {exactDuration(from)} to {exactDuration(to)}
      </span>
      {reply && (
        <a href={href("/goroutines", { from: String(from), to: String(to) })}>
          {plural(reply.goroutines, "goroutine")} of {plural(reply.functions, "start function")}
        </a>
      )}
      <span class="push button-row">
        <button type="button" class="button" title="Fit the timeline to it (F)" onClick={() => timeline.fitSelection()}>
          Fit
        </button>
      </span>
    </div>
  );
  return (
    <Panel label="Span" dock={dock} onDock={onDock} onClose={() => timeline.clear()} head={head} remembered="span" sizes={{ bottom: 340, right: 480 }}>
      {error && <ErrorNotice message={error} />}
      {!reply && !error && <Waiting whole />}
      {reply && (
        <div class="details-body span-body">
          <section class="span-time">
            <StateTable reply={reply} chosen={state} onChoose={setState} />
            <Facts reply={reply} />
          </section>
          <Who reply={reply} state={state} timeline={timeline} />
          <Profiles reply={reply} />
        </div>
      )}
    </Panel>
  );
}
