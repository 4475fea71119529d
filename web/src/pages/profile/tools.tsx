// What is above a profile: views, weight, search, pprof's filters and states.
import { duration, percent } from "../../format";
import type { ProfileReply } from "../../api/types";
import { FILTERS, isBad, weightOf, type Order, type Weight } from "./samples";
import { VIEWS, type View } from "./view";

export type Change = (change: Partial<View>, step?: boolean) => void; // step: one to go back to

export function ViewSwitch({ view, link }: { view: View; link: (change: Partial<View>) => string }) {
  return (
    <nav class="tabs profile-views" aria-label="View">
      {VIEWS.map((other) => (
        <a key={other.view} href={link({ view: other.view })} aria-current={other.view === view.view ? "page" : undefined}>
          {other.title}
        </a>
      ))}
    </nav>
  );
}

interface SwitchProps<Value> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly (readonly [value: Value, title: string])[];
  readonly onChoice: (value: Value) => void;
}

function Switch<Value extends string>({ label, value, choices, onChoice }: SwitchProps<Value>) {
  return (
    <div class="switch" role="group" aria-label={label}>
      {choices.map(([choice, title]) => (
        <button type="button" key={choice} aria-pressed={choice === value} onClick={() => onChoice(choice)}>
          {title}
        </button>
      ))}
    </div>
  );
}

export function WeightSwitch({ weight, change }: { weight: Weight; change: Change }) {
  return <Switch label="Weight" value={weight} choices={[["ns", "Time"], ["count", "Count"]]} onChoice={(value) => change({ weight: value })} />;
}

export function OrderSwitch({ order, change }: { order: Order; change: Change }) {
  return <Switch label="Order" value={order} choices={[["weight", "Heaviest first"], ["time", "In order of time"]]} onChoice={(value) => change({ order: value })} />;
}

const HINTS: Record<(typeof FILTERS)[number], { short: string; full: string }> = {
  focus: { short: "only stacks with", full: "Only stacks with a function that matches" },
  ignore: { short: "no stacks with", full: "No stacks with a function that matches" },
  hide: { short: "without functions", full: "Takes the functions that match out of the stacks" },
  show: { short: "only functions", full: "Takes all functions but those that match out of the stacks" },
};

// Regular expressions on names and files of functions, as in pprof.
export function FilterFields({ view, change }: { view: View; change: Change }) {
  return (
    <div class="profile-filters" role="group" aria-label="Filters">
      {FILTERS.map((key) => {
        const text = view.filters[key];
        return (
          <label key={key} title={`${HINTS[key].full} (regular expression on name and file, as in pprof)`}>
            <span>{key}</span>
            <input
              type="search"
              class="field code"
              placeholder={HINTS[key].short}
              spellcheck={false}
              aria-label={key}
              aria-invalid={isBad(text)}
              value={text}
              onInput={(event) => change({ filters: { ...view.filters, [key]: event.currentTarget.value } })}
            />
          </label>
        );
      })}
      {FILTERS.some((key) => isBad(view.filters[key])) && <span role="alert" class="profile-bad">This is no regular expression, and is left out.</span>}
    </div>
  );
}

const STATES: Record<string, { title: string; hint: string }> = {
  running: { title: "Running", hint: "On a processor" },
  blocked: { title: "Blocked", hint: "Waits for others in the midst of its work" },
  idle: { title: "Idle", hint: "Waits for work, as far as its stack tells" },
  runnable: { title: "Runnable", hint: "Waits for a processor" },
  syscall: { title: "Syscall", hint: "In a system call" },
  unknown: { title: "Unknown", hint: "Waits since before the trace, which does not tell where and why" },
};

interface StatesProps {
  readonly profile: ProfileReply;
  readonly view: View;
  readonly total: number;
  readonly change: Change;
}

// How the time divides; each part can be looked at alone. Nothing where there is but one kind of time.
export function StateChips({ profile, view, total, change }: StatesProps) {
  const amounts = new Map<string, number>();
  for (const stack of profile.stacks)
    if (stack.state) amounts.set(stack.state, (amounts.get(stack.state) ?? 0) + weightOf(stack, view.weight));
  const told = Object.keys(STATES).filter((state) => amounts.has(state));
  if (told.length === 0) return null;
  const toggle = (state: string) => {
    const states = new Set(view.states ?? []);
    if (!states.delete(state)) states.add(state);
    change({ states: states.size === 0 || states.size === told.length ? null : states }, true);
  };
  return (
    <div class="state-chips" role="group" aria-label="States">
      {told.map((state) => (
        <button key={state} type="button" class="state-chip" data-state={state} title={STATES[state].hint} aria-pressed={view.states?.has(state) ?? false} onClick={() => toggle(state)}>
          <span class="swatch" />
          {STATES[state].title}
          <span class="figure muted">
            {view.weight === "ns" && duration(amounts.get(state)!)} {percent(amounts.get(state)! / total)}
          </span>
        </button>
      ))}
    </div>
  );
}
