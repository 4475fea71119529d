// A profile: flame graph and table of functions.
import { useMemo, useState } from "preact/hooks";
import type { ProfileReply } from "../../api/types";
import { useJson } from "../../api/client";
import { count, duration, exactDuration, percent, plural } from "../../format";
import { groupName } from "../../names";
import { Waiting } from "../../reading";
import { ArrayTable } from "../../ui/array-table";
import { FunctionName } from "../../ui/figures";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import type { Column } from "../../ui/table";
import { FlameView } from "./flame-view";
import { matchedWeight } from "./flame";
import { apiHref, KINDS, kindOf, pageHref, scopeOf, scopeSentence, type ProfileKind, type Scope } from "./kinds";
import { buildTree, functionTable, weightOf, type FunctionRow, type Weight } from "./tree";

function columnsFor(total: number, weight: Weight): Column<FunctionRow>[] {
  const amount = (key: "flat" | "cum", title: string, hint: string): Column<FunctionRow>[] => [
    {
      key,
      title,
      hint,
      width: 104,
      value: (row) => row[key],
      cell: (row) => (weight === "ns" ? duration(row[key]) : count(row[key])),
      exact: (row) => (weight === "ns" ? exactDuration(row[key]) : count(row[key])),
    },
    {
      key: key + "%",
      title: title + " %",
      hint,
      width: 92,
      value: (row) => row[key] / total,
      cell: (row) => percent(row[key] / total),
      share: (row) => row[key] / total,
    },
  ];
  return [
    {
      key: "name",
      title: "Function",
      width: 320,
      text: true,
      value: (row) => row.name,
      cell: (row) => <FunctionName name={row.name} />,
      exact: (row) => [row.name, row.file].filter(Boolean).join("\n"),
    },
    ...amount("flat", "Flat", "Waits in the function itself: it is at the top of the stack"),
    ...amount("cum", "Cum", "Waits in the function and all that it calls"),
    { key: "count", title: "Count", hint: "Waits with the function in their stack", width: 92, value: (row) => row.count, cell: (row) => count(row.count) },
  ];
}

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

function ScopeLine({ scope }: { scope: Scope }) {
  const group = scope.parameters.name;
  if (scope.region) return <p class="muted">Only {scopeSentence(scope)}</p>;
  if (group === undefined) return null;
  return (
    <p class="muted">
      Only goroutines that start in <a class="code" href={`/goroutine?name=${encodeURIComponent(group)}`}>{groupName(group)}</a>
    </p>
  );
}

function WeightSwitch({ weight, onChange }: { weight: Weight; onChange: (weight: Weight) => void }) {
  const choice = (value: Weight, title: string) => (
    <button type="button" aria-pressed={weight === value} onClick={() => onChange(value)}>
      {title}
    </button>
  );
  return (
    <div class="switch" role="group" aria-label="Weight">
      {choice("ns", "Time")}
      {choice("count", "Count")}
    </div>
  );
}

function findFunctions(profile: ProfileReply, search: string): ReadonlySet<number> | null {
  const needle = search.trim().toLowerCase();
  if (needle === "") return null;
  const found = new Set<number>();
  profile.functions.forEach(({ name }, i) => name.toLowerCase().includes(needle) && found.add(i));
  return found;
}

const filterText = (row: FunctionRow) => row.name;

function Profile({ profile, rawHref }: { profile: ProfileReply; rawHref: string }) {
  const [weight, setWeight] = useState<Weight>("ns");
  const [search, setSearch] = useState("");
  const tree = useMemo(() => buildTree(profile, weight), [profile, weight]);
  const rows = useMemo(() => functionTable(profile, weight), [profile, weight]);
  const names = useMemo(() => profile.functions.map(({ name }) => name), [profile]);
  const matches = useMemo(() => findFunctions(profile, search), [profile, search]);
  const total = weightOf(tree.root, weight);
  const columns = useMemo(() => columnsFor(total, weight), [total, weight]);
  const matched = matches && matchedWeight(tree, matches, weight);
  return (
    <>
      <div class="profile-tools">
        <WeightSwitch weight={weight} onChange={setWeight} />
        <input
          type="search"
          class="field"
          placeholder="Find functions"
          aria-label="Find functions"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        {matches && (
          <span class="muted figure" role="status">
            {plural(matches.size, "function")} · {percent(matched! / total)} matched
          </span>
        )}
        <a class="button push" href={rawHref} download>
          Download pprof
        </a>
      </div>
      <FlameView tree={tree} names={names} weight={weight} matches={matches} />
      <ArrayTable
        label="Functions"
        noun="function"
        rows={rows}
        columns={columns}
        initialSort={{ key: "cum", descending: true }}
        filterText={filterText}
        onRow={(row) => setSearch(row.name)}
      />
    </>
  );
}

export function ProfilePage({ path, query }: { path: string; query: URLSearchParams }) {
  const kind = kindOf(path);
  const scope = scopeOf(path, query);
  const { data: profile, error } = useJson<ProfileReply>(apiHref(kind, scope));
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
                {duration(profile.ns)} in {plural(profile.count, "wait")}
              </span>
            )}
          </p>
        )}
        <ScopeLine scope={scope} />
      </div>
      {error && <ErrorNotice message={error} />}
      {!profile && !error && <Waiting whole={scope.parameters.name !== undefined} />}
      {empty && (
        <EmptyNotice title={`No goroutine ${kind.what}${scope.region || scope.parameters.name !== undefined ? " here" : " in this trace"}.`}>
          {kind.advice}
        </EmptyNotice>
      )}
      {profile && !empty && <Profile key={path + query} profile={profile} rawHref={pageHref(kind, scope, { raw: "1" })} />}
    </div>
  );
}
