// User tasks: their types, and the tasks of a type.
import { useEffect, useMemo, useState } from "preact/hooks";
import { useJson } from "../../api/client";
import type { Listed, Stretches, Task, TaskType } from "../../api/types";
import { Waiting } from "../../reading";
import { href, navigate } from "../../router";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { Histogram } from "../../ui/histogram";
import { PagedTable } from "../../ui/paged-table";
import type { Column, Sort } from "../../ui/table";
import { KINDS } from "../profile/kinds";
import { AnnotationTabs, countColumn, durationColumns, filterOf, latencySentence, momentColumn, timeColumn, typeName } from "./common";

const LONGEST: Sort = { key: "duration", descending: true };
const FILTER = ["type", "latmin", "latmax", "complete", "logtext"] as const;

function typeColumns(): Column<TaskType>[] {
  return [
    { key: "type", title: "Type", width: 220, text: true, sortable: false, value: (row) => row.type, cell: (row) => <span class="code">{typeName(row.type)}</span>, exact: (row) => row.type },
    countColumn("count", "Count", "Tasks", (row) => row.count),
    countColumn("complete", "Complete", "Those whose begin and end the trace holds: the figures are theirs", (row) => row.complete, 92),
    ...durationColumns<TaskType>(),
  ];
}

export function HowToAnnotate({ what }: { what: "tasks" | "regions" }) {
  return (
    <EmptyNotice title={`This trace holds no user ${what}.`}>
      A program tells of them with the package runtime/trace:{" "}
      {what === "tasks" ? (
        <code class="code">ctx, task := trace.NewTask(ctx, "request"); defer task.End()</code>
      ) : (
        <code class="code">defer trace.StartRegion(ctx, "query").End()</code>
      )}
      {what === "tasks" ? <> marks a request, from its begin to its end over all goroutines that work for it with this ctx. </> : <> marks a part of what one goroutine does. </>}
      <code class="code">trace.Log(ctx, "key", "value")</code> adds what happened. Build the program with them and record again.
    </EmptyNotice>
  );
}

function SearchField({ filter, wide }: { filter: Record<string, string>; wide?: boolean }) {
  const [text, setText] = useState(filter.logtext ?? "");
  useEffect(() => setText(filter.logtext ?? ""), [filter.logtext]);
  const search = (event: Event) => {
    event.preventDefault();
    navigate(href("/usertask", { ...filter, logtext: text === "" ? null : text }));
  };
  return (
    <form class="log-search" role="search" onSubmit={search}>
      <input
        type="search"
        class="field"
        placeholder={wide ? "Search the logs of all tasks" : "Search logs, regions, types"}
        aria-label="Search in logs"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button class="button">Search</button>
    </form>
  );
}

export function TaskTypesPage() {
  const { data, error } = useJson<Listed<TaskType>>("/api/tasks/types?limit=1");
  return (
    <div class="page page-table">
      <div class="page-head">
        <h1>User tasks</h1>
        <AnnotationTabs path="/usertasks" />
        {data && data.count > 0 && <SearchField filter={{}} wide />}
      </div>
      {error && <ErrorNotice message={error} />}
      {!data && !error && <Waiting whole />}
      {data?.count === 0 && <HowToAnnotate what="tasks" />}
      {data && data.count > 0 && (
        <PagedTable<TaskType, Listed<TaskType>>
          list="/api/tasks/types"
          label="Task types"
          noun="type"
          columnsOf={typeColumns}
          initialSort={{ key: "total", descending: true }}
          rowLink={(row) => href("/usertask", { type: row.type })}
        />
      )}
    </div>
  );
}

export const taskLink = (id: number) => href("/usertask", { id: String(id) });

function taskColumns(longest: number, typed: boolean): Column<Task>[] {
  const type: Column<Task> = { key: "type", title: "Type", width: 200, text: true, sortable: false, value: (row) => row.type, cell: (row) => <span class="code">{typeName(row.type)}</span> };
  return [
    { key: "id", title: "Task", width: 130, text: true, value: (row) => row.id, cell: (row) => <span class="code">{row.id}</span> },
    ...(typed ? [] : [type]),
    { ...timeColumn<Task>("duration", "Duration", "From its begin to its end, or as much of that as the trace holds", (row) => row.duration_ns, 130), wide: true, share: (row) => row.duration_ns / longest },
    { key: "complete", title: "Complete", hint: "Whether the trace holds its begin and its end", width: 92, sortable: false, value: (row) => (row.complete ? "yes" : "no") },
    momentColumn((row) => row.start_ns),
    countColumn("goroutines", "Goroutines", "That worked for it", (row) => row.goroutines, 98),
    countColumn("regions", "Regions", "Within it", (row) => row.regions),
    countColumn("logs", "Logs", "Messages", (row) => row.logs),
  ];
}

// Of what goroutines did within the regions of the type's tasks.
function TypeProfiles({ type }: { type: string }) {
  return (
    <p class="links">
      <span class="muted">Profiles within its regions:</span>{" "}
      {KINDS.map((kind) => (
        <a key={kind.kind} href={href(kind.path, { tasktype: type })}>
          {kind.title}
        </a>
      ))}
    </p>
  );
}

export function TaskListPage({ query }: { query: URLSearchParams }) {
  const filter = filterOf(query, FILTER);
  const typed = filter.type !== undefined;
  const list = href("/api/tasks", filter);
  const { data, error } = useJson<Stretches<Task>>(`${list}${list.includes("?") ? "&" : "?"}limit=1`);
  const { data: types } = useJson<Listed<TaskType>>(typed ? href("/api/tasks/types", { type: filter.type }) : null);
  const longest = Math.max(1, data?.longest_ns ?? 1);
  const columnsOf = useMemo(() => () => taskColumns(longest, typed), [longest, typed]);
  const narrowed = [latencySentence(filter), filter.complete === "1" && "that are complete", filter.complete === "0" && "that are not complete", filter.logtext && `that say “${filter.logtext}”`].filter(Boolean);
  return (
    <div class="page page-table">
      <div class="page-head">
        <p class="crumbs">
          <a href="/usertasks">User tasks</a>
        </p>
        <h1 class={typed ? "code" : undefined}>{typed ? typeName(filter.type) : "All tasks"}</h1>
        {narrowed.length > 0 && (
          <p class="muted">
            Only those {narrowed.join(" and ")} · <a href={href("/usertask", { type: filter.type })}>all</a>
          </p>
        )}
        <SearchField filter={filter} />
        {typed && data && data.count > 0 && <TypeProfiles type={filter.type} />}
      </div>
      {types?.rows[0] && (
        <section class="card">
          <Histogram
            buckets={types.rows[0].histogram}
            noun="task"
            chosen={filter}
            linkTo={(latmin, latmax) => href("/usertask", { ...filter, latmin, latmax })}
          />
        </section>
      )}
      {error && <ErrorNotice message={error} />}
      {!data && !error && <Waiting whole />}
      {data?.count === 0 && narrowed.length === 0 && <EmptyNotice title="This trace holds no such task.">The list of all <a href="/usertasks">tasks</a> has the types there are.</EmptyNotice>}
      {data && (data.count > 0 || narrowed.length > 0) && (
        <PagedTable<Task, Stretches<Task>>
          key={list}
          list={list}
          label="Tasks"
          noun="task"
          columnsOf={columnsOf}
          initialSort={LONGEST}
          rowLink={(row) => taskLink(row.id)}
          empty="No task is so."
        />
      )}
    </div>
  );
}
