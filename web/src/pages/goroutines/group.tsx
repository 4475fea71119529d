// The goroutines of one group.
import type { GoroutineRow, Goroutines } from "../../api/types";
import { count, duration, exactDuration, percent } from "../../format";
import { UNSAMPLED } from "../../names";
import { Waiting } from "../../reading";
import { href } from "../../router";
import { stateOfStatistic, statisticTitle } from "../../states";
import { Breakdown, Legend, type Part } from "../../ui/breakdown";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { PagedTable } from "../../ui/paged-table";
import { usePages } from "../../ui/pages";
import type { Column, Sort } from "../../ui/table";
import { KINDS, pageHref } from "../profile/kinds";
import { timelineLink } from "../timeline/fragment";

const LONGEST: Sort = { key: "total", descending: true };

function parts(names: string[], times: number[]): Part[] {
  return names.map((name, i) => ({ name: statisticTitle(name), state: stateOfStatistic(name), ns: times[i] ?? 0 }));
}

// Opens the timeline on the goroutine's life, with some room around it.
function lifeLink(row: GoroutineRow): string {
  if (row.start_ns < 0) return "/trace";
  const room = row.total_ns * 0.05;
  const start = Math.max(0, row.creation_ns - room);
  return timelineLink({ start, width: row.creation_ns + row.total_ns + room - start });
}

const idColumn: Column<GoroutineRow> = {
  key: "id",
  title: "Goroutine",
  width: 110,
  text: true,
  value: (row) => row.id,
  cell: (row) => <span class="code">G{row.id}</span>,
};

function timeColumn(key: string, title: string, ns: (row: GoroutineRow) => number): Column<GoroutineRow> {
  return {
    key,
    title,
    hint: title,
    width: 122,
    value: ns,
    cell: (row) => <span class={ns(row) === 0 ? "faint" : undefined}>{duration(ns(row))}</span>,
    exact: (row) => exactDuration(ns(row)),
  };
}

function statisticColumns(head: Goroutines): Column<GoroutineRow>[] {
  return [
    idColumn,
    {
      ...timeColumn("total", "Total", (row) => row.total_ns),
      width: 110,
      share: (row) => row.total_ns / head.max_total_ns,
    },
    {
      key: "breakdown",
      title: "Where the time went",
      width: 260,
      text: true,
      sortable: false,
      value: () => null,
      cell: (row) => <Breakdown parts={parts(head.columns, row.stats)} full={head.max_total_ns} />,
    },
    ...head.columns.map((name, i) => timeColumn(name, statisticTitle(name), (row) => row.stats[i])),
    {
      ...timeColumn("creation", "Created at", (row) => row.creation_ns),
      hint: "Since the start of the trace",
      width: 104,
    },
  ];
}

function rangeColumns(head: Goroutines): Column<GoroutineRow>[] {
  const columns = head.range_columns.map((name, i) => timeColumn(name, name, (row) => row.ranges[i]));
  return [idColumn, timeColumn("total", "Total", (row) => row.total_ns), ...columns.map((column) => ({ ...column, sortable: false }))];
}

function listOf(name: string): string {
  return href("/api/goroutines", { name });
}

function GoroutineTable({ name, label, columnsOf }: { name: string; label: string; columnsOf: (head: Goroutines) => Column<GoroutineRow>[] }) {
  return (
    <PagedTable<GoroutineRow, Goroutines>
      list={listOf(name)}
      label={label}
      noun="goroutine"
      columnsOf={columnsOf}
      initialSort={LONGEST}
      rowLink={lifeLink}
    />
  );
}

export function GroupPage({ name }: { name: string }) {
  const { head, error } = usePages<GoroutineRow, Goroutines>(listOf(name), LONGEST);
  const scope = { region: false, parameters: { name } };
  const totals = head ? parts(head.columns, head.totals) : [];
  return (
    <div class="page page-table" key={name}>
      <div class="page-head">
        <p class="crumbs">
          <a href="/goroutines">Goroutines</a>
        </p>
        <h1 class="code" title={name}>
          {name === "" ? UNSAMPLED : name}
        </h1>
        {head && (
          <p class="muted">
            {count(head.count)} {head.count === 1 ? "goroutine" : "goroutines"}
            {head.exec_share !== null && ` · ${percent(head.exec_share)} of total program execution time`}
          </p>
        )}
        {!error && (
          <p class="links">
            <span class="muted">Profiles of this group:</span>
            {KINDS.map((kind) => (
              <a key={kind.path} href={pageHref(kind, scope)}>
                {kind.title}
              </a>
            ))}
          </p>
        )}
        {head && head.count > 0 && (
          <>
            <Breakdown parts={totals} full={0} large />
            <Legend parts={totals.filter((part) => part.ns > 0)} figures />
          </>
        )}
      </div>
      {error && <ErrorNotice message={error} />}
      {!head && !error && <Waiting whole />}
      {head?.count === 0 && (
        <EmptyNotice title="No goroutine of this trace starts in this function.">
          The list of all <a href="/goroutines">goroutines</a> has the functions there are.
        </EmptyNotice>
      )}
      {!error && head?.count !== 0 && <GoroutineTable key={name} name={name} label="Goroutines" columnsOf={statisticColumns} />}
      {head && head.range_columns.length > 0 && (
        <>
          <div class="page-head">
            <h2>Special ranges</h2>
            <p class="muted">Time of the runtime's own within these goroutines. It overlaps the states above.</p>
          </div>
          <GoroutineTable key={"ranges " + name} name={name} label="Special ranges" columnsOf={rangeColumns} />
        </>
      )}
    </div>
  );
}
