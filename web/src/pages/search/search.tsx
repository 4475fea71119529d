// All that a search finds, a table for each kind.
import { useMemo } from "preact/hooks";
import { FOUND, foundOf, isKind, searchPath, type Found, type FoundKind, type FoundRow } from "../../api/search";
import { useJson } from "../../api/client";
import { useOverview } from "../../api/live";
import { count, duration, exactDuration } from "../../format";
import { Waiting } from "../../reading";
import { href } from "../../router";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { PagedTable } from "../../ui/paged-table";
import type { Column } from "../../ui/table";
import { FoundText } from "./found";
import { marksLink, placeOf } from "./places";

function columnsFor(kind: FoundKind): Column<FoundRow>[] {
  const columns: (Column<FoundRow> & { only?: FoundKind[] })[] = [
    {
      key: "text",
      title: foundOf(kind).title,
      width: 320,
      text: true,
      value: (row) => row.text,
      cell: (row) => <FoundText kind={kind} row={row} />,
      exact: (row) => row.text,
    },
    {
      key: "matches",
      title: kind === "function" ? "Events" : "Count",
      hint: kind === "function" ? "That have it in a stack" : undefined,
      width: 110,
      only: ["function", "region", "range"],
      value: (row) => row.matches,
      cell: (row) => count(row.matches),
    },
    {
      key: "goroutine",
      title: "Goroutine",
      width: 110,
      only: ["function", "region", "range", "log", "task"],
      value: (row) => row.goroutine,
      cell: (row) => row.goroutine !== null && `G${row.goroutine}`,
    },
    {
      key: "time",
      title: ["function", "region", "range"].includes(kind) ? "First at" : "At",
      width: 130,
      value: (row) => row.time_ns,
      cell: (row) => duration(row.time_ns),
      exact: (row) => exactDuration(row.time_ns),
    },
    {
      key: "life",
      title: "Lifetime",
      width: 110,
      only: ["goroutine"],
      value: (row) => (row.end_ns ?? 0) - row.time_ns,
      cell: (row) => duration((row.end_ns ?? 0) - row.time_ns),
      exact: (row) => exactDuration((row.end_ns ?? 0) - row.time_ns),
    },
  ];
  return columns.filter(({ only }) => !only || only.includes(kind)).map((column) => ({ ...column, sortable: false }));
}

const MOST_LISTED = 100_000; // that the server keeps of tasks and of logs

function Results({ q, found, span }: { q: string; found: Found; span: number }) {
  const columns = useMemo(() => columnsFor(found.kind), [found.kind]);
  const listed = ["task", "log"].includes(found.kind) && found.count > MOST_LISTED;
  return (
    <>
      <p class="muted">
        <a href={marksLink(q, found.kind)}>Show all {count(found.matches)} on the timeline</a>
        {listed && ` The first ${count(MOST_LISTED)} of ${count(found.count)} are listed.`}
      </p>
      <PagedTable<FoundRow, Found>
        key={`${q} ${found.kind}`}
        list={searchPath(q, found.kind)}
        label="Results"
        noun={foundOf(found.kind).noun}
        columnsOf={() => columns}
        initialSort={{ key: "", descending: false }}
        rowLink={(row) => placeOf(q, found.kind, row, span)}
      />
    </>
  );
}

export function SearchPage({ query }: { query: URLSearchParams }) {
  const q = (query.get("q") ?? "").trim();
  const { data, error } = useJson<{ kinds: Found[] }>(q === "" ? null : searchPath(q, null));
  const { data: overview } = useOverview();
  const asked = query.get("kind");
  if (q === "")
    return (
      <div class="page">
        <EmptyNotice title="Search the whole trace.">
          Type into the field above (<kbd>/</kbd>): goroutines by id (G12) or start function, functions in any stack, tasks and regions by type, log messages, names of ranges. Without capitals, case does not matter.
        </EmptyNotice>
      </div>
    );
  const found = data?.kinds.find(({ kind, count: rows }) => (isKind(asked) ? kind === asked : rows > 0));
  return (
    <div class="page page-table page-search">
      <div class="page-head">
        <h1>“{q}”</h1>
        {data && (
          <nav class="tabs" aria-label="Kind of result">
            {FOUND.map(({ kind, title }, i) => (
              <a key={kind} href={href("/search", { q, kind })} aria-current={kind === found?.kind ? "page" : undefined}>
                {title} <span class="figure muted">{count(data.kinds[i].count)}</span>
              </a>
            ))}
          </nav>
        )}
      </div>
      {error && <ErrorNotice message={error} />}
      {!data && !error && <Waiting whole />}
      {data && !found && (
        <EmptyNotice title="Nothing has it.">
          No goroutine, function in a stack, task, region, log message or range has this in its name or text. Functions that never appear in a stack of an event are not in a trace.
        </EmptyNotice>
      )}
      {found && found.count === 0 && <EmptyNotice title={`No ${foundOf(found.kind).noun} has it.`}>The other kinds may.</EmptyNotice>}
      {found && found.count > 0 && overview && <Results q={q} found={found} span={overview.span_ns} />}
    </div>
  );
}
