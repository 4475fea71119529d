// Golden tests: what kymo prints of the examples. Called by tests/golden/run; --update rewrites the golden files.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { pprofText } from "../pprof-text.mjs";
import { check, root, run, Tally } from "../tally.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const groups = { contention: "main.worker", cpuprof: "main.work", daisy: "main.pass", webload: "net/http.(*conn).serve", workerpool: "main.(*pool).run" };
const stories = { webload: 322, workerpool: 3 }; // tasks
const types = { webload: "processRequest", workerpool: "task" };
const long = { contention: ["parsed", "wire"], cpuprof: ["parsed", "wire", "pprof-wall"], webload: ["parsed", "wire", "goroutines.json", "tasks.json", "type"] }; // only their checksums are kept

const asItIs = (out) => out;
const outputs = [
  ...["parsed", "wire", "footprint"].map((mode) => ({ name: mode, ending: ".txt", args: [`-d=${mode}`], read: asItIs })),
  ...["net", "sync", "syscall", "sched", "offcpu", "cpu", "wall"].map((type) => ({ name: `pprof-${type}`, ending: ".txt", args: [`-pprof=${type}`], read: pprofText })),
  { name: "info.json", args: ["info", "--json"], read: asItIs },
  { name: "goroutines.json", args: ["goroutines", "--json"], read: asItIs },
  { name: "goroutines", ending: ".txt", args: ["goroutines"], read: asItIs },
  { name: "mmu.json", args: ["mmu", "--json"], read: asItIs },
  { name: "mmu", ending: ".txt", args: ["mmu", "--window=10ms"], read: asItIs },
  { name: "mmu-perproc", ending: ".txt", args: ["mmu", "--flags=perProc,stw,assist,sweep", "--window=1ms"], read: asItIs },
  { name: "mmu-plot", ending: ".txt", args: ["mmu", "--plot", "--percentiles"], read: asItIs },
  { name: "regions", ending: ".txt", args: ["regions"], read: asItIs },
  { name: "story", ending: ".txt", args: (trace) => ["tasks", `--id=${stories[trace]}`], read: asItIs },
  { name: "group", ending: ".txt", args: (trace) => ["goroutines", `--group=${groups[trace]}`], read: asItIs },
  { name: "events", ending: ".txt", args: ["events", "--from=30%", "--limit=60", "--stacks"], read: asItIs },
  { name: "events-count", ending: ".txt", args: ["events", "--count"], read: asItIs },
  { name: "tasks.json", args: ["tasks", "--json"], read: asItIs },
  { name: "tasks", ending: ".txt", args: ["tasks"], read: asItIs },
  { name: "type", ending: ".txt", args: (trace) => ["tasks", `--type=${types[trace]}`], read: asItIs },
  { name: "top", ending: ".txt", args: ["profile", "offcpu"], read: asItIs },
  { name: "tree", ending: ".txt", args: ["profile", "sync", "--tree"], read: asItIs },
  { name: "folded", ending: ".txt", args: ["profile", "sched", "--folded"], read: asItIs },
  ...["chrome", "perfetto", "csv", "otlp", "folded"].map((format) => ({ name: `export-${format}`, args: ["export", `--format=${format}`], read: asItIs, digest: true })),
  { name: "export-states", args: ["export", "--format=csv", "--table=states"], read: asItIs, digest: true },
];

// The queries of docs/sql.md, each on the trace that has most to say to it.
const cookbook = [...readFileSync(join(root, "docs/sql.md"), "utf8").matchAll(/^### (\d+)\. .*\n\n```sql\n([^`]+)```$/gm)].map(([, number, sql]) => ({
  trace: number === "14" ? "cpuprof" : "webload",
  name: `sql-${number.padStart(2, "0")}`,
  sql,
}));

// Every golden test: the trace, the arguments, the file that holds what is wanted.
function* cases() {
  for (const file of readdirSync(join(root, "examples")).sort()) {
    if (!file.endsWith(".trace")) continue;
    const trace = file.slice(0, -".trace".length);
    for (const output of outputs) {
      if ((output.name === "group" && !groups[trace]) || (output.name === "type" && !types[trace]) || (output.name === "story" && !stories[trace])) continue;
      const digest = (output.digest && (trace !== "daisy" || output.name === "export-perfetto")) || (long[trace]?.includes(output.name) ?? false);
      const args = typeof output.args === "function" ? output.args(trace) : output.args;
      const golden = join(trace, output.name + (digest ? ".sha256" : (output.ending ?? "")));
      yield { name: `${trace} ${args.join(" ")}`, args: [...args, `examples/${file}`], golden, digest, read: output.read };
    }
  }
}

function* queries() {
  for (const { trace, name, sql } of cookbook)
    yield { name: `${trace} ${name} of docs/sql.md`, args: ["query", `examples/${trace}.trace`, sql], golden: join(trace, `${name}.txt`), digest: false, read: asItIs, rows: true };
}

function outputOf(kymo, { args, digest, read }) {
  const { status, signal, out, said } = run(kymo, args);
  check(status === 0, `ended with ${signal ?? status}: ${said.trim()}`);
  check(said === "", `said ${said.trim()}`);
  return digest ? createHash("sha256").update(out).digest("hex") + "\n" : String(read(out));
}

function compare(found, wanted, golden) {
  if (found === wanted) return;
  const [a, b] = [found.split("\n"), wanted.split("\n")];
  const line = a.findIndex((text, i) => text !== b[i]);
  const at = line < 0 ? a.length : line;
  let column = 0;
  while (a[at]?.[column] !== undefined && a[at][column] === b[at]?.[column]) column++;
  const brief = (text) => (text === undefined ? "the end" : JSON.stringify(text.slice(Math.max(0, column - 60), column + 60)));
  throw new Error(`${golden}:${at + 1}: ${brief(a[at])}, wanted ${brief(b[at])}`);
}

// Golden files that no test asks for any more.
function strays(wanted) {
  const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) => readdirSync(join(here, name)).map((file) => join(name, file))).filter((path) => !wanted.has(path));
}

const args = process.argv.slice(2);
const update = args[0] === "--update";
if (update) args.shift();
if (args.length > 1 || args[0]?.startsWith("-")) {
  console.error("usage: tests/golden/run [--update] [KYMO]");
  process.exit(2);
}
const kymo = resolve(args[0] ?? join(root, "build/kymo"));
const tally = new Tally();
const all = [...cases(), ...queries()];
const unwanted = strays(new Set(all.map(({ golden }) => golden)));

await tally.test("docs/sql.md has twenty queries", () => check(cookbook.length === 20, `${cookbook.length}`));
for (const item of all) {
  await tally.test(item.name, () => {
    const path = join(here, item.golden);
    const found = outputOf(kymo, item);
    if (item.rows) check(found.split("\n").length > 2, "it gives no rows");
    if (update) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, found);
    } else {
      check(existsSync(path), `there is no ${item.golden}: tests/golden/run --update`);
      compare(found, readFileSync(path, "utf8"), item.golden);
    }
  });
}
if (update) unwanted.forEach((path) => rmSync(join(here, path)));
else await tally.test("every golden file has its test", () => check(unwanted.length === 0, unwanted.join(", ")));
tally.close();
