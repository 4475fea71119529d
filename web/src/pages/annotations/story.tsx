// One task's story: what happened in order of time, and where its time went.
import { useMemo } from "preact/hooks";
import { useJson } from "../../api/client";
import { useOverview } from "../../api/live";
import type { RelatedTask, TaskEvent, TaskStory } from "../../api/types";
import { count, duration, exactDuration, plural } from "../../format";
import { groupName } from "../../names";
import { Waiting } from "../../reading";
import { href } from "../../router";
import { stateStyle, STATES } from "../../states";
import { ArrayTable } from "../../ui/array-table";
import { Breakdown, Legend, type Part } from "../../ui/breakdown";
import { FunctionName } from "../../ui/figures";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import type { Column } from "../../ui/table";
import { stretchLink } from "../timeline/fragment";
import { partsOf, timeColumn, typeName } from "./common";
import { taskLink } from "./tasks";

interface Moment extends TaskEvent {
  readonly sinceBegin: number;
  readonly sincePrevious: number;
}

function momentsOf(story: TaskStory): Moment[] {
  const begin = Math.max(0, story.start_ns);
  return story.events.map((event, i) => ({
    ...event,
    sinceBegin: event.time_ns - begin,
    sincePrevious: event.time_ns - (story.events[i - 1]?.time_ns ?? begin),
  }));
}

const WORDS: Record<TaskEvent["kind"], string> = { begin: "task begins", end: "task ends", "region begin": "region begins", "region end": "region ends", log: "log" };

function columnsFor(story: TaskStory): Column<Moment>[] {
  return [
    { key: "text", title: "What", width: 260, text: true, value: (row) => row.text, cell: (row) => <span class="code">{row.category ? `${row.category}: ${row.text}` : typeName(row.text)}</span>, exact: (row) => row.text },
    { key: "kind", title: "Event", width: 120, text: true, value: (row) => WORDS[row.kind] },
    timeColumn("since", "Since begin", "Since the task began", (row) => row.sinceBegin, 106),
    timeColumn("previous", "Since previous", "Since the line before", (row) => row.sincePrevious, 120),
    timeColumn("time", "Time", "Since the start of the trace", (row) => row.time_ns, 100),
    { key: "goroutine", title: "Goroutine", width: 100, value: (row) => row.goroutine, cell: (row) => (row.goroutine === null ? "–" : `G${row.goroutine}`) },
    timeColumn("length", "Region took", "How long the region took", (row) => row.duration_ns ?? null, 106),
    {
      key: "parts",
      title: "Where the time went",
      width: 200,
      text: true,
      sortable: false,
      value: () => null,
      cell: (row) => (row.parts ? <Breakdown parts={partsOf(row.parts)} full={story.duration_ns} /> : null),
    },
  ];
}

const filterText = (row: Moment) => `${row.category ?? ""} ${row.text} ${WORDS[row.kind]} G${row.goroutine}`;

function partsOfStates(ns: number[]): Part[] {
  return ns.map((time, state) => ({ name: stateStyle(state).label, state, ns: time })).filter((part) => part.ns > 0);
}

function Goroutines({ story }: { story: TaskStory }) {
  const sums = STATES.map((_, state) => story.goroutines.reduce((sum, { ns }) => sum + (ns[state] ?? 0), 0));
  if (story.goroutines.length === 0) return null;
  return (
    <section class="card">
      <header>
        <h2>What its goroutines did meanwhile</h2>
        <span class="muted">
          {story.goroutines_total > story.goroutines.length && `${count(story.goroutines.length)} of `}
          {plural(story.goroutines_total, "goroutine")} worked for it; each may have worked for others, too
        </span>
      </header>
      <ul class="task-goroutines">
        {story.goroutines.map(({ id, name, ns }, i) => (
          <li key={`${i} ${id}`}>
            <a class="code" href={href("/goroutine", { name })} title={groupName(name)}>G{id}</a>
            <FunctionName name={name} />
            <Breakdown parts={partsOfStates(ns)} full={story.duration_ns} />
          </li>
        ))}
      </ul>
      <Legend parts={partsOfStates(sums)} figures />
    </section>
  );
}

function Related({ task }: { task: RelatedTask }) {
  return (
    <a href={taskLink(task.id)} title={`took ${exactDuration(task.duration_ns)}`}>
      {typeName(task.type)} {task.id}
    </a>
  );
}

function Facts({ story, span }: { story: TaskStory; span: number }) {
  const start = Math.max(0, story.start_ns);
  return (
    <p class="facts">
      <span title={exactDuration(story.duration_ns)}>took {duration(story.duration_ns)}</span>
      <span title={exactDuration(start)}>{story.start_ns < 0 ? "began before the trace" : `began at ${duration(start)}`}</span>
      {!story.complete && <span>incomplete: the trace does not hold its {story.start_ns < 0 ? "begin" : "end"}</span>}
      <a href={stretchLink(start, start + story.duration_ns, span)}>Show in the timeline</a>
      <a href={href("/block", { task: String(story.id) })} title="What its regions waited for">Blocking profile</a>
      {story.parent && <span>part of <Related task={story.parent} /></span>}
      {story.children.length > 0 && (
        <span>
          {plural(story.children_total, "subtask")}: {story.children.slice(0, 10).map((child, i) => <span key={child.id}>{i > 0 && ", "}<Related task={child} /></span>)}
          {story.children_total > 10 && " …"}
        </span>
      )}
    </p>
  );
}

export function TaskStoryPage({ id }: { id: string }) {
  const { data: story, error } = useJson<TaskStory>(href("/api/task", { id }));
  const { data: overview } = useOverview();
  const absent = error !== null && /no task of this id/.test(error);
  const moments = useMemo(() => (story ? momentsOf(story) : []), [story]);
  const columns = useMemo(() => (story ? columnsFor(story) : []), [story]);
  return (
    <div class="page page-table">
      <div class="page-head">
        <p class="crumbs">
          <a href="/usertasks">User tasks</a>
          {story && <> · <a href={href("/usertask", { type: story.type })}>{typeName(story.type)}</a></>}
        </p>
        <h1>{story ? <><span class="code">{typeName(story.type)}</span> {story.id}</> : `Task ${id}`}</h1>
        {story && <Facts story={story} span={overview?.span_ns ?? story.start_ns + story.duration_ns} />}
      </div>
      {error && !absent && <ErrorNotice message={error} />}
      {absent && (
        <EmptyNotice title="This trace holds no task of this id.">
          The list of all <a href="/usertasks">tasks</a> has those that there are.
        </EmptyNotice>
      )}
      {!story && !error && <Waiting whole />}
      {story && <Goroutines story={story} />}
      {story && story.events_total > story.events.length && (
        <p class="muted">The first {count(story.events.length)} of {plural(story.events_total, "event")}.</p>
      )}
      {story?.events.length === 0 && <EmptyNotice title="Nothing is known to have happened in this task.">Only its id is named by others.</EmptyNotice>}
      {story && story.events.length > 0 && (
        <ArrayTable label="Events of the task" noun="event" rows={moments} columns={columns} initialSort={{ key: "time", descending: false }} filterText={filterText} />
      )}
    </div>
  );
}
