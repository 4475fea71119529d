// The one table of states: every lane, bar and legend takes its looks from here.

export interface StateStyle {
  readonly label: string;
  readonly light: string;
  readonly dark: string;
  readonly height: number; // share of the lane that it fills, from the bottom
  readonly hatch?: boolean;
  readonly rare?: boolean; // must be seen however short: a faint ground in full height where it covers a part of a pixel
}

export const enum State {
  Idle = 0,
  Running = 1,
  Runnable = 2,
  WaitSync = 3,
  WaitChannel = 4,
  WaitNetwork = 5,
  WaitSleep = 6,
  WaitGC = 7,
  Syscall = 8,
  Assist = 9,
  StopTheWorld = 10,
  Region = 11,
  Task = 12,
  Unknown = 13,
  GCMark = 14,
  Scheduler = 15,
  WaitOther = 16,
  Sweep = 17,
  Sample = 18,
  Log = 19,
  Call = 20,
}

// Indexed by the state's number on the wire.
export const STATES: readonly StateStyle[] = [
  { label: "idle", light: "#d5dae0", dark: "#3a424b", height: 0 },
  { label: "running", light: "#2f9e5f", dark: "#4fc483", height: 1 },
  { label: "runnable", light: "#bf7d00", dark: "#f4c152", height: 0.75, hatch: true },
  { label: "waiting (sync)", light: "#c2344d", dark: "#e8657a", height: 0.33 },
  { label: "waiting (channel)", light: "#d9658f", dark: "#f095b5", height: 0.33 },
  { label: "waiting (network)", light: "#a4633a", dark: "#d39a72", height: 0.33 },
  { label: "waiting (sleep)", light: "#818c97", dark: "#76808b", height: 0.33 },
  { label: "waiting (GC)", light: "#3f7f95", dark: "#6fb3ca", height: 0.33 },
  { label: "syscall", light: "#2f6fde", dark: "#6fa0ff", height: 0.75 },
  { label: "mark assist", light: "#2f93cf", dark: "#7cc8f4", height: 1 },
  { label: "stop the world", light: "#d7263d", dark: "#ff5a6e", height: 1, rare: true },
  { label: "region", light: "#7b4fc9", dark: "#a986ea", height: 1 },
  { label: "task", light: "#5a35a8", dark: "#8d6bd6", height: 0.75 },
  { label: "unknown", light: "#858e98", dark: "#7d8690", height: 0.5, hatch: true },
  { label: "GC concurrent mark", light: "#3f7f95", dark: "#6fb3ca", height: 1, rare: true },
  { label: "in the scheduler", light: "#818c97", dark: "#76808b", height: 0.2 },
  { label: "waiting (other)", light: "#7d6485", dark: "#b597bb", height: 0.33 },
  { label: "sweep", light: "#2f93cf", dark: "#7cc8f4", height: 0.5 },
  { label: "CPU sample", light: "#1a2126", dark: "#e7ebee", height: 1 },
  { label: "log", light: "#5a35a8", dark: "#8d6bd6", height: 1 },
  { label: "call", light: "#5e85a6", dark: "#7896ae", height: 1 },
];

// Tints of running, one for each start function: all at least 3:1 against the ground.
export const RUNNING_TINTS = {
  light: ["#2f9e5f", "#517c32", "#169b7d", "#1c8153", "#67984f", "#008164", "#5b9d5d", "#3b7f43"],
  dark: ["#4fc483", "#73a253", "#4ec9a7", "#44a774", "#95ca7b", "#20a888", "#8fd691", "#5da563"],
};

export function stateStyle(state: number): StateStyle {
  return STATES[state] ?? STATES[State.Unknown];
}

// A colour for style properties that follows the theme by itself.
export function stateCss(state: number): string {
  const style = stateStyle(state);
  return `light-dark(${style.light}, ${style.dark})`;
}

// A statistic as it is shown. Traces do not tell of each wait what it is for, those up to Go 1.21 of many not.
export function statisticTitle(name: string): string {
  return name === "Block time ()" ? "Block time (no reason given)" : name;
}

// Which state a statistic such as "Block time (chan receive)" adds up.
export function stateOfStatistic(name: string): number {
  const text = name.toLowerCase();
  if (text.includes("execution") && !text.includes("syscall")) return State.Running;
  if (text.includes("sched")) return State.Runnable;
  if (text.includes("syscall")) return State.Syscall;
  if (text.includes("unknown")) return State.Unknown;
  if (text.includes("network")) return State.WaitNetwork;
  if (text.includes("chan") || text.includes("select")) return State.WaitChannel;
  if (text.includes("sync") || text.includes("mutex") || text.includes("cond")) return State.WaitSync;
  if (text.includes("sleep") || text.includes("timer")) return State.WaitSleep;
  if (text.includes("gc") || text.includes("sweep")) return State.WaitGC;
  return State.WaitOther;
}
