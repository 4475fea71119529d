// Generated traces of every shape: node tests/shapes.mjs BUILD
// That they hold what was asked for, are read without a loss, and take no more memory than their events may.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EVENT_BYTES, memoryPerEvent, Programs } from "../bench/kymo.mjs";
import { check, run, Tally } from "./tally.mjs";

const EVENTS = 100_000;
const MANY_EVENTS = 1_000_000;
const shapes = ["service", "one-goroutine", "many-goroutines", "one-generation", "many-procs", "deep-stacks", "tasks", "hostile"];

const programs = new Programs(process.argv[2] ?? "build");
const folder = mkdtempSync(join(tmpdir(), "kymo-shapes-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const tally = new Tally();
const trace = join(folder, "one.trace");
const other = join(folder, "other.trace");

function equal(got, wanted, what) {
  check(got === wanted, `${what}: ${got}, not ${wanted}`);
}

// Standard output, unless only the end matters.
function kymo(words, stdout = "pipe") {
  const { status, out, said } = run(programs.kymo, words, { stdio: ["ignore", stdout, "pipe"] });
  check(status === 0 && said === "", `kymo ${words.join(" ")}: ended with ${status}; it said ${JSON.stringify(said.slice(0, 300))}`);
  return String(out);
}

// How often each event is in what -d=wire prints, whose lines begin with an event's name or, for what belongs to one, a tab.
function typesOf(dump) {
  const types = {};
  for (const [, type] of dump.matchAll(/^(\w+)/gm)) types[type] = (types[type] ?? 0) + 1;
  return types;
}

for (const shape of shapes) {
  await tally.test(`${shape}: holds what was asked for`, () => {
    const written = programs.generate(trace, "--shape", shape, "--events", EVENTS, "--generations", 3);
    const info = JSON.parse(kymo(["info", "--json", trace]));
    equal(info.losses.length, 0, "losses");
    // Regions and messages outside of all tasks belong to one more task, the background.
    check([written.tasks, written.tasks + 1].includes(info.tasks), `tasks: ${info.tasks}, not ${written.tasks}`);
    for (const [name, count] of Object.entries(written)) if (name !== "types" && name !== "tasks") equal(info[name], count, name);
    equal(info.generations, 3, "generations");
    check(info.events >= EVENTS && info.events < EVENTS * 1.7, `${info.events} events`); // each generation tells what is alive
    kymo(["-d=parsed", trace], "ignore"); // as strict as the official tool
    const types = typesOf(kymo(["-d=wire", trace]));
    for (const [type, count] of Object.entries(written.types)) equal(types[type], count, type);
  });
  await tally.test(`${shape}: depends on nothing but the seed`, () => {
    const same = () => readFileSync(trace).equals(readFileSync(other));
    programs.generate(trace, "--shape", shape, "--events", EVENTS, "--seed", 7);
    programs.generate(other, "--shape", shape, "--events", EVENTS, "--seed", 7);
    check(same(), "the same seed gave another trace");
    programs.generate(other, "--shape", shape, "--events", EVENTS, "--seed", 8);
    check(!same(), "another seed gave the same trace");
  });
  await tally.test(`${shape}: opens within ${EVENT_BYTES} bytes an event`, async () => {
    const written = programs.generate(trace, "--shape", shape, "--events", MANY_EVENTS);
    const server = await programs.serve(trace);
    await server.whole();
    await server.wholeView();
    const bytes = memoryPerEvent(await server.stop(), written);
    check(bytes <= EVENT_BYTES, `${bytes.toFixed(1)} bytes`);
  });
}

await tally.test("numbers are what was asked for", () => {
  const asked = { goroutines: 1234, procs: 5, generations: 4, tasks: 77 };
  const options = Object.entries(asked).flatMap(([name, count]) => [`--${name}`, count]);
  programs.generate(trace, "--events", "60k", "--depth", 3, "--stacks", 50, ...options);
  const info = JSON.parse(kymo(["info", "--json", trace]));
  for (const [name, count] of Object.entries(asked)) check(info[name] === count || (name === "tasks" && info[name] === count + 1), `${name}: ${info[name]}`);
  const stacks = kymo(["-d=wire", trace]).match(/^Stack id=\d+ nframes=\d+/gm);
  check(stacks.every((line) => / nframes=[13]$/.test(line)), "a stack has neither three frames nor one");
});

await tally.test("a trace as large as was asked for", () => {
  const { size } = programs.generate(trace, "--shape", "one-generation", "--bytes", "10M");
  check(size > 10e6 && size < 10.8e6, `${size} bytes`);
  equal(JSON.parse(kymo(["info", "--json", trace])).generations, 1, "generations");
});

await tally.test("a trace on standard output is the same", () => {
  programs.generate(trace, "--events", EVENTS);
  const { status, out } = run(programs.gen, ["--events", String(EVENTS), "-o", "-"]);
  equal(status, 0, "status");
  check(out.equals(readFileSync(trace)), "it differs");
});

await tally.test("wrong use", () => {
  const uses = [[], ["-o", trace, "--shape", "round"], ["-o", trace, "--events", "-1"], ["-o", trace, "--procs", "0"], ["-o", trace, "--depth", "129"], ["-o", trace, "--none"], ["-o", trace, "more"]];
  for (const words of uses) {
    const { status, out, said } = run(programs.gen, words);
    check(status === 2 && out.length === 0 && /^gen: .+\nusage: gen /.test(said), `${words.join(" ")}: ${status}, ${said}`);
  }
  const { status, said } = run(programs.gen, ["--events", "1000", "-o", resolve(folder, "none/trace")]);
  check(status === 1 && /^gen: .+No such file or directory\n$/.test(said), `${status}, ${said}`);
});

// What kymo export keeps is what is open: of ten times the trace, with as many goroutines at once and as many stacks, it takes no more than
// reading the trace does.
const STREAMED_EVENTS = 300_000;
const EXPORT_BYTES = 3 << 20; // beside reading, at any size; a span of OpenTelemetry keeps its logs
const streamed = [1, 10].map((times) => {
  const file = join(folder, `streamed-${times}.trace`);
  const options = { events: STREAMED_EVENTS * times, living: 300, stacks: 500, procs: 8, generations: 5 * times };
  programs.generate(file, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]));
  return { file, reading: programs.command([programs.kymo, "events", "--count", file]).peak };
});
for (const format of ["chrome", "chrome --view=goroutine", "perfetto", "csv", "csv --table=states", "jsonl", "otlp", "folded"]) {
  await tally.test(`export --format=${format}: memory does not grow with the trace`, () => {
    for (const { file, reading } of streamed) {
      const { peak } = programs.command([programs.kymo, "export", ...`--format=${format}`.split(" "), file]);
      check(peak < reading + EXPORT_BYTES, `${peak} bytes, where reading takes ${reading}`);
    }
  });
}

tally.close();
