// What the trace holds, at a glance.
import type { Groups, Overview, ProfileSummary } from "../../api/types";
import { useJson, type Loaded } from "../../api/client";
import { useOverview } from "../../api/live";
import { bytes, count, duration, exactDuration, percent, plural } from "../../format";
import { href } from "../../router";
import { State, stateOfStatistic, statisticTitle } from "../../states";
import { Breakdown, Legend } from "../../ui/breakdown";
import { Duration, FunctionName, KeyFigure } from "../../ui/figures";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { Heatmap } from "./heatmap";
import { Losses } from "./losses";
import { Utilisation } from "./utilisation";

function wallStart(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

// A trace that does not tell GOMAXPROCS still shows processors.
function processors(o: Overview): number {
  return o.gomaxprocs || o.procs;
}

function KeyFigures({ overview: o }: { overview: Overview }) {
  return (
    <dl class="key-figures">
      <KeyFigure label="Span" title={exactDuration(o.span_ns)}>{duration(o.span_ns)}</KeyFigure>
      <KeyFigure label="Events">{count(o.events)}</KeyFigure>
      <KeyFigure label="Goroutines">{count(o.goroutines)}</KeyFigure>
      <KeyFigure label="Processors" title={`GOMAXPROCS ${o.gomaxprocs || "not told"}, ${plural(o.procs, "processor")} seen`}>{count(processors(o))}</KeyFigure>
      <KeyFigure label="Threads">{count(o.threads)}</KeyFigure>
      <KeyFigure label="GC cycles" title={`Collecting for ${exactDuration(o.gc_ns)}`}>
        <a href="/gc">{count(o.gc_cycles)}</a>
        {o.gc_cycles > 0 && <small>{percent(o.gc_ns / o.span_ns)} of the time</small>}
      </KeyFigure>
      <KeyFigure label="World stopped" title={`${plural(o.stw_count, "time")}, ${exactDuration(o.stw_ns)} in all`}>
        {count(o.stw_count)}×{o.stw_count > 0 && <small>longest {duration(o.stw_max_ns)}</small>}
      </KeyFigure>
    </dl>
  );
}

// Traces up to Go 1.21 are of one piece.
function hasGenerations(format: string): boolean {
  return Number(format.split(".")[1]) >= 22;
}

function FileFacts({ overview: o }: { overview: Overview }) {
  const facts = [
    `Go ${o.format} format`,
    bytes(o.size_bytes),
    ...(hasGenerations(o.format) ? [plural(o.generations, "generation")] : []),
    plural(o.stacks, "stack"),
    plural(o.cpu_samples, "CPU sample"),
  ];
  return (
    <p class="facts muted">
      {o.wall_start && <span title={o.wall_start}>Started {wallStart(o.wall_start)}</span>}
      {facts.map((fact) => <span key={fact}>{fact}</span>)}
      <a href="/usertasks">{plural(o.tasks, "task")}</a>
      <a href="/userregions">{plural(o.regions, "region")}</a>
      <span>{plural(o.logs, "log message")}</span>
    </p>
  );
}

function Warnings({ warnings }: { warnings: string[] }) {
  if (warnings.length === 0) return null;
  return (
    <div class="notice notice-warning">
      <strong>{warnings.length === 1 ? "A remark" : `${warnings.length} remarks`} on this trace</strong>
      <ul>{warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>
    </div>
  );
}

// What needs the whole trace is not there yet, or cannot be had.
function Missing({ error }: { error: string | null }) {
  return <p class="muted missing">{error ?? "Comes when the trace has been read."}</p>;
}

// The others are of all time, beside which these could not be seen.
const BLOCKING = ["net", "sync", "syscall", "sched"];

function Profiles({ data, error }: Loaded<ProfileSummary[]>) {
  if (!data) return <Missing error={error} />;
  const profiles = data.filter((profile) => BLOCKING.includes(profile.kind));
  const most = Math.max(1, ...profiles.map((profile) => profile.ns));
  return (
    <ul class="rank">
      {profiles.map((profile) => (
        <li key={profile.kind}>
          <a href={profile.path}>{profile.title}</a>
          <span class="rank-bar"><span style={{ width: `${(100 * profile.ns) / most}%` }} /></span>
          <span class="muted figure">{count(profile.count)}×</span>
          <Duration ns={profile.ns} />
        </li>
      ))}
    </ul>
  );
}

const NO_GOROUTINES = "This trace holds no goroutines.";

const TOP = 10;

function TopGroups({ data, error }: Loaded<Groups>) {
  if (!data) return <Missing error={error} />;
  const groups = data.groups.slice(0, TOP);
  const most = Math.max(1, ...groups.map((group) => group.exec_ns));
  if (groups.length === 0) return <p class="muted">{NO_GOROUTINES}</p>;
  return (
    <ul class="rank">
      {groups.map((group) => (
        <li key={group.name}>
          <a href={href("/goroutine", { name: group.name })}><FunctionName name={group.name} /></a>
          <span class="rank-bar rank-bar-running"><span style={{ width: `${(100 * group.exec_ns) / most}%` }} /></span>
          <span class="muted figure" title={plural(group.count, "goroutine")}>{count(group.count)}</span>
          <Duration ns={group.exec_ns} />
        </li>
      ))}
    </ul>
  );
}

function States({ data, error }: Loaded<Groups>) {
  if (!data) return <Missing error={error} />;
  const states = data.states.filter(({ ns }) => ns > 0).map(({ name, ns }) => ({ name: statisticTitle(name), ns, state: stateOfStatistic(name) }));
  return (
    <>
      {states.length === 0 ? <p class="muted">{NO_GOROUTINES}</p> : <Breakdown parts={states} full={0} large />}
      <Legend parts={states} figures />
    </>
  );
}

// Traces of Go 1.5 and 1.6 name functions by their addresses, unless kymo has the program.
function Addresses({ groups }: { groups: Groups | null }) {
  if (!groups?.groups.some(({ name }) => /^0x[\da-f]+$/.test(name))) return null;
  return (
    <EmptyNotice title="Functions are named by their addresses.">
      Traces of Go 1.5 and 1.6 hold no names: they are in the program that was recorded. Open both: <code class="code">kymo PROGRAM TRACE</code>
    </EmptyNotice>
  );
}

function Pictures({ overview }: { overview: Overview }) {
  // Reading is done before the server is given more to do.
  const groups = useJson<Groups>(overview.reading ? null : "/api/groups");
  const profiles = useJson<ProfileSummary[]>(overview.reading ? null : "/api/profiles");
  return (
    <>
      <Addresses groups={groups.data} />
      <section class="card">
        <header>
          <h2>Processors over time</h2>
          <Legend parts={[{ name: "running", state: State.Running, ns: 0 }, { name: "syscall", state: State.Syscall, ns: 0 }]} />
          <a class="push" href="/trace">Open the timeline</a>
        </header>
        <Utilisation reading={overview.reading} span={overview.span_ns} procs={processors(overview)} damaged={overview.losses.length > 0} />
      </section>
      {!overview.reading && <Heatmap />}
      <section class="card">
        <header>
          <h2>Where goroutines spent their time</h2>
          <a class="push" href="/goroutines">All goroutines</a>
        </header>
        <States {...groups} />
      </section>
      <div class="columns">
        <section class="card">
          <header>
            <h2>Most execution time</h2>
            <span class="muted">by start function</span>
          </header>
          <TopGroups {...groups} />
        </section>
        <section class="card">
          <header>
            <h2>Waiting</h2>
            <span class="muted">total over all goroutines</span>
          </header>
          <Profiles {...profiles} />
        </section>
      </div>
    </>
  );
}

export function OverviewPage() {
  const { data: overview, error } = useOverview();
  if (error) return <div class="page"><ErrorNotice message={error} /></div>;
  if (!overview) return <div class="page" />;
  return (
    <div class="page overview">
      <KeyFigures overview={overview} />
      <Warnings warnings={overview.warnings} />
      <Losses overview={overview} />
      {overview.span_ns > 0 || overview.reading ? (
        <Pictures overview={overview} />
      ) : (
        <EmptyNotice title="Nothing happens in this trace.">
          It may have been stopped as soon as it was started, or cut off: record again, for longer.
        </EmptyNotice>
      )}
      <FileFacts overview={overview} />
    </div>
  );
}
