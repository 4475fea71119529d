// The states of one goroutine: in figures, and one by one.
import { useMemo, useState } from "preact/hooks";
import { goroutineLink, type GoroutineReply, type LifeInterval, type LifeState } from "../../api/people";
import type { Listed } from "../../api/types";
import { exactDuration, percent } from "../../format";
import { href } from "../../router";
import { stateStyle } from "../../states";
import { ArrayTable } from "../../ui/array-table";
import { Swatch } from "../../ui/breakdown";
import { PagedTable } from "../../ui/paged-table";
import type { Column } from "../../ui/table";
import { countColumn, timeColumn } from "../annotations/common";

export type LinkTo = (start: number, end: number) => string;

function StateName({ state }: { state: number }) {
  return (
    <span class="state-name">
      <Swatch state={state} /> {stateStyle(state).label}
    </span>
  );
}

function figureColumns(life: number): Column<LifeState>[] {
  return [
    { key: "state", title: "State", width: 190, text: true, value: (row) => stateStyle(row.state).label, cell: (row) => <StateName state={row.state} /> },
    countColumn("count", "Count", "How often it was in this state", (row) => row.count),
    {
      ...timeColumn<LifeState>("total", "Total", "All of them, added up", (row) => row.total_ns, 110),
      share: (row) => row.total_ns / life,
      exact: (row) => `${exactDuration(row.total_ns)}, ${percent(row.total_ns / life)} of its life`,
    },
    timeColumn("min", "Min", "The shortest", (row) => row.min_ns),
    timeColumn("mean", "Mean", "Total by count", (row) => row.mean_ns),
    timeColumn("p50", "Median", "Half of them take at most this", (row) => row.p50_ns),
    timeColumn("p95", "p95", "95 per cent of them take at most this", (row) => row.p95_ns),
    timeColumn("max", "Max", "The longest", (row) => row.max_ns),
  ];
}

export function StateFigures({ reply }: { reply: GoroutineReply }) {
  const life = Math.max(1, reply.end_ns - reply.start_ns);
  const columns = useMemo(() => figureColumns(life), [life]);
  return <ArrayTable label="Time by state" noun="state" rows={reply.states} columns={columns} initialSort={{ key: "total", descending: true }} />;
}

function intervalColumns(): Column<LifeInterval>[] {
  return [
    { key: "state", title: "State", width: 190, text: true, value: (row) => stateStyle(row.state).label, cell: (row) => <StateName state={row.state} /> },
    timeColumn("start", "Begin", "Since the start of the trace", (row) => row.start_ns, 130),
    timeColumn("duration", "Duration", "Or as much of it as lies in the trace", (row) => row.duration_ns, 110),
  ];
}

export function StateList({ reply, linkTo }: { reply: GoroutineReply; linkTo: LinkTo }) {
  const [state, setState] = useState("");
  const list = href("/api/goroutine/states", { number: String(reply.number), state: state || null });
  return (
    <>
      <header class="section-head">
        <h2>Its states one by one</h2>
        <label class="muted">
          Only{" "}
          <select class="field" aria-label="Only one state" value={state} onChange={(event) => setState(event.currentTarget.value)}>
            <option value="">all</option>
            {reply.states.map((row) => (
              <option key={row.state} value={String(row.state)}>
                {stateStyle(row.state).label}
              </option>
            ))}
          </select>
        </label>
      </header>
      <PagedTable<LifeInterval, Listed<LifeInterval>>
        key={list}
        list={list}
        label="States"
        noun="state"
        columnsOf={intervalColumns}
        initialSort={{ key: "start", descending: false }}
        rowLink={(row) => linkTo(row.start_ns, row.start_ns + row.duration_ns)}
      />
    </>
  );
}

// Others that had the same id.
export function SameIds({ reply }: { reply: GoroutineReply }) {
  if (reply.same_id_total < 2) return null;
  return (
    <div class="notice same-ids">
      <strong>This id was used {reply.same_id_total} times.</strong>
      <ul class="links">
        {reply.same_id.map((other) => (
          <li key={other.number}>
            <a href={goroutineLink(reply.id, other.number)} aria-current={other.number === reply.number ? "page" : undefined} title={`${exactDuration(other.start_ns)} to ${exactDuration(other.end_ns)}`}>
              number {other.number}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
