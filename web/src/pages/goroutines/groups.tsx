// Goroutines grouped by the function they start in.
import type { Group, Groups } from "../../api/types";
import { useJson } from "../../api/client";
import { count, duration, exactDuration, percent } from "../../format";
import { groupName } from "../../names";
import { href } from "../../router";
import { Waiting } from "../../reading";
import { ArrayTable } from "../../ui/array-table";
import { State, STATES, stateOfStatistic } from "../../states";
import { Breakdown, Legend, type Part } from "../../ui/breakdown";
import { FunctionName } from "../../ui/figures";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import type { Column } from "../../ui/table";
import { useMemo } from "preact/hooks";

export function groupLink(name: string): string {
  return href("/goroutine", { name });
}

function parts(group: Group): Part[] {
  return [
    { name: "Execution", state: State.Running, ns: group.exec_ns },
    { name: "Scheduler wait", state: State.Runnable, ns: group.sched_wait_ns },
    { name: "Blocked", state: State.WaitOther, ns: group.block_ns },
    { name: "Syscall", state: State.Syscall, ns: group.syscall_ns },
    { name: "Unknown", state: State.Unknown, ns: group.unknown_ns },
  ];
}

type TimeKey = "total_ns" | "exec_ns" | "sched_wait_ns" | "block_ns" | "syscall_ns" | "unknown_ns" | "mean_ns" | "p50_ns" | "p95_ns" | "max_ns";

function time(key: TimeKey, title: string, hint: string, share?: (group: Group) => number): Column<Group> {
  return {
    key,
    title,
    hint,
    width: 87,
    value: (group) => group[key],
    cell: (group) => duration(group[key]),
    exact: (group) => exactDuration(group[key]) + (share ? `, ${percent(share(group))} of all` : ""),
    share,
  };
}

// Waiting by kind: those kinds that there are in the trace.
const WAITS = [State.WaitSync, State.WaitChannel, State.WaitNetwork, State.WaitSleep, State.WaitGC, State.WaitOther];

function waited(group: Group, state: State): number {
  return group.waits.reduce((sum, { reason, ns }) => (stateOfStatistic(`Block time (${reason})`) === state ? sum + ns : sum), 0);
}

function waitColumns(groups: Group[]): Column<Group>[] {
  return WAITS.filter((state) => groups.some((group) => waited(group, state) > 0)).map((state) => {
    const kind = /\((.*)\)/.exec(STATES[state].label)![1];
    return {
      key: `wait ${state}`,
      title: `Wait: ${kind}`,
      hint: `Time ${STATES[state].label}`,
      width: 104,
      value: (group) => waited(group, state),
      cell: (group) => <span class={waited(group, state) === 0 ? "faint" : undefined}>{duration(waited(group, state))}</span>,
      exact: (group) => group.waits.filter(({ reason }) => stateOfStatistic(`Block time (${reason})`) === state).map(({ reason, ns }) => `${reason || "no reason given"}: ${exactDuration(ns)}`).join("\n"),
    };
  });
}

function columnsFor({ total_exec_ns, groups }: Groups): Column<Group>[] {
  return [
    {
      key: "name",
      title: "Start function",
      width: 250,
      text: true,
      value: (group) => groupName(group.name),
      cell: (group) => <FunctionName name={group.name} />,
    },
    { key: "count", title: "Count", hint: "Goroutines", width: 74, value: (group) => group.count, cell: (group) => count(group.count) },
    {
      key: "breakdown",
      title: "Where the time went",
      width: 130,
      text: true,
      sortable: false,
      value: () => null,
      cell: (group) => <Breakdown parts={parts(group)} full={0} />,
    },
    time("exec_ns", "Execution", "Time on a processor", (group) => group.exec_ns / total_exec_ns),
    time("sched_wait_ns", "Sched wait", "Time ready to run, without a processor"),
    time("block_ns", "Blocked", "Time blocked, whatever for"),
    time("syscall_ns", "Syscall", "Time in system calls"),
    time("total_ns", "Total", "Lifetime within the trace, over all goroutines of the group"),
    time("mean_ns", "Mean", "Of the lifetimes of its goroutines"),
    time("p50_ns", "Median", "Half of its goroutines were there for at most this"),
    time("p95_ns", "p95", "95 per cent of its goroutines were there for at most this"),
    time("max_ns", "Max", "The one that was there the longest"),
    ...waitColumns(groups),
    time("unknown_ns", "Unknown", "Time of which the trace does not say what happened"),
  ];
}

const filterText = (group: Group) => groupName(group.name);

export function GroupsPage() {
  const { data, error } = useJson<Groups>("/api/groups");
  const columns = useMemo(() => data && columnsFor(data), [data]);
  return (
    <div class="page page-table">
      <div class="page-head">
        <h1>Goroutines</h1>
        <p class="muted">By the function they start in. A row opens its goroutines.</p>
        {data && data.groups.length > 0 && <Legend parts={parts(data.groups[0])} />}
      </div>
      {error && <ErrorNotice message={error} />}
      {!data && !error && <Waiting whole />}
      {data?.groups.length === 0 && (
        <EmptyNotice title="This trace holds no goroutines.">
          It may have been cut off before anything ran: record again, for longer.
        </EmptyNotice>
      )}
      {data && columns && data.groups.length > 0 && (
        <ArrayTable
          label="Goroutine groups"
          noun="group"
          rows={data.groups}
          columns={columns}
          initialSort={{ key: "exec_ns", descending: true }}
          filterText={filterText}
          rowLink={(group) => groupLink(group.name)}
        />
      )}
    </div>
  );
}
