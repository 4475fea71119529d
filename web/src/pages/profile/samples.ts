// A profile's stacks as the views take them, and pprof's focus, ignore, hide and show.
import type { ProfileReply } from "../../api/types";

export type Weight = "ns" | "count";

// Of what lies side by side: the heaviest first, or in the order of when each first happened.
export type Order = "weight" | "time";

export interface Sample {
  readonly frames: number[]; // functions, leaf first
  readonly ns: number;
  readonly count: number;
  readonly first: number; // ascends in order of time
  readonly stack: number; // of the profile's stacks
}

export interface Samples {
  readonly names: string[]; // of functions
  readonly files: string[];
  readonly all: Sample[];
}

export interface Filters {
  readonly focus: string;
  readonly ignore: string;
  readonly hide: string;
  readonly show: string;
}

export const FILTERS = ["focus", "ignore", "hide", "show"] as const;
export const NO_FILTERS: Filters = { focus: "", ignore: "", hide: "", show: "" };

export function weightOf(of: { ns: number; count: number }, weight: Weight): number {
  return weight === "ns" ? of.ns : of.count;
}

// A regular expression as pprof takes it; null: there is none, or it cannot be read.
export function expression(text: string): RegExp | null {
  if (text === "") return null;
  try {
    return text.startsWith("(?i)") ? new RegExp(text.slice(4), "i") : new RegExp(text);
  } catch {
    return null;
  }
}

export function isBad(text: string): boolean {
  return text !== "" && expression(text) === null;
}

// What finds exactly one function.
export function exactly(name: string): string {
  return `^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
}

// Functions of one name are one, as in pprof, whatever file they are of.
function mergeNames(profile: ProfileReply): { names: string[]; files: string[]; merged: number[] } {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const files: string[] = [];
  const merged = profile.functions.map(({ name, file }) => {
    let number = numbers.get(name);
    if (number === undefined) {
      numbers.set(name, (number = names.length));
      names.push(name);
      files.push(file);
    }
    return number;
  });
  return { names, files, merged };
}

// The stacks that remain, with the meaning of pprof (its Profile.FilterSamplesByName): a stack stays if a frame of it is in focus and none is
// ignored; frames that are hidden, or not shown, are taken out of it. A frame matches by its function's name or its file. States: those of
// off-CPU and wall profiles that are wanted, null for all.
export function filterSamples(profile: ProfileReply, filters: Filters, states: ReadonlySet<string> | null): Samples {
  const { names, files, merged } = mergeNames(profile);
  const patterns = FILTERS.map((key) => expression(filters[key]));
  const [focus, ignore, hide, show] = patterns.map((pattern) =>
    pattern && profile.functions.map(({ name, file }) => pattern.test(name) || pattern.test(file)),
  );
  const filtered = patterns.some((pattern) => pattern !== null);
  const functionOf = profile.frames.map((frame) => frame.function);
  const all: Sample[] = [];
  for (const [stack, { frames, ns, count, first, state }] of profile.stacks.entries()) {
    if (states && !states.has(state ?? "")) continue;
    if (!filtered) {
      all.push({ frames: frames.map((frame) => merged[functionOf[frame]]), ns, count, first, stack });
      continue;
    }
    const functions = frames.map((frame) => functionOf[frame]);
    if (ignore && functions.some((fn) => ignore[fn])) continue;
    if (!functions.some((fn) => !focus || focus[fn])) continue;
    const shown = functions.filter((fn) => !hide?.[fn] && (!show || show[fn]));
    if (shown.length > 0) all.push({ frames: shown.map((fn) => merged[fn]), ns, count, first, stack });
  }
  return { names, files, all };
}

export function totalOf(samples: { ns: number; count: number }[]): { ns: number; count: number } {
  let [ns, count] = [0, 0];
  for (const sample of samples) {
    ns += sample.ns;
    count += sample.count;
  }
  return { ns, count };
}

// What stacks with some matching function add up to.
export function matchedWeight({ all }: Samples, matches: ReadonlySet<number>, weight: Weight): number {
  let sum = 0;
  for (const sample of all) if (sample.frames.some((fn) => matches.has(fn))) sum += weightOf(sample, weight);
  return sum;
}

export interface FunctionRow {
  readonly function: number;
  readonly name: string;
  readonly file: string;
  flat: number;
  cum: number;
  count: number;
}

// The numbers of `go tool pprof -top`: each function counts once per stack, however often it calls itself.
export function functionTable({ names, files, all }: Samples, weight: Weight): FunctionRow[] {
  const rows: FunctionRow[] = names.map((name, i) => ({ function: i, name, file: files[i], flat: 0, cum: 0, count: 0 }));
  const lastSample = new Int32Array(rows.length).fill(-1);
  all.forEach((sample, number) => {
    const amount = weightOf(sample, weight);
    sample.frames.forEach((fn, i) => {
      if (i === 0) rows[fn].flat += amount;
      if (lastSample[fn] === number) return;
      lastSample[fn] = number;
      rows[fn].cum += amount;
      rows[fn].count += sample.count;
    });
  });
  return rows.filter((row) => row.count > 0);
}

export interface Neighbour {
  readonly function: number;
  readonly name: string;
  amount: number;
}

export interface Neighbours {
  readonly callers: Neighbour[]; // largest first
  readonly callees: Neighbour[];
  readonly flat: number;
  readonly cum: number;
}

// What `go tool pprof -peek` tells of a function: a call counts once per stack, and one to itself not at all.
export function neighbours({ names, all }: Samples, fn: number, weight: Weight): Neighbours {
  const callers = new Map<number, Neighbour>();
  const callees = new Map<number, Neighbour>();
  const add = (to: Map<number, Neighbour>, other: number, amount: number, seen: Set<number>) => {
    if (seen.has(other)) return;
    seen.add(other);
    let neighbour = to.get(other);
    if (!neighbour) to.set(other, (neighbour = { function: other, name: names[other], amount: 0 }));
    neighbour.amount += amount;
  };
  let [flat, cum] = [0, 0];
  for (const sample of all) {
    const { frames } = sample;
    if (!frames.includes(fn)) continue;
    const amount = weightOf(sample, weight);
    const [seenCallers, seenCallees] = [new Set<number>(), new Set<number>()];
    cum += amount;
    if (frames[0] === fn) flat += amount;
    for (let i = 0; i + 1 < frames.length; i++) {
      const [callee, caller] = [frames[i], frames[i + 1]];
      if (callee === caller) continue;
      if (callee === fn) add(callers, caller, amount, seenCallers);
      if (caller === fn) add(callees, callee, amount, seenCallees);
    }
  }
  const sorted = (map: Map<number, Neighbour>) => [...map.values()].sort((a, b) => b.amount - a.amount);
  return { callers: sorted(callers), callees: sorted(callees), flat, cum };
}
