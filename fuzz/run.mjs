// Runs the fuzz targets one after the other, under ASan and UBSan: node fuzz/run.mjs SECONDS [TARGET...]
// With clang and its libFuzzer where they are there, else with the plain driver's mutations. Seeds are the kept inputs, and what earlier
// campaigns found to reach further (build-fuzz/corpus). Ends with a table; the exit status is 1 if there is a finding, whose input is
// kept in build-fuzz/findings.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "../tests/tally.mjs";

const work = "build-fuzz";
const environment = {
  ASAN_OPTIONS: "detect_leaks=1:allocator_may_return_null=1",
  UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1",
};
const GRACE_SECONDS = 60; // for the seeds, and the last input
const MOST_BYTES = 16384;
const MOST_MEBIBYTES = 2048;
const MOST_INPUT_SECONDS = 30;

function fail(message) {
  console.error(message);
  process.exit(2);
}

function must(program, args, env) {
  const { status, out, said } = run(program, args, { env, timeout: 900_000 });
  if (status !== 0) fail(`${program} ${args.join(" ")}: ended with ${status}\n${out}${said}`);
  return String(out);
}

// ---- building -------------------------------------------------------------------------------------------------------------

function hasLibFuzzer() {
  const folder = mkdtempSync(join(tmpdir(), "kymo-fuzz-"));
  const source = join(folder, "empty.c");
  writeFileSync(source, "int LLVMFuzzerTestOneInput(const char *data, unsigned long size);\nint LLVMFuzzerTestOneInput(const char *data, unsigned long size) { return !data && size; }\n");
  try {
    return run("clang", ["-fsanitize=fuzzer,address,undefined", source, "-o", join(folder, "empty")]).status === 0;
  } catch {
    return false; // there is no clang
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Returns the folder of the build, and the names of all targets.
function setUp(libFuzzer) {
  const build = join(work, libFuzzer ? "libfuzzer" : "plain");
  const options = ["-Db_sanitize=address,undefined", "-Db_lto=false", "-Db_lundef=false", "-Dbuildtype=debugoptimized", `-Dfuzz=${libFuzzer}`];
  if (!existsSync(join(root, build, "build.ninja"))) must("meson", ["setup", build, ...options], libFuzzer ? { CC: "clang" } : {});
  const tests = JSON.parse(must("meson", ["introspect", build, "--tests"]));
  const names = tests.filter(({ suite }) => suite.some((one) => one.endsWith(":fuzz"))).map(({ name }) => name);
  return { build, targets: names.filter((name) => !name.includes(" ")) };
}

// ---- running --------------------------------------------------------------------------------------------------------------

// The program and its arguments; both write the inputs that fail into the folder of findings.
function commandOf(target, seconds, { build, libFuzzer, findings }) {
  const kept = join("fuzz/corpus", target);
  if (!libFuzzer) return [join(build, "fuzz", target), "--mutate", String(Date.now()), "0", "--seconds", String(seconds), "--keep", findings, kept];
  const corpus = join(work, "corpus", target);
  mkdirSync(join(root, corpus), { recursive: true });
  return [
    join(build, "fuzz", `${target}_libfuzzer`),
    `-max_total_time=${seconds}`,
    `-artifact_prefix=${findings}/`,
    "-print_final_stats=1",
    "-entropic=0", // inputs of the readers have so many features that weighing them takes half of the time
    `-max_len=${MOST_BYTES}`,
    `-rss_limit_mb=${MOST_MEBIBYTES}`,
    `-timeout=${MOST_INPUT_SECONDS}`,
    corpus,
    kept,
  ];
}

function execute([program, ...args], seconds) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env: { ...process.env, TZ: "UTC", ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), (seconds + GRACE_SECONDS) * 1000);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      resolve({ status, said: signal ? `${said}ended with ${signal}\n` : said });
    });
    child.on("error", (error) => resolve({ status: -1, said: error.message }));
  });
}

const lastOf = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]).pop();

async function campaign(target, seconds, how) {
  const findings = join(work, "findings", target);
  mkdirSync(join(root, findings), { recursive: true });
  const before = new Set(readdirSync(join(root, findings)));
  const begun = Date.now();
  const { status, said } = await execute(commandOf(target, seconds, { ...how, findings }), seconds);
  const took = (Date.now() - begun) / 1000;
  const runs = Number(lastOf(said, /^stat::number_of_executed_units: (\d+)/gm) ?? lastOf(said, /^#(\d+)\s/gm) ?? lastOf(said, /^(\d+) runs in/gm) ?? NaN);
  const found = readdirSync(join(root, findings)).filter((name) => !before.has(name) && !name.endsWith(".log"));
  if (status !== 0 || found.length > 0) tell(target, findings, found, said);
  return { target, runs, rate: runs / took, edges: lastOf(said, / cov: (\d+)/g) ?? "-", findings: Math.max(found.length, status === 0 ? 0 : 1) };
}

// Says what was found, and keeps all of what the target said.
function tell(target, findings, found, said) {
  const log = join(findings, `${found[0] ?? "last"}.log`);
  writeFileSync(join(root, log), said);
  const why = said.match(/^.*(does not hold|runtime error|ERROR: AddressSanitizer|ERROR: LeakSanitizer|ERROR: libFuzzer|ended with).*$/gm) ?? [];
  console.log(`${target}: ${why[0] ?? "failed"}`);
  for (const name of found) console.log(`  input: ${join(findings, name)}`);
  console.log(`  log: ${log}`);
}

function print(results) {
  const rows = [["target", "executions", "a second", "edges", "findings"]];
  for (const { target, runs, rate, edges, findings } of results)
    rows.push([target, Number.isNaN(runs) ? "-" : String(runs), Number.isNaN(runs) ? "-" : rate.toFixed(0), edges, String(findings)]);
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  for (const row of rows) console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "));
}

const seconds = Number(process.argv[2]);
const asked = process.argv.slice(3);
if (!Number.isInteger(seconds) || seconds < 1) fail("usage: node fuzz/run.mjs SECONDS [TARGET...]");
const libFuzzer = hasLibFuzzer();
const { build, targets } = setUp(libFuzzer);
const unknown = asked.filter((name) => !targets.includes(name));
if (unknown.length > 0) fail(`There is no target ${unknown.join(", ")}; there are ${targets.join(", ")}.`);
const chosen = asked.length > 0 ? asked : targets;
console.log(libFuzzer ? `building ${build}, with libFuzzer` : `building ${build}; clang's libFuzzer is not there: the plain driver mutates`);
must("ninja", ["-C", build, ...chosen.map((target) => join("fuzz", libFuzzer ? `${target}_libfuzzer` : target))]);
const results = [];
for (const target of chosen) {
  console.log(`${target}: ${seconds} s`);
  results.push(await campaign(target, seconds, { build, libFuzzer }));
}
print(results);
process.exitCode = results.some(({ findings }) => findings > 0) ? 1 : 0;
