// Measures kymo against its budgets, which are times of md5sum of the same file in the same run. Called by bench/run.
// Medians of interleaved rounds after a warm-up, and the highest peak of resident memory. Nothing but figures is kept.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EVENT_BYTES, fail, median, memoryPerEvent, MIB, print, Programs } from "./kymo.mjs";
import { measureViews, printViews, VIEW_BUDGET_MS } from "./views.mjs";

const words = process.argv.slice(2);
const ROUNDS = Number(/ --rounds=(\d+)/.exec(` ${words.join(" ")}`)?.[1] ?? 5);
const [build, asked] = words.filter((word) => !word.startsWith("--"));

const root = fileURLToPath(new URL("..", import.meta.url));
const TENFOLD = 10.5; // times the time, for ten times the trace
const SMALL_EVENTS = 1e6;
const LARGE_BYTES = 1e9; // of the trace that --shapes adds to the one that was asked for
const SHAPES = ["service", "one-goroutine", "many-goroutines", "one-generation", "many-procs", "deep-stacks", "tasks"];
const wanted = /^--shapes(?:=(.*))?$/;
const chosen = words.map((word) => wanted.exec(word)).find(Boolean);
const shapes = chosen ? (chosen[1]?.split(",") ?? SHAPES) : SHAPES.slice(0, 1);


// What is measured: { seconds or other times, peak }.
const measurements = {
  md5sum: (programs, trace) => programs.command(["md5sum", trace]),
  footprint: (programs, trace) => programs.command([programs.kymo, "-d=footprint", trace]),
  sync: (programs, trace) => programs.command([programs.kymo, "-pprof=sync", trace]),
  count: (programs, trace) => programs.command([programs.kymo, "query", trace, "SELECT count(*) FROM states"]),
  group: (programs, trace) => programs.command([programs.kymo, "query", trace, "SELECT state, count(*), sum(duration_ns) FROM states GROUP BY state"]),
  open,
};

// A row of the table: what it is called, which time of which measurement it is, the budgets (times md5sum; bytes of memory).
const rows = [
  { work: "md5sum", of: "md5sum" },
  { work: "-d=footprint", of: "footprint", ratio: 1 },
  { work: "-pprof=sync", of: "sync", ratio: 1.5, peak: (size) => Math.max(128 * MIB, size + 46 * MIB) }, // the mapped file is memory, too
  { work: "query: count all states", of: "count", ratio: 10 },
  { work: "query: sum them by state", of: "group", ratio: 10 },
  { work: "open to first tiles", of: "open", time: "first", ratio: 3, peak: (size) => 3 * size },
  { work: "open to the whole trace", of: "open", time: "whole", peak: (size) => 3 * size },
];

// Seconds from the start of the program until the first tiles of a view of the timeline are here, and until those of the whole trace are.
async function open(programs, trace) {
  const server = await programs.serve(trace);
  await server.wholeView();
  const first = server.seconds();
  await server.whole();
  await server.wholeView();
  const whole = server.seconds();
  return { first, whole, peak: await server.stop() };
}

// Takes turns with the measurements of a trace: by name, the median of each time and the highest peak.
async function rounds(programs, trace, names) {
  const readings = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const name of names) {
      const reading = await measurements[name](programs, trace);
      if (round > 0) readings[name].push(reading);
    }
  const sum = (list, key) => (key === "peak" ? Math.max : (...times) => median(times))(...list.map((reading) => reading[key]));
  const summary = (list) => Object.fromEntries(Object.keys(list[0]).map((key) => [key, sum(list, key)]));
  return Object.fromEntries(names.map((name) => [name, summary(readings[name])]));
}

async function againstMd5sum(programs, trace) {
  const size = statSync(trace).size;
  const results = await rounds(programs, trace, Object.keys(measurements));
  const table = [["work", "median s", "ratio", "budget", "peak MiB", "budget", ""]];
  for (const { work, of, time = "seconds", ratio, peak } of rows) {
    const seconds = results[of][time];
    const times = seconds / results.md5sum.seconds;
    const limit = peak?.(size);
    const over = times > ratio || results[of].peak > limit;
    const verdict = ratio || limit ? (over ? "over" : "ok") : "";
    table.push([work, seconds.toFixed(3), times.toFixed(2), ratio ?? "", (results[of].peak / MIB).toFixed(0), limit ? (limit / MIB).toFixed(0) : "", verdict]);
  }
  console.log(`${trace}: ${(size / MIB).toFixed(1)} MiB; ${cpus().length} x ${cpus()[0]?.model}; medians of ${ROUNDS}`);
  print(table);
  console.log();
}

async function views(programs, trace) {
  const server = await programs.serve(trace);
  const p95 = printViews(await measureViews(server));
  await server.stop();
  console.log(`budget for the 95th percentile: ${VIEW_BUDGET_MS} ms: ${p95 > VIEW_BUDGET_MS ? "over" : "ok"}\n`);
}

// ---- ten times the trace --------------------------------------------------------------------------------------------------

// Two sizes of some shapes, a factor of ten apart: the times of each, how much longer the larger one takes, and the memory of opening
// by event, less the mapped file and the program itself.
async function tenfold(programs, names) {
  const file = join(scratch(), "generated.trace");
  const table = [["shape", "events", "MiB", "-pprof=sync s", "", "first tiles s", "", "whole trace s", "", "budget", "B/event", "budget", ""]];
  for (const shape of names) {
    let small;
    for (const events of [SMALL_EVENTS, 10 * SMALL_EVENTS]) {
      const counts = programs.generate(file, "--shape", shape, "--events", events);
      const { sync, open: opened } = await rounds(programs, file, ["sync", "open"]);
      const times = [sync.seconds, opened.first, opened.whole];
      const bytes = memoryPerEvent(opened.peak, counts);
      // As if it were exactly ten times as many events: some shapes hold a few more than they were asked for.
      const grown = small && times.map((time, i) => (time / small.times[i]) * ((10 * small.events) / counts.events));
      const over = bytes > EVENT_BYTES || grown?.some((factor) => factor > TENFOLD);
      table.push([
        ...[shape, counts.events, (counts.size / MIB).toFixed(1)],
        ...times.flatMap((time, i) => [time.toFixed(3), grown ? `x ${grown[i].toFixed(1)}` : ""]),
        ...[grown ? `x ${TENFOLD}` : "", bytes.toFixed(1), EVENT_BYTES, over ? "over" : "ok"],
      ]);
      small ??= { times, events: counts.events };
    }
  }
  console.log(`ten times the trace; medians of ${ROUNDS}`);
  print(table);
}

// ---- traces ---------------------------------------------------------------------------------------------------------------

// A folder that goes when this program ends.
function scratch() {
  const folder = mkdtempSync(join(tmpdir(), "kymo-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  return folder;
}

// The trace that was asked for, or the large one if it is at hand, unpacked, or an example.
function chooseTrace(asked) {
  if (asked) return resolve(asked);
  const folder = join(root, "../shared/corpus/big");
  const packed = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith(".trace.zst")) : undefined;
  if (!packed) {
    console.log("This is a small trace: starting the program takes most of the time, so that the ratios mean little.");
    return join(root, "examples/webload.trace");
  }
  const trace = join(scratch(), packed.slice(0, -".zst".length));
  if (spawnSync("zstd", ["-dq", join(folder, packed), "-o", trace], { stdio: "inherit" }).status !== 0) fail("zstd failed");
  return trace;
}

async function main() {
  if (!build) fail("usage: bench/run BUILD [--shapes[=NAME,…]] [--rounds=N] [TRACE]");
  const programs = new Programs(build);
  const trace = chooseTrace(asked ?? process.env.TRACE);
  await againstMd5sum(programs, trace);
  await views(programs, trace);
  if (chosen && !chosen[1]) {
    const large = join(scratch(), "large.trace");
    programs.generate(large, "--bytes", LARGE_BYTES);
    await againstMd5sum(programs, large);
    await views(programs, large);
  }
  await tenfold(programs, shapes);
}

main().catch((error) => fail(error.message));
