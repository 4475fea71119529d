// A profile: which one, of what, and how it is looked at.
import { useMemo } from "preact/hooks";
import type { Overview, ProfileReply } from "../../api/types";
import { useJson } from "../../api/client";
import { useOverview } from "../../api/live";
import { duration, exactDuration, percent, plural } from "../../format";
import { groupName } from "../../names";
import { Waiting } from "../../reading";
import { navigate, replaceLocation } from "../../router";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { stretchLink } from "../timeline/fragment";
import { FlameView } from "./flame-view";
import { GraphView } from "./graph-view";
import { FunctionTable, Peek } from "./functions";
import { apiHref, isWhole, KINDS, kindOf, pageHref, scopeOf, scopeSentence, spanOf, type ProfileKind, type Scope } from "./kinds";
import { exactly, filterSamples, matchedWeight, totalOf, weightOf, type Samples } from "./samples";
import { SourceView } from "./source";
import { FilterFields, OrderSwitch, StateChips, ViewSwitch, WeightSwitch, type Change } from "./tools";
import { buildSandwich, buildTree } from "./tree";
import { readView, viewParameters, type View } from "./view";

function Tabs({ kind, scope }: { kind: ProfileKind; scope: Scope }) {
  return (
    <nav class="tabs" aria-label="Kind of profile">
      {KINDS.map((other) => (
        <a key={other.path} href={pageHref(other, scope)} aria-current={other === kind ? "page" : undefined}>
          {other.title}
        </a>
      ))}
    </nav>
  );
}

function ScopeLine({ kind, scope, overview }: { kind: ProfileKind; scope: Scope; overview: Overview | null }) {
  const { name: group, goroutine } = scope.parameters;
  const span = overview && spanOf(scope, overview.span_ns);
  if (isWhole(scope)) return null;
  const within = scopeSentence(scope) !== null;
  return (
    <p class="muted profile-scope">
      <span>
        Only {scopeSentence(scope)}
        {!within && goroutine !== undefined && `goroutine ${goroutine}`}
        {!within && goroutine === undefined && group !== undefined && (
          <>
            goroutines that start in <a class="code" href={`/goroutine?name=${encodeURIComponent(group)}`}>{groupName(group)}</a>
          </>
        )}
        {span && (
          <>
            {within || goroutine !== undefined || group !== undefined ? ", " : ""}
            <a href={stretchLink(span.from, span.to, overview.span_ns)} title={`${exactDuration(span.from)} to ${exactDuration(span.to)}`}>
              {duration(span.from)} to {duration(span.to)}
            </a>
            , a span of {duration(Math.max(0, span.to - span.from))}
          </>
        )}
      </span>
      <a href={kind.path}>Show the whole trace</a>
    </p>
  );
}

function findFunctions(names: string[], search: string): ReadonlySet<number> | null {
  const needle = search.trim().toLowerCase();
  if (needle === "") return null;
  const found = new Set<number>();
  names.forEach((name, i) => name.toLowerCase().includes(needle) && found.add(i));
  return found;
}

interface ShownProps {
  readonly kind: ProfileKind;
  readonly profile: ProfileReply;
  readonly samples: Samples;
  readonly total: number;
  readonly view: View;
  readonly change: Change;
  readonly link: (change: Partial<View>) => string;
}

function actionsFor({ view, link }: ShownProps) {
  return (name: string) => (
    <>
      {view.view !== "sandwich" && <a class="button" href={link({ view: "sandwich", fn: name })}>Sandwich</a>}
      <a class="button" href={link({ view: "peek", fn: name })}>Peek</a>
      <a class="button" href={link({ view: "source", fn: name })}>Source</a>
      <a class="button" href={link({ filters: { ...view.filters, focus: exactly(name) } })}>Focus</a>
      <a class="button" href={link({ filters: { ...view.filters, ignore: exactly(name) } })}>Ignore</a>
      <a class="button" href={link({ filters: { ...view.filters, hide: exactly(name) } })}>Hide</a>
    </>
  );
}

function Flame(props: ShownProps) {
  const { samples, total, view, change, kind } = props;
  const tree = useMemo(() => buildTree(samples, view.weight, view.order), [samples, view.weight, view.order]);
  const matches = useMemo(() => findFunctions(samples.names, view.find), [samples, view.find]);
  const matched = useMemo(() => (matches ? matchedWeight(samples, matches, view.weight) : 0), [samples, matches, view.weight]);
  return (
    <>
      <div class="profile-tools">
        <input
          type="search"
          class="field"
          placeholder="Find functions"
          aria-label="Find functions"
          value={view.find}
          onInput={(event) => change({ find: event.currentTarget.value })}
        />
        {matches && (
          <span class="muted figure" role="status">
            {plural(matches.size, "function")} · {percent(matched / total)} matched
          </span>
        )}
        <span class="push">
          <OrderSwitch order={view.order} change={change} />
        </span>
      </div>
      <FlameView tree={tree} names={samples.names} weight={view.weight} total={total} noun={kind.noun} matches={matches} actions={actionsFor(props)} />
      <FunctionTable samples={samples} weight={view.weight} total={total} sort="cum" onFunction={(find) => change({ find })} />
    </>
  );
}

// Views of one function; without one, the list to choose from.
function OfFunction(props: ShownProps) {
  const { samples, total, view, change, link, kind, profile } = props;
  const fn = samples.names.indexOf(view.fn);
  const there = fn >= 0 && samples.all.some(({ frames }) => frames.includes(fn));
  const sandwich = useMemo(
    () => (there && view.view === "sandwich" ? buildSandwich(samples, fn, view.weight) : null),
    [samples, fn, there, view.weight, view.view],
  );
  const choice = (
    <>
      <p class="muted">
        {view.fn === "" ? "Choose a function." : <>No stack that is shown has <span class="code">{view.fn}</span>. Choose another function.</>}
      </p>
      <FunctionTable samples={samples} weight={view.weight} total={total} sort="cum" onFunction={(name) => change({ fn: name }, true)} />
    </>
  );
  if (!there) return choice;
  const shared = { names: samples.names, weight: view.weight, total, noun: kind.noun, matches: null, actions: actionsFor(props) };
  return (
    <>
      <p class="profile-of">
        <span class="code">{view.fn}</span>
        <a class="button" href={link({ fn: "" })}>Choose another</a>
      </p>
      {sandwich ? (
        <>
          <FlameView tree={sandwich.callers} upward title="Callers" {...shared} />
          <FlameView tree={sandwich.callees} title="Callees" {...shared} />
        </>
      ) : view.view === "source" ? (
        <SourceView key={view.fn} profile={profile} samples={samples} fn={fn} weight={view.weight} total={total} />
      ) : (
        <Peek samples={samples} fn={fn} weight={view.weight} total={total} link={(name) => link({ fn: name })} />
      )}
    </>
  );
}

function Profile({ kind, scope, query, profile }: { kind: ProfileKind; scope: Scope; query: URLSearchParams; profile: ProfileReply }) {
  const view = useMemo(() => readView(query), [query]);
  const link = (change: Partial<View>) => pageHref(kind, scope, viewParameters({ ...view, ...change }));
  const change: Change = (changed, step = false) => (step ? navigate : replaceLocation)(link(changed));
  const { focus, ignore, hide, show } = view.filters;
  const stateText = view.states ? [...view.states].join() : "";
  const samples = useMemo(() => filterSamples(profile, view.filters, view.states), [profile, focus, ignore, hide, show, stateText]);
  const total = weightOf(profile, view.weight);
  const left = useMemo(() => totalOf(samples.all), [samples]);
  const shown: ShownProps = { kind, profile, samples, total, view, change, link };
  const narrowed = samples.all.length < profile.stacks.length;
  return (
    <>
      <div class="profile-tools">
        <ViewSwitch view={view} link={link} />
        <WeightSwitch weight={view.weight} change={change} />
        {narrowed && (
          <span class="muted figure profile-left">
            {percent(weightOf(left, view.weight) / total)} shown: {duration(left.ns)} in {plural(left.count, kind.noun)}
          </span>
        )}
        <a class="button push" href={pageHref(kind, scope, { raw: "1" })} download>
          Download pprof
        </a>
      </div>
      <StateChips profile={profile} view={view} total={total} change={change} />
      <FilterFields view={view} change={change} />
      {samples.all.length === 0 ? (
        <EmptyNotice title="Nothing is left.">
          No stack passes what is chosen above. <a href={pageHref(kind, scope, { view: view.view })}>Show all again</a>
        </EmptyNotice>
      ) : view.view === "flame" ? (
        <Flame {...shown} />
      ) : view.view === "graph" ? (
        <GraphView samples={samples} weight={view.weight} total={total} title={`${kind.kind}-graph`} onFunction={(name) => change({ filters: { ...view.filters, focus: exactly(name) } }, true)} />
      ) : view.view === "top" ? (
        <FunctionTable samples={samples} weight={view.weight} total={total} sort="flat" onFunction={(fn) => change({ view: "peek", fn }, true)} />
      ) : (
        <OfFunction {...shown} />
      )}
    </>
  );
}

const SAMPLES_SINCE = 19; // Go 1.19 is the first release that writes them

function NoSamples({ overview }: { overview: Overview }) {
  const minor = Number(overview.format.split(".")[1]);
  return (
    <EmptyNotice title="This trace has no CPU samples.">
      {minor < SAMPLES_SINCE && "Go writes them since 1.19. "}
      They are in a trace if a CPU profile was taken while it was recorded: with <code>go test -trace=trace.out -cpuprofile=cpu.out</code>, by{" "}
      <code>pprof.StartCPUProfile</code> beside <code>trace.Start</code>, or by fetching <code>/debug/pprof/profile?seconds=5</code> while{" "}
      <code>/debug/pprof/trace?seconds=5</code> records.
    </EmptyNotice>
  );
}

function Empty({ kind, scope, overview }: { kind: ProfileKind; scope: Scope; overview: Overview | null }) {
  if (kind.kind === "cpu" && overview?.cpu_samples === 0) return <NoSamples overview={overview} />;
  return <EmptyNotice title={`No goroutine ${kind.what} ${isWhole(scope) ? "in this trace" : "here"}.`}>{kind.advice}</EmptyNotice>;
}

export function ProfilePage({ path, query }: { path: string; query: URLSearchParams }) {
  const kind = kindOf(path);
  const scope = scopeOf(path, query);
  const { data: overview } = useOverview();
  const source = apiHref(kind, scope);
  const { data: profile, error } = useJson<ProfileReply>(source);
  const empty = profile !== null && profile.stacks.length === 0;
  return (
    <div class="page page-table">
      <div class="page-head">
        <Tabs kind={kind} scope={scope} />
        {profile && (
          <p class="profile-title">
            <strong>{profile.title}</strong>
            {!empty && (
              <span class="figure muted" title={exactDuration(profile.ns)}>
                {duration(profile.ns)} in {plural(profile.count, kind.noun)}
              </span>
            )}
          </p>
        )}
        <ScopeLine kind={kind} scope={scope} overview={overview} />
        {profile && !empty && kind.rests && <p class="muted profile-rests">{kind.rests}</p>}
      </div>
      {error && <ErrorNotice message={error} />}
      {!profile && !error && <Waiting whole={scope.parameters.name !== undefined || scope.parameters.goroutine !== undefined} />}
      {empty && <Empty kind={kind} scope={scope} overview={overview} />}
      {profile && !empty && <Profile key={source} kind={kind} scope={scope} query={query} profile={profile} />}
    </div>
  );
}
