// User regions: their types, and the regions of a type.
import { useMemo } from "preact/hooks";
import { useJson } from "../../api/client";
import { useOverview } from "../../api/live";
import type { Listed, Region, RegionType, Stretches } from "../../api/types";
import { Waiting } from "../../reading";
import { href } from "../../router";
import { Breakdown } from "../../ui/breakdown";
import { FunctionName } from "../../ui/figures";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { Histogram } from "../../ui/histogram";
import { PagedTable } from "../../ui/paged-table";
import type { Column } from "../../ui/table";
import { KINDS, pageHref } from "../profile/kinds";
import { stretchLink } from "../timeline/fragment";
import { AnnotationTabs, countColumn, durationColumns, filterOf, latencySentence, momentColumn, partsOf, timeColumn, typeName } from "./common";
import { HowToAnnotate, taskLink } from "./tasks";

const INHERITED = "(inherited by goroutines created within)";
const FILTER = ["type", "pc", "latmin", "latmax"] as const;

// As the region profiles take it, without the 0x.
const plainPc = (pc: string) => pc.replace(/^0x/, "");

function typeColumns(): Column<RegionType>[] {
  return [
    { key: "type", title: "Type", width: 180, text: true, sortable: false, value: (row) => row.type, cell: (row) => <span class="code">{typeName(row.type, INHERITED)}</span>, exact: (row) => row.type },
    {
      key: "func",
      title: "Within",
      hint: "The function that its goroutine started in",
      width: 200,
      text: true,
      sortable: false,
      value: (row) => row.func,
      cell: (row) => (row.func === "" ? <span class="faint">no stack tells</span> : <FunctionName name={row.func} />),
      exact: (row) => (row.func === "" ? "" : `${row.func}\n${row.file}:${row.line}\n${row.pc}`),
    },
    countColumn("count", "Count", "Regions", (row) => row.count),
    ...durationColumns<RegionType>(),
  ];
}

export function RegionTypesPage() {
  const { data, error } = useJson<Listed<RegionType>>("/api/regions/types?limit=1");
  return (
    <div class="page page-table">
      <div class="page-head">
        <h1>User regions</h1>
        <AnnotationTabs path="/userregions" />
      </div>
      {error && <ErrorNotice message={error} />}
      {!data && !error && <Waiting whole />}
      {data?.count === 0 && <HowToAnnotate what="regions" />}
      {data && data.count > 0 && (
        <PagedTable<RegionType, Listed<RegionType>>
          list="/api/regions/types"
          label="Region types"
          noun="type"
          columnsOf={typeColumns}
          initialSort={{ key: "total", descending: true }}
          rowLink={(row) => href("/userregion", { type: row.type, pc: plainPc(row.pc) })}
        />
      )}
    </div>
  );
}

function regionColumns(longest: number): Column<Region>[] {
  return [
    { key: "goroutine", title: "Goroutine", width: 120, text: true, value: (row) => row.goroutine, cell: (row) => <span class="code">G{row.goroutine}</span> },
    { key: "task", title: "Task", width: 90, value: (row) => row.task, cell: (row) => (row.task === null ? <span class="faint">–</span> : <a href={taskLink(row.task)}>{row.task}</a>) },
    { ...timeColumn<Region>("duration", "Duration", "From its begin to its end, or as much of that as the trace holds", (row) => row.duration_ns, 110), share: (row) => row.duration_ns / longest },
    {
      key: "parts",
      title: "Where the time went",
      width: 220,
      wide: true,
      text: true,
      sortable: false,
      value: () => null,
      cell: (row) => <Breakdown parts={partsOf(row.parts)} full={longest} />,
    },
    timeColumn("exec", "Execution", "Time on a processor", (row) => row.exec_ns),
    timeColumn("sched_wait", "Sched wait", "Time ready to run, without a processor", (row) => row.sched_wait_ns, 98),
    timeColumn("block", "Blocked", "Time blocked, whatever for", (row) => row.block_ns),
    timeColumn("syscall", "Syscall", "Time in system calls", (row) => row.syscall_ns),
    momentColumn((row) => row.start_ns),
  ];
}

export function RegionListPage({ query }: { query: URLSearchParams }) {
  const filter = filterOf(query, FILTER);
  const list = href("/api/regions", filter);
  const { data, error } = useJson<Stretches<Region>>(`${list}${list.includes("?") ? "&" : "?"}limit=1`);
  const { data: types } = useJson<Listed<RegionType>>(href("/api/regions/types", { type: filter.type, pc: filter.pc }));
  const { data: overview } = useOverview();
  const longest = Math.max(1, data?.longest_ns ?? 1);
  const columnsOf = useMemo(() => () => regionColumns(longest), [longest]);
  const [type] = types?.rows ?? [];
  const latency = latencySentence(filter);
  const scope = { region: true, parameters: { ...filter, ...(filter.pc ? { pc: plainPc(filter.pc) } : {}) } };
  const link = (row: Region) => stretchLink(Math.max(0, row.start_ns), Math.max(0, row.start_ns) + row.duration_ns, overview?.span_ns ?? row.start_ns + row.duration_ns);
  return (
    <div class="page page-table">
      <div class="page-head">
        <p class="crumbs">
          <a href="/userregions">User regions</a>
        </p>
        <h1 class="code">{filter.type === undefined ? "All regions" : typeName(filter.type, INHERITED)}</h1>
        {types?.count === 1 && type.func !== "" && filter.pc && <p class="muted">within <span class="code">{type.func}</span></p>}
        {latency && <p class="muted">Only those {latency} · <a href={href("/userregion", { type: filter.type, pc: filter.pc })}>all</a></p>}
        <p class="links">
          <span class="muted">Profiles within these regions:</span>
          {KINDS.map((kind) => <a key={kind.path} href={pageHref(kind, scope)}>{kind.title}</a>)}
        </p>
      </div>
      {types?.count === 1 && (
        <section class="card">
          <Histogram
            buckets={type.histogram}
            noun="region"
            chosen={filter}
            linkTo={(latmin, latmax) => href("/userregion", { ...filter, latmin, latmax })}
          />
        </section>
      )}
      {error && <ErrorNotice message={error} />}
      {!data && !error && <Waiting whole />}
      {data?.count === 0 && (
        <EmptyNotice title="This trace holds no such region.">
          The list of all <a href="/userregions">regions</a> has the types there are.
        </EmptyNotice>
      )}
      {data && data.count > 0 && (
        <PagedTable<Region, Stretches<Region>>
          key={list}
          list={list}
          label="Regions"
          noun="region"
          columnsOf={columnsOf}
          initialSort={{ key: "duration", descending: true }}
          rowLink={link}
        />
      )}
    </div>
  );
}
