// What the pages of tasks and of regions share.
import type { Durations, TimePart } from "../../api/types";
import { count, duration, exactDuration } from "../../format";
import { stateOfStatistic, statisticTitle } from "../../states";
import type { Part } from "../../ui/breakdown";
import { boundsInWords, SmallHistogram } from "../../ui/histogram";
import type { Column } from "../../ui/table";

const TABS = [
  { path: "/usertasks", title: "Tasks" },
  { path: "/userregions", title: "Regions" },
];

export function AnnotationTabs({ path }: { path: string }) {
  return (
    <nav class="tabs" aria-label="What the program tells of itself">
      {TABS.map((tab) => (
        <a key={tab.path} href={tab.path} aria-current={tab.path === path ? "page" : undefined}>
          {tab.title}
        </a>
      ))}
    </nav>
  );
}

export function typeName(type: string, otherwise = "(no type)"): string {
  return type === "" ? otherwise : type;
}

export function partsOf(parts: TimePart[]): Part[] {
  return parts.map(({ name, ns }) => ({ name: statisticTitle(name), state: stateOfStatistic(name), ns }));
}

export function timeColumn<Row>(key: string, title: string, hint: string, ns: (row: Row) => number | null, width = 92): Column<Row> {
  return {
    key,
    title,
    hint,
    width,
    value: ns,
    cell: (row) => {
      const value = ns(row);
      return value === null ? <span class="faint">–</span> : <span class={value === 0 ? "faint" : undefined}>{duration(value)}</span>;
    },
    exact: (row) => (ns(row) === null ? "" : exactDuration(ns(row)!)),
  };
}

// A moment that may lie outside the trace: -1.
export function momentColumn<Row>(ns: (row: Row) => number): Column<Row> {
  return {
    ...timeColumn<Row>("start", "Begin", "Since the start of the trace", ns, 120),
    cell: (row) => (ns(row) < 0 ? <span class="faint">before the trace</span> : duration(ns(row))),
    exact: (row) => (ns(row) < 0 ? "" : exactDuration(ns(row))),
  };
}

export function countColumn<Row>(key: string, title: string, hint: string, value: (row: Row) => number, width = 84): Column<Row> {
  return { key, title, hint, width, value, cell: (row) => <span class={value(row) === 0 ? "faint" : undefined}>{count(value(row))}</span> };
}

// The columns of a type's durations. The server sorts by some of them.
export function durationColumns<Row extends Durations>(): Column<Row>[] {
  const percentile = (key: "p50_ns" | "p90_ns" | "p99_ns", title: string): Column<Row> => ({
    ...timeColumn<Row>(key, title, `${title.slice(1)} per cent of them take at most this`, (row) => row[key]),
    sortable: false,
  });
  return [
    timeColumn("mean", "Mean", "Total by count", (row) => row.mean_ns),
    percentile("p50_ns", "p50"),
    percentile("p90_ns", "p90"),
    percentile("p99_ns", "p99"),
    timeColumn("max", "Max", "The longest", (row) => row.max_ns),
    timeColumn("total", "Total", "All of them, added up", (row) => row.total_ns),
    {
      key: "histogram",
      title: "Durations",
      hint: "How many took how long; the axis is logarithmic",
      width: 150,
      text: true,
      sortable: false,
      value: () => null,
      cell: (row) => <SmallHistogram buckets={row.histogram} />,
    },
  ];
}

// Of a query, what the server filters by.
export function filterOf(query: URLSearchParams, keys: readonly string[]): Record<string, string> {
  const filter: Record<string, string> = {};
  for (const key of keys) if (query.has(key)) filter[key] = query.get(key)!;
  return filter;
}

export function latencySentence({ latmin, latmax }: Record<string, string>): string | null {
  const length = boundsInWords(latmin, latmax);
  return length && `that took ${length}`;
}
