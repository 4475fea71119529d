// The goroutines of one group.
import { goroutineLink } from "../../api/people";
import type { GoroutineRow, Goroutines, GroupMeasure } from "../../api/types";
import { duration, exactDuration, percent, plural } from "../../format";
import { UNSAMPLED } from "../../names";
import { Waiting } from "../../reading";
import { href } from "../../router";
import { stateOfStatistic, statisticTitle } from "../../states";
import { Breakdown, Legend, type Part } from "../../ui/breakdown";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { boundsInWords, Histogram } from "../../ui/histogram";
import { PagedTable } from "../../ui/paged-table";
import { usePages } from "../../ui/pages";
import type { Column, Sort } from "../../ui/table";
import { filterOf } from "../annotations/common";
import { KINDS, pageHref } from "../profile/kinds";

const LONGEST: Sort = { key: "total", descending: true };

function parts(names: string[], times: number[]): Part[] {
  return names.map((name, i) => ({ name: statisticTitle(name), state: stateOfStatistic(name), ns: times[i] ?? 0 }));
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

const MEASURES: { by: GroupMeasure; title: string; sentence: string }[] = [
  { by: "exec", title: "Execution", sentence: "ran for" },
  { by: "sched_wait", title: "Scheduler wait", sentence: "waited for a processor for" },
  { by: "total", title: "Total", sentence: "were there for" },
];

const FILTER = ["by", "latmin", "latmax"] as const;

// How many goroutines took how long; a bar lists those of its length.
function Histograms({ head, name, filter }: { head: Goroutines; name: string; filter: Record<string, string> }) {
  return (
    <div class="columns-told histograms">
      {MEASURES.map(({ by, title }) => (
        <section class="card" key={by} aria-label={title}>
          <Histogram
            title={title}
            buckets={head.histograms[by]}
            noun="goroutine"
            chosen={filter.by === by ? filter : {}}
            linkTo={(latmin, latmax) => href("/goroutine", { name, by, latmin, latmax })}
          />
        </section>
      ))}
    </div>
  );
}

function FilterLine({ name, filter }: { name: string; filter: Record<string, string> }) {
  const measure = MEASURES.find(({ by }) => by === filter.by);
  if (!measure) return null;
  return (
    <p class="muted" role="status">
      Only those that {measure.sentence} {boundsInWords(filter.latmin, filter.latmax)} · <a href={href("/goroutine", { name })}>all</a>
    </p>
  );
}

function GoroutineTable({ list, label, columnsOf }: { list: string; label: string; columnsOf: (head: Goroutines) => Column<GoroutineRow>[] }) {
  return (
    <PagedTable<GoroutineRow, Goroutines>
      list={list}
      label={label}
      noun="goroutine"
      columnsOf={columnsOf}
      initialSort={LONGEST}
      rowLink={(row) => goroutineLink(row.id)}
    />
  );
}

export function GroupPage({ query }: { query: URLSearchParams }) {
  const name = query.get("name") ?? "";
  const filter = filterOf(query, FILTER);
  const list = href("/api/goroutines", { name, ...filter });
  const { head, error } = usePages<GoroutineRow, Goroutines>(list, LONGEST);
  const absent = error !== null && /^no goroutine of the trace/.test(error);
  const scope = { region: false, parameters: { name } };
  const totals = head ? parts(head.columns, head.totals) : [];
  return (
    <div class="page page-table">
      <div class="page-head">
        <p class="crumbs">
          <a href="/goroutines">Goroutines</a>
        </p>
        <h1 class="code" title={name}>
          {name === "" ? UNSAMPLED : name}
        </h1>
        {head && (
          <p class="muted">
            {plural(head.group_count, "goroutine")}
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
        {head && head.group_count > 0 && (
          <>
            <Breakdown parts={totals} full={0} large />
            <Legend parts={totals.filter((part) => part.ns > 0)} figures />
          </>
        )}
      </div>
      {error && !absent && <ErrorNotice message={error} />}
      {!head && !error && <Waiting whole />}
      {head && head.group_count > 0 && <Histograms head={head} name={name} filter={filter} />}
      {head && <FilterLine name={name} filter={filter} />}
      {(absent || head?.group_count === 0) && (
        <EmptyNotice title="No goroutine of this trace starts in this function.">
          The list of all <a href="/goroutines">goroutines</a> has the functions there are.
        </EmptyNotice>
      )}
      {!error && head?.group_count !== 0 && <GoroutineTable key={list} list={list} label="Goroutines" columnsOf={statisticColumns} />}
      {head && head.range_columns.length > 0 && (
        <>
          <div class="page-head">
            <h2>Special ranges</h2>
            <p class="muted">Time of the runtime's own within these goroutines. It overlaps the states above.</p>
          </div>
          <GoroutineTable key={"ranges " + list} list={list} label="Special ranges" columnsOf={rangeColumns} />
        </>
      )}
    </div>
  );
}
