// Runs the tests by groups. Called by tests/run.
// A group is a list of steps; a step runs a program that prints "FAIL NAME: why" for what failed and closes with "N passed, N failed".
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { damagedTrace } from "./damaged.mjs";
import { hostileTrace } from "./hostile.mjs";
import { root, run } from "./tally.mjs";

const build = "build";
const asan = "build-asan";
const tsan = "build-tsan";
const corpus = "../shared/tools/check-corpus";
const sanitized = {
  ASAN_OPTIONS: "detect_leaks=1:allocator_may_return_null=1:exitcode=99",
  LSAN_OPTIONS: `suppressions=${join(root, "tests/leaks-of-others.txt")}:print_suppressions=0`,
  UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1:exitcode=99",
  TSAN_OPTIONS: "halt_on_error=1:exitcode=99",
};
const scratch = mkdtempSync(join(tmpdir(), "kymo-tests-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const groups = {
  includes: () => [["tests/includes.sh", build]],
  unit: () => [make(build), ["node", "tests/programs.mjs", build, "unit"]],
  golden: () => [make(build), ["tests/golden/run", `${build}/kymo`]],
  cli: () => [make(build), ["tests/cli/run", `${build}/kymo`]],
  man: () => [make(build), ["node", "tests/man.mjs", `${build}/kymo`]],
  shapes: () => [make(build), makeMore(build, "gen", "measure"), ["node", "tests/shapes.mjs", build]],
  threads: () => [make(build), makeMore(build, "gen"), ["node", "tests/threads.mjs", build]],
  web: () => {
    const traces = ["examples/webload.trace", hostileTrace(scratch), damagedTrace(scratch)];
    return [make(build), makeMore(build, "gen"), ["node", "tests/web/run.mjs", `${build}/kymo`, ...traces]];
  },
  sanitizers: () => [
    make(asan),
    ["node", "tests/programs.mjs", asan, "unit"],
    ["node", "tests/programs.mjs", asan, "fuzz"],
    ["tests/golden/run", `${asan}/kymo`],
    ["tests/cli/run", `${asan}/kymo`],
    make(tsan),
    ["node", "tests/programs.mjs", tsan, "threads"],
  ],
  // What the official tool says of other traces, where that is at hand.
  corpus: () => {
    if (!existsSync(join(root, corpus))) return [];
    const against = (kymo, ...args) => [corpus, "--kymo", kymo, ...args];
    return [
      make(build),
      make(asan),
      against(`${build}/kymo`),
      against(`${build}/kymo`, "--corpus", join(root, "../shared/corpus/old"), "--only", "pprof"),
      against(`${asan}/kymo`, "--only", "damaged"),
      ["node", "tests/flows.mjs", `${build}/kymo`, "../shared/corpus"],
      ["node", "tests/tracks.mjs", `${build}/kymo`, "../shared/corpus"],
      ["node", "tests/tops.mjs", `${build}/kymo`, "../shared/corpus", "../shared/corpus/old"],
      ["node", "tests/timeline.mjs", `${build}/kymo`, "../shared/corpus"],
      makeMore(build, "gen"),
      ["node", "tests/threads.mjs", build, "../shared/corpus/traces", "../shared/corpus/damaged"],
    ];
  },
};

// ---- building -------------------------------------------------------------------------------------------------------------

const settings = {
  [build]: [],
  [asan]: ["-Db_sanitize=address,undefined", "-Db_lto=false", "-Dbuildtype=debugoptimized"],
  [tsan]: ["-Db_sanitize=thread", "-Db_lto=false", "-Dbuildtype=debugoptimized"],
};
const targets = { [tsan]: ["tests/unit/test_threads", "tests/unit/test_turns", "tests/unit/test_web_query", "tests/unit/test_web_reading"] }; // all, where none are named
const made = new Map();

function must(program, args) {
  const { status, signal, out, said } = run(program, args, { timeout: 900_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ended with ${signal ?? status}\n${out}${said}`);
  return String(out);
}

// A build folder is made once a run, before the first step that needs it.
function make(folder) {
  return () => {
    if (!made.has(folder)) made.set(folder, makeNow(folder));
    return made.get(folder);
  };
}

function makeMore(folder, ...names) {
  return () => must("ninja", ["-C", folder, ...names]);
}

function makeNow(folder) {
  if (!existsSync(join(root, folder, "build.ninja"))) must("meson", ["setup", folder, ...settings[folder]]);
  // A library for tests that was installed since is seen only by configuring anew.
  const programs = JSON.parse(must("meson", ["introspect", folder, "--tests"]));
  if (!programs.some(({ suite }) => suite.some((name) => name.includes("unit")))) must("meson", ["setup", "--reconfigure", folder]);
  must("ninja", ["-C", folder, ...(targets[folder] ?? [])]);
}

// ---- running --------------------------------------------------------------------------------------------------------------

// Runs a step; prints what failed, and returns its counts.
function step([program, ...args], env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env: { ...process.env, TZ: "UTC", ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text += data));
    child.on("error", (error) => (text += error.message));
    child.on("close", (status, signal) => {
      const lines = text.trimEnd().split("\n");
      const counts = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(lines[lines.length - 1]);
      lines.filter((line) => /^(FAIL|alone,)/.test(line)).forEach((line) => console.log(line));
      if (counts && (status === 0) === (counts[2] === "0")) {
        resolve({ passed: Number(counts[1]), failed: Number(counts[2]), skipped: Number(counts[3] ?? 0) });
      } else {
        console.log(`FAIL ${[program, ...args].join(" ")}: ended with ${signal ?? status}\n${lines.slice(-20).join("\n")}`);
        resolve({ passed: Number(counts?.[1] ?? 0), failed: Number(counts?.[2] ?? 0) + 1, skipped: 0 });
      }
    });
  });
}

async function runGroup(name) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const begun = Date.now();
  const steps = groups[name]();
  if (steps.length === 0) return total;
  try {
    for (const one of steps) {
      if (typeof one === "function") {
        one();
        continue;
      }
      const counts = await step(one, one.some((word) => String(word).startsWith(asan) || word === tsan) ? sanitized : {});
      for (const key of Object.keys(total)) total[key] += counts[key];
    }
  } catch (error) {
    console.log(`FAIL ${error.message}`);
    total.failed++;
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`${name.padEnd(12)} ${total.passed} passed, ${total.failed} failed${skipped} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  return total;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !groups[name]);
if (unknown.length > 0) {
  console.error(`usage: tests/run [GROUP...]\nThere is no group ${unknown.join(", ")}; there are ${Object.keys(groups).join(", ")}.`);
  process.exit(2);
}
let passed = 0;
let failed = 0;
for (const name of asked.length > 0 ? asked : Object.keys(groups)) {
  const counts = await runGroup(name);
  passed += counts.passed;
  failed += counts.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
