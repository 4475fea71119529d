// What the lists' tests share: running a command of them, and reading its JSON and its tables.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { check, root, run, Skip } from "../tally.mjs";
import { failedInOneLine } from "./ways.mjs";

// A command on a trace, as functions of further arguments.
export function lister(kymo, command, trace) {
  const text = (...args) => {
    const { status, out, said } = run(kymo, [command, ...args, trace]);
    check(status === 0 && said === "", `${args.join(" ")}: ended with ${status}: ${said}`);
    return String(out);
  };
  return { text, json: (...args) => JSON.parse(text("--json", ...args)), fails: (pattern, ...args) => failedInOneLine(run(kymo, [command, ...args, trace]), pattern) };
}

export const lines = (text) => text.trimEnd().split("\n");

export function same(found, wanted, what = "they") {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  check(a === b, `${what} differ at ${at}: ${a.slice(Math.max(0, at - 40), at + 60)} instead of ${b.slice(Math.max(0, at - 40), at + 60)}`);
}

// A trace of the corpus, where there is one.
export function ofCorpus(name) {
  const path = join(root, "../shared/corpus/traces", `${name}.trace`);
  if (!existsSync(path)) throw new Skip();
  return path;
}

// The rank that the percentiles have: the smallest value that so many do not exceed.
export const percentile = (sorted, percent) => sorted[Math.ceil((sorted.length * percent) / 100) - 1];

// Five buckets to each power of ten; the lower edge of a duration's own.
export const edgeOf = (ns) => {
  let bucket = 0;
  while (Math.trunc(Math.exp(((bucket + 1) * Math.log(10)) / 5)) <= ns) bucket++;
  return bucket === 0 ? 0 : Math.trunc(Math.exp((bucket * Math.log(10)) / 5));
};

// Whether the figures of a type are those of its durations.
export function figuresAre(type, durations) {
  const sorted = [...durations].sort((a, b) => a - b);
  const [p50, p90, p99, max] = [50, 90, 99, 100].map((percent) => percentile(sorted, percent));
  same([type.p50_ns, type.p90_ns, type.p99_ns, type.max_ns, type.total_ns], [p50, p90, p99, max, sorted.reduce((sum, ns) => sum + ns, 0)], "figures");
  const counts = new Map();
  for (const ns of sorted) counts.set(edgeOf(ns), (counts.get(edgeOf(ns)) ?? 0) + 1);
  same(type.histogram.filter(([, , count]) => count > 0).map(([from, , count]) => [from, count]), [...counts], "histograms");
}

// A histogram in the terminal, below the line of its name: [count, columns of the bar].
export function drawn(text, name) {
  const all = lines(text);
  const at = all.indexOf(name);
  check(at > 0 && /^ *From .*Count +Share$/.test(all[at + 1]), `no histogram of ${name}`);
  const rows = all.slice(at + 2, all.indexOf("", at) < 0 ? undefined : all.indexOf("", at));
  check(rows.every((row) => [...row].length <= 80), "it is wider than 80 columns");
  return rows.map((row) => [Number(/ (\d+) +[\d.]+%$/.exec(row)[1]), [...row].filter((c) => c >= "\u2588" && c <= "\u258f").length]);
}
