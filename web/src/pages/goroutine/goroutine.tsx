// One goroutine: who it is, where its life went, what it waited for.
import { useJson } from "../../api/client";
import { goroutineLink, type By, type GoroutineReply, type LongWait } from "../../api/people";
import { useOverview } from "../../api/live";
import type { Region, Stretches } from "../../api/types";
import { count, duration, exactDuration, plural } from "../../format";
import { groupName } from "../../names";
import { Waiting } from "../../reading";
import { href } from "../../router";
import { stateStyle } from "../../states";
import { Breakdown, Legend, Swatch } from "../../ui/breakdown";
import { FunctionName, KeyFigure } from "../../ui/figures";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { StackList } from "../../ui/stack";
import { typeName } from "../annotations/common";
import { taskLink } from "../annotations/tasks";
import { KINDS, pageHref } from "../profile/kinds";
import { stretchLink } from "../timeline/fragment";
import { SameIds, StateFigures, StateList, type LinkTo } from "./states";
import { Strip } from "./strip";

function ByWhom({ by }: { by: By }) {
  if (by.goroutine === null) return <>the runtime</>;
  return (
    <>
      <a class="code" href={goroutineLink(by.goroutine)}>G{by.goroutine}</a> <FunctionName name={by.name} />
    </>
  );
}

function Begin({ reply }: { reply: GoroutineReply }) {
  return (
    <section class="card">
      <header>
        <h2>Created</h2>
        <span class="muted">
          {reply.creation ? (
            <>by <ByWhom by={reply.creation} /> at <span class="figure" title={exactDuration(reply.start_ns)}>{duration(reply.start_ns)}</span></>
          ) : (
            "before the trace, which does not tell by whom"
          )}
        </span>
      </header>
      {reply.creation && <StackList frames={reply.creation.stack} none="The trace holds no stack for its creation." />}
    </section>
  );
}

function WaitRow({ wait, linkTo }: { wait: LongWait; linkTo: LinkTo }) {
  const end = wait.start_ns + wait.duration_ns;
  const at = wait.stack?.[0]?.func;
  return (
    <li>
      <details>
        <summary>
          <Swatch state={wait.state} />
          <span class="figure wait-duration" title={exactDuration(wait.duration_ns)}>{duration(wait.duration_ns)}</span>
          <span>{wait.reason || stateStyle(wait.state).label}</span>
          {at && <FunctionName name={at} />}
          <span class="muted push">{wait.wake ? <>ended by <ByWhom by={wait.wake} /></> : "not ended within the trace"}</span>
          <a href={linkTo(wait.start_ns, end)} title="Show it in the timeline">at {duration(wait.start_ns)}</a>
        </summary>
        <div class="wait-stacks">
          <section>
            <h3>Waited in</h3>
            <StackList frames={wait.stack} none="The trace holds no stack for it." />
          </section>
          {wait.wake && (
            <section>
              <h3>Ended in</h3>
              <StackList frames={wait.wake.stack} none={wait.wake.goroutine === null ? "The runtime ended it, without a stack." : "The trace holds no stack for its end."} />
            </section>
          )}
        </div>
      </details>
    </li>
  );
}

function Waits({ reply, linkTo }: { reply: GoroutineReply; linkTo: LinkTo }) {
  const waits = [...reply.waits].sort((a, b) => b.duration_ns - a.duration_ns);
  return (
    <section class="card waits">
      <header>
        <h2>Longest waits</h2>
        {waits.length > 0 && <span class="muted">a line opens the stacks</span>}
      </header>
      {waits.length === 0 && <p class="muted">It waited for nothing but a processor, as far as the trace tells.</p>}
      <ol>{waits.map((wait) => <WaitRow key={wait.index} wait={wait} linkTo={linkTo} />)}</ol>
    </section>
  );
}

const MOST_REGIONS = 200;

function Regions({ reply, linkTo }: { reply: GoroutineReply; linkTo: LinkTo }) {
  const { data } = useJson<Stretches<Region>>(reply.regions_total > 0 ? `/api/regions?goroutine=${reply.id}&sort=start&order=asc&limit=${MOST_REGIONS}` : null);
  return (
    <section class="card told">
      <header>
        <h2>Regions</h2>
        {reply.regions_total > MOST_REGIONS && <span class="muted">the first {MOST_REGIONS} of {count(reply.regions_total)}</span>}
      </header>
      <ul>
        {data?.rows.map((region, i) => (
          <li key={i}>
            <a class="code" href={href("/userregion", { type: region.type })}>{typeName(region.type, "(inherited)")}</a>
            <span class="figure" title={exactDuration(region.duration_ns)}>{duration(region.duration_ns)}</span>
            <a class="muted" href={linkTo(Math.max(0, region.start_ns), Math.max(0, region.start_ns) + region.duration_ns)}>
              {region.start_ns < 0 ? "before the trace" : `at ${duration(region.start_ns)}`}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Tasks({ reply }: { reply: GoroutineReply }) {
  return (
    <section class="card told">
      <header>
        <h2>Tasks</h2>
        {reply.tasks_total > reply.tasks.length && <span class="muted">the first {reply.tasks.length} of {count(reply.tasks_total)}</span>}
      </header>
      <ul>
        {reply.tasks.map((task) => (
          <li key={task.id}>
            <a class="code" href={taskLink(task.id)}>{typeName(task.type)} {task.id}</a>
            <span class="figure" title={exactDuration(task.duration_ns)}>{duration(task.duration_ns)}</span>
            <span class="muted">{task.start_ns < 0 ? "before the trace" : `at ${duration(task.start_ns)}`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Logs({ reply, linkTo }: { reply: GoroutineReply; linkTo: LinkTo }) {
  return (
    <section class="card told">
      <header>
        <h2>Logs</h2>
        {reply.logs_total > reply.logs.length && <span class="muted">the first {reply.logs.length} of {count(reply.logs_total)}</span>}
      </header>
      <ul>
        {reply.logs.map((log, i) => (
          <li key={i}>
            <span class="code" title={log.text}>{log.category ? `${log.category}: ${log.text}` : log.text}</span>
            <span />
            <a class="muted" href={linkTo(log.time_ns, log.time_ns)}>at {duration(log.time_ns)}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

// What the program told of it: those that there are beside each other, the others in a sentence.
function Told({ reply, linkTo }: { reply: GoroutineReply; linkTo: LinkTo }) {
  const parts = [
    { there: reply.regions_total > 0, missing: "began no user region", card: <Regions key="regions" reply={reply} linkTo={linkTo} /> },
    { there: reply.tasks_total > 0, missing: "worked for no user task", card: <Tasks key="tasks" reply={reply} /> },
    { there: reply.logs_total > 0, missing: "logged nothing", card: <Logs key="logs" reply={reply} linkTo={linkTo} /> },
  ];
  const missing = parts.filter(({ there }) => !there).map((part) => part.missing);
  return (
    <>
      {missing.length < parts.length && <div class="columns-told">{parts.filter(({ there }) => there).map(({ card }) => card)}</div>}
      {missing.length > 0 && <p class="muted">It {missing.join(", ")}.</p>}
    </>
  );
}

function Life({ reply, span }: { reply: GoroutineReply; span: number }) {
  // The timeline on this goroutine and those that it touched.
  const linkTo: LinkTo = (start, end) => {
    const [path, fragment] = stretchLink(start, end, span).split("#");
    return `${href(path, { goid: String(reply.id) })}#${fragment}`;
  };
  const parts = reply.states.map(({ state, total_ns }) => ({ name: stateStyle(state).label, state, ns: total_ns }));
  const end = reply.ended ? duration(reply.end_ns) : `goes on after ${duration(reply.end_ns)}`;
  return (
    <>
      <SameIds reply={reply} />
      <dl class="key-figures">
        <KeyFigure label="There for" title={exactDuration(reply.end_ns - reply.start_ns)}>{duration(reply.end_ns - reply.start_ns)}</KeyFigure>
        <KeyFigure label="From" title={exactDuration(reply.start_ns)}>{reply.created ? duration(reply.start_ns) : "before the trace"}</KeyFigure>
        <KeyFigure label="Until" title={exactDuration(reply.end_ns)}>{end}</KeyFigure>
        <KeyFigure label="States">{count(reply.intervals)}</KeyFigure>
      </dl>
      <section class="card">
        <header>
          <h2>Life</h2>
          <a class="push" href={linkTo(reply.start_ns, reply.end_ns)}>Show in the timeline</a>
        </header>
        {reply.end_ns > reply.start_ns && <Strip lane={reply.lane} start={reply.start_ns} end={reply.end_ns} linkTo={linkTo} />}
        <Breakdown parts={parts} full={0} />
        <Legend parts={parts} figures />
      </section>
      <StateFigures reply={reply} />
      <div class="columns columns-created">
        <Begin reply={reply} />
        <Waits reply={reply} linkTo={linkTo} />
      </div>
      <Told reply={reply} linkTo={linkTo} />
      <StateList reply={reply} linkTo={linkTo} />
    </>
  );
}

export function GoroutinePage({ id, number }: { id: string; number: string | null }) {
  const known = /^\d+$/.test(id);
  const { data, error } = useJson<GoroutineReply>(known ? href("/api/goroutine", { id, number }) : null);
  const { data: overview } = useOverview();
  return (
    <div class="page goroutine">
      <div class="page-head">
        <p class="crumbs">
          <a href="/goroutines">Goroutines</a>
          {data && <> › <a class="code" href={href("/goroutine", { name: data.name })}>{groupName(data.name)}</a></>}
        </p>
        <h1>
          Goroutine <span class="code">{id}</span> {data && <span class="code goroutine-name">{groupName(data.name)}</span>}
        </h1>
        {data && (
          <p class="links">
            <span class="muted">Profiles of this goroutine:</span>
            {KINDS.map((kind) => <a key={kind.path} href={pageHref(kind, { region: false, parameters: { goroutine: id } })}>{kind.title}</a>)}
          </p>
        )}
      </div>
      {(error || !known) && (
        <EmptyNotice title={known ? `There is no goroutine ${id}${number === null ? "" : ` of number ${number}`} in this trace.` : "This is no goroutine's id."}>
          The list of all <a href="/goroutines">goroutines</a> has those that there are.
        </EmptyNotice>
      )}
      {error && !/no such goroutine/.test(error) && <ErrorNotice message={error} />}
      {known && !data && !error && <Waiting whole />}
      {data && overview && <Life key={data.number} reply={data} span={overview.span_ns} />}
      {data && data.same_id_total > data.same_id.length && <p class="muted">{plural(data.same_id_total, "goroutine")} had this id; the first {data.same_id.length} are linked.</p>}
    </div>
  );
}
