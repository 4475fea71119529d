// The collector's cycles, and all stops of the world.
import { useMemo } from "preact/hooks";
import { useJson } from "../../api/client";
import { useOverview } from "../../api/live";
import type { Cycle, GcReply, Stop } from "../../api/types";
import { bytes, count, duration, exactDuration, percent, plural } from "../../format";
import { Waiting } from "../../reading";
import { KeyFigure } from "../../ui/figures";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { PagedTable } from "../../ui/paged-table";
import type { Column, Sort } from "../../ui/table";
import { stretchLink } from "../timeline/fragment";
import { GcTabs } from "./tabs";

const BY_TIME: Sort = { key: "start", descending: false };

function kindOf(stop: Stop): string {
  return /^stop-the-world \((.*)\)$/.exec(stop.name)?.[1] ?? stop.name;
}

function describeStops(cycle: Cycle): string {
  return cycle.stops.map((stop) => `${kindOf(stop)}: ${exactDuration(stop.end_ns - stop.start_ns)}`).join("\n");
}

function timeColumn<Row>(key: string, title: string, hint: string, ns: (row: Row) => number, more?: (row: Row) => string): Column<Row> {
  return {
    key,
    title,
    hint,
    width: 96,
    value: ns,
    cell: (row) => <span class={ns(row) === 0 ? "faint" : undefined}>{duration(ns(row))}</span>,
    exact: (row) => [exactDuration(ns(row)), more?.(row)].filter(Boolean).join("\n"),
  };
}

type BytesKey = "heap_before_bytes" | "heap_after_bytes" | "goal_bytes" | "next_goal_bytes";

function bytesColumn(key: string, title: string, hint: string, member: BytesKey): Column<Cycle> {
  return {
    key,
    title,
    hint,
    width: 98,
    value: (row) => row[member],
    cell: (row) => (row[member] === null ? <span class="faint">–</span> : bytes(row[member])),
    exact: (row) => (row[member] === null ? "The trace does not tell" : plural(row[member], "byte")),
  };
}

function cycleColumns(longest: number): Column<Cycle>[] {
  return [
    {
      key: "start",
      title: "Begin",
      hint: "Since the start of the trace",
      width: 110,
      text: true,
      value: (row) => row.start_ns,
      cell: (row) => <span class="figure">{row.has_start ? duration(row.start_ns) : "before the trace"}</span>,
      exact: (row) => `Cycle ${row.number}, ${exactDuration(row.start_ns)}`,
    },
    {
      ...timeColumn<Cycle>("length", "Length", "From begin to end", (row) => row.end_ns - row.start_ns, (row) => (row.has_end ? "" : "It goes on beyond the trace")),
      share: (row) => (row.end_ns - row.start_ns) / longest,
    },
    timeColumn("mark", "Marking", "Concurrent mark phase: the cycle without its pauses", (row) => row.mark_ns),
    timeColumn("stopped", "Pauses", "Stops of the world that began in this cycle", (row) => row.stopped_ns, describeStops),
    timeColumn("longest_stop", "Longest", "The longest of these pauses", (row) => row.longest_stop_ns),
    {
      key: "assists",
      title: "Assists",
      hint: "Mark assists: goroutines that had to help because they allocate",
      width: 78,
      value: (row) => row.assists,
      cell: (row) => <span class={row.assists === 0 ? "faint" : undefined}>{count(row.assists)}</span>,
    },
    timeColumn("assist", "Assist time", "From the begin to the end of each assist, added up", (row) => row.assist_ns),
    timeColumn("sweep", "Sweep time", "Sweeping until the next cycle, added up over processors", (row) => row.sweep_ns, (row) => plural(row.sweeps, "sweep")),
    bytesColumn("heap_before", "Heap before", "Heap objects when the cycle began", "heap_before_bytes"),
    bytesColumn("heap_after", "Heap after", "Heap objects when it ended", "heap_after_bytes"),
    bytesColumn("goal", "Goal", "The heap goal that this cycle was to keep to", "goal_bytes"),
    bytesColumn("next_goal", "Next goal", "The heap goal that it set", "next_goal_bytes"),
  ];
}

function stopColumns(): Column<Stop>[] {
  return [
    {
      key: "start",
      title: "Begin",
      hint: "Since the start of the trace",
      width: 160,
      text: true,
      value: (row) => row.start_ns,
      cell: (row) => <span class="figure">{duration(row.start_ns)}</span>,
      exact: (row) => exactDuration(row.start_ns),
    },
    { key: "kind", title: "Kind", width: 220, wide: true, text: true, sortable: false, value: kindOf, exact: (row) => row.name },
    {
      ...timeColumn<Stop>("length", "Length", "How long the world stood", (row) => row.end_ns - row.start_ns, (row) => (row.whole ? "" : "The trace does not hold all of it")),
      width: 150,
    },
    { key: "cycle", title: "GC cycle", width: 120, sortable: false, value: (row) => row.cycle, cell: (row) => row.cycle ?? <span class="faint">–</span> },
  ];
}

function Sums({ reply, span }: { reply: GcReply<unknown>; span: number }) {
  return (
    <dl class="key-figures key-figures-few">
      <KeyFigure label="GC cycles">{count(reply.cycles)}</KeyFigure>
      <KeyFigure label="Collecting" title={exactDuration(reply.ns)}>
        {duration(reply.ns)}
        <small>{percent(reply.ns / span)} of the time</small>
      </KeyFigure>
      <KeyFigure label="Mark assists" title={exactDuration(reply.assist_ns)}>
        {count(reply.assists)}
        {reply.assists > 0 && <small>{duration(reply.assist_ns)} in all</small>}
      </KeyFigure>
      <KeyFigure label="World stopped" title={exactDuration(reply.stopped_ns)}>
        {count(reply.stops)}×{reply.stops > 0 && <small>{duration(reply.stopped_ns)} in all</small>}
      </KeyFigure>
      <KeyFigure label="Longest stop" title={exactDuration(reply.longest_stop_ns)}>{duration(reply.longest_stop_ns)}</KeyFigure>
    </dl>
  );
}

export function GcPage() {
  const { data, error } = useJson<GcReply<Cycle>>("/api/gc?sort=length&order=desc&limit=1");
  const { data: overview } = useOverview();
  const span = overview?.span_ns ?? 1;
  const longest = data?.rows[0] ? Math.max(1, data.rows[0].end_ns - data.rows[0].start_ns) : 1;
  const columnsOf = useMemo(() => () => cycleColumns(longest), [longest]);
  const link = (stretch: { start_ns: number; end_ns: number }) => stretchLink(stretch.start_ns, stretch.end_ns, span);
  return (
    <div class="page page-table">
      <div class="page-head">
        <h1>Garbage collection</h1>
        <GcTabs path="/gc" />
      </div>
      {error && <ErrorNotice message={error} />}
      {!data && !error && <Waiting whole />}
      {data && data.cycles > 0 && <Sums reply={data} span={span} />}
      {data?.cycles === 0 && (
        <EmptyNotice title="This trace holds no garbage collection.">
          The program did not fill its heap up to its goal while it was recorded. Record for longer or under load; GOGC or GOMEMLIMIT may
          also keep it from collecting.
        </EmptyNotice>
      )}
      {data && data.cycles > 0 && (
        <PagedTable<Cycle, GcReply<Cycle>> list="/api/gc" label="GC cycles" noun="cycle" columnsOf={columnsOf} initialSort={BY_TIME} rowLink={link} />
      )}
      {data && data.stops > 0 && (
        <>
          <div class="page-head">
            <h2>Stops of the world</h2>
            <p class="muted">While the world is stopped no goroutine runs, whatever it is stopped for.</p>
          </div>
          <PagedTable<Stop, GcReply<Stop>>
            list="/api/gc?list=stops"
            label="Stops of the world"
            noun="stop"
            columnsOf={stopColumns}
            initialSort={BY_TIME}
            rowLink={link}
          />
        </>
      )}
    </div>
  );
}
