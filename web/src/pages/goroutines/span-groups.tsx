// Goroutines grouped by start function, within a span: how many are there, and what they do meanwhile.
import { useMemo } from "preact/hooks";
import { useJson } from "../../api/client";
import { SPAN_SORTS, spanPath, timeIn, type SpanFunction, type SpanReply, type SpanRows } from "../../api/span";
import { count, duration, exactDuration, percent, plural } from "../../format";
import { Waiting } from "../../reading";
import { href } from "../../router";
import { stateStyle } from "../../states";
import { Breakdown, Legend, type Part } from "../../ui/breakdown";
import { FunctionName } from "../../ui/figures";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { PagedTable } from "../../ui/paged-table";
import type { Column } from "../../ui/table";
import { groupLink } from "./groups";

const sum = (ns: number[]) => ns.reduce((total, each) => total + each, 0);

function parts(states: number[], ns: number[]): Part[] {
  return states.map((state, i) => ({ name: stateStyle(state).label, state, ns: ns[i] }));
}

// A column for each state that there is within the span.
function columnsFor({ states, ns: all }: SpanReply): Column<SpanFunction>[] {
  return [
    { key: "name", title: "Start function", width: 300, text: true, sortable: false, value: (row) => row.name, cell: (row) => <FunctionName name={row.name} /> },
    { key: "count", title: "Count", hint: "Goroutines that are there within the span", width: 84, value: (row) => row.count, cell: (row) => count(row.count) },
    { key: "breakdown", title: "Where the time went", width: 160, text: true, sortable: false, value: () => null, cell: (row) => <Breakdown parts={parts(states, row.ns)} full={0} /> },
    ...SPAN_SORTS.filter(({ state }) => timeIn(states, all, state) > 0).map(
      ({ state, sort }): Column<SpanFunction> => ({
        key: sort,
        title: stateStyle(state).label,
        width: 120,
        value: (row) => timeIn(states, row.ns, state),
        cell: (row) => <span class={timeIn(states, row.ns, state) === 0 ? "faint" : undefined}>{duration(timeIn(states, row.ns, state))}</span>,
        exact: (row) => `${exactDuration(timeIn(states, row.ns, state))}, ${percent(timeIn(states, row.ns, state) / timeIn(states, all, state))} of all`,
        share: (row) => timeIn(states, row.ns, state) / timeIn(states, all, state),
      }),
    ),
    { key: "total", title: "Total", hint: "Time that they were there within the span", width: 100, value: (row) => sum(row.ns), cell: (row) => duration(sum(row.ns)), exact: (row) => exactDuration(sum(row.ns)) },
  ];
}

export function SpanGroupsPage({ from, to }: { from: number; to: number }) {
  const { data: reply, error } = useJson<SpanReply>(spanPath("", from, to));
  const columnsOf = useMemo(() => () => (reply ? columnsFor(reply) : []), [reply]);
  const span = `${from}:${to}`;
  return (
    <div class="page page-table">
      <div class="page-head">
        <h1>Goroutines</h1>
        <p class="muted">
          Within the span from <a class="figure" href={`${href("/trace", { span })}#${from / 1e6}:${to / 1e6}`}>{exactDuration(from)} to {exactDuration(to)}</a>
          {reply && `: ${plural(reply.goroutines, "goroutine")} of ${plural(reply.functions, "start function")}`} · <a href="/goroutines">the whole trace</a>
        </p>
        {reply && <Legend parts={parts(reply.states, reply.ns)} />}
      </div>
      {error && <ErrorNotice message={error} />}
      {!reply && !error && <Waiting whole />}
      {reply?.goroutines === 0 && <EmptyNotice title="No goroutine is there within the span.">Choose another one in the <a href="/trace">timeline</a>: Shift and drag.</EmptyNotice>}
      {reply && reply.goroutines > 0 && (
        <PagedTable<SpanFunction, SpanRows<SpanFunction>>
          list={spanPath("/functions", from, to)}
          label="Goroutine groups within the span"
          noun="group"
          columnsOf={columnsOf}
          initialSort={{ key: "running", descending: true }}
          rowLink={(row) => groupLink(row.name)}
        />
      )}
    </div>
  );
}

// What the query asks for; null: the whole trace.
export function spanAskedFor(query: URLSearchParams): { from: number; to: number } | null {
  const [from, to] = ["from", "to"].map((key) => query.get(key) ?? "");
  return /^\d{1,15}$/.test(from) && /^\d{1,15}$/.test(to) && Number(from) < Number(to) ? { from: Number(from), to: Number(to) } : null;
}
