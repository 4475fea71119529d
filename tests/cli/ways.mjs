// The ways to print something of a trace; and what every failure looks like.
import { check } from "../tally.mjs";

export const trace = "examples/daisy.trace";

export const printing = [
  ["-d=parsed"],
  ["-d=wire"],
  ["-d=footprint"],
  ["-pprof=sync"],
  ["info"],
  ["info", "--json"],
  ["goroutines"],
  ["goroutines", "--json"],
  ["goroutines", "--group=main.main"],
  ["tasks"],
  ["tasks", "--json"],
  ["regions"],
  ["regions", "--json"],
  ["mmu", "--window=10us"],
  ["mmu", "--plot", "--percentiles"],
  ["mmu", "--json"],
  ["profile", "sync"],
  ["profile", "wall", "--tree", "--json"],
  ["profile", "sched", "--json", "--sample=count"],
];

// One clear line on standard error, exit status 1.
export function failedInOneLine({ status, signal, out, said }, pattern) {
  check(status === 1, `ended with ${signal ?? status}, not 1; it said ${JSON.stringify(said)}`);
  check(/^kymo: [^\n]+\n$/.test(said), `not one line: ${JSON.stringify(said)}`);
  check(pattern.test(said), `${JSON.stringify(said)} does not match ${pattern}`);
  check(out === null || out.length === 0, `${out?.length} bytes on standard output`);
}

// What is wrong, and the usage, on standard error; exit status 2.
export function misused({ status, signal, out, said }, pattern) {
  check(status === 2, `ended with ${signal ?? status}, not 2`);
  check(/^kymo: [^\n]+\nusage: kymo /.test(said), `no reason and usage: ${JSON.stringify(said.slice(0, 200))}`);
  check(pattern.test(said.split("\n")[0]), `${JSON.stringify(said.split("\n")[0])} does not match ${pattern}`);
  check(out.length === 0, `${out.length} bytes on standard output`);
}
