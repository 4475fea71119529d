// kymo export: every format, what they say of the same trace, and where they are written to.
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { spansOf } from "../otlp.mjs";
import { perfetto } from "../perfetto.mjs";
import { readMessage } from "../protobuf.mjs";
import { check, root, run, Skip } from "../tally.mjs";
import { failedInOneLine, misused } from "./ways.mjs";

const trace = "examples/webload.trace";
const small = "examples/workerpool.trace";

function exported(kymo, args, path = trace) {
  const { status, out, said } = run(kymo, ["export", ...args, path]);
  check(status === 0 && said === "", `ended with ${status}: ${said}`);
  return out;
}

function equal(found, wanted, what) {
  check(found === wanted, `${what}: ${found}, not ${wanted}`);
}

// Lists of what has the same key, by key.
function grouped(list, keyOf) {
  const groups = new Map();
  for (const one of list) {
    const key = keyOf(one);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return groups;
}

const count = (list, is) => list.reduce((sum, one) => sum + (is(one) ? 1 : 0), 0);

// ---- CSV and JSON lines -----------------------------------------------------------------------------------------------------

// As RFC 4180 has it. Rows as objects without what is empty.
export function readCsv(text) {
  const rows = [[]];
  const cells = /("(?:[^"]|"")*"|[^",\n]*)(,|\n)/gy;
  for (let found; cells.lastIndex < text.length; ) {
    const at = cells.lastIndex;
    found = cells.exec(text);
    if (!found) throw new Error(`no cell at ${at}: ${JSON.stringify(text.slice(at, at + 80))}`);
    rows.at(-1).push(found[1].startsWith('"') ? found[1].slice(1, -1).replaceAll('""', '"') : found[1]);
    if (found[2] === "\n") rows.push([]);
  }
  const [names, ...lines] = rows.slice(0, -1);
  return lines.map((line) => {
    equal(line.length, names.length, "cells");
    return Object.fromEntries(names.map((name, i) => [name, line[i]]).filter(([, cell]) => cell !== ""));
  });
}

const readLines = (text) => text.trimEnd().split("\n").map((line) => JSON.parse(line));
const asTexts = (row) => JSON.stringify(Object.entries(row).map(([name, value]) => [name, String(value)]));

async function tables({ kymo, tally }) {
  const rows = (format, table, ...filters) => {
    const text = String(exported(kymo, [`--format=${format}`, `--table=${table}`, ...filters]));
    return format === "csv" ? readCsv(text) : readLines(text);
  };
  const listed = JSON.parse(run(kymo, ["events", "--json", "--stacks", trace]).out);

  await tally.test("export --format=jsonl has the events of kymo events", () => {
    const own = rows("jsonl", "events");
    equal(own.length, listed.length, "events");
    own.forEach((row, i) => {
      const wanted = listed[i];
      const at = `event ${i}`;
      for (const name of ["time_ns", "kind", "goroutine", "proc", "thread", "from", "to", "of_goroutine", "of_proc", "name", "task", "message"]) equal(row[name], wanted[name], `${name} of ${at}`);
      const stack = (wanted.stack ?? []).map((frame) => frame.replace(/ \S+:\d+$/, "").replaceAll(";", ":"));
      if (wanted.stack) equal(row.stack ?? "", stack.toReversed().join(";"), `stack of ${at}`);
      if (wanted.stack) equal(row.function, stack[0], `function of ${at}`);
    });
  });
  for (const table of ["events", "states"]) {
    await tally.test(`export --table=${table}: CSV and JSON lines say the same`, () => {
      const [csv, lines] = [rows("csv", table), rows("jsonl", table)];
      check(lines.length > 1000, `${lines.length} rows`);
      equal(csv.length, lines.length, "rows");
      lines.forEach((line, i) => equal(asTexts(csv[i]), asTexts(line), `row ${i}`));
    });
  }
  await tally.test("export --format=csv without --table is events", () => {
    check(exported(kymo, ["--format=csv"]).equals(exported(kymo, ["--format=csv", "--table=events"])), "it is not");
  });
  await tally.test("export --table=states: the states of a goroutine join", () => {
    const lives = grouped(rows("jsonl", "states"), ({ goroutine }) => goroutine);
    for (const [goroutine, states] of lives)
      states.forEach(({ start_ns: start, end_ns: end, state }, i) => {
        check(start <= end && (i === 0 || states[i - 1].end_ns === start), `${state} of G${goroutine} is from ${start} to ${end}`);
        check(i === 0 || states[i - 1].state !== state, `${state} of G${goroutine} is there twice`);
      });
    const starts = count(listed, ({ to, from, of_goroutine: goroutine }) => goroutine !== undefined && to === "Running" && from !== to);
    equal(count([...lives.values()].flat(), ({ state }) => state === "Running"), starts, "times running");
    const names = new Set([...lives.values()].flat().map(({ name }) => name));
    check(names.has("net/http.(*conn).serve"), [...names].join(" "));
    const wait = [...lives.values()].flat().find(({ state, reason }) => state === "Waiting" && reason === "sleep");
    check(wait?.stack?.endsWith("time.Sleep") && wait.function === "time.Sleep", JSON.stringify(wait));
  });
}

// ---- Chrome -----------------------------------------------------------------------------------------------------------------

const readChrome = (out) => JSON.parse(String(out).replaceAll("18446744073709551615", "-1"));

async function chrome({ kymo, tally }) {
  const views = { proc: /^Proc \d+$/, thread: /^Thread \d+$/, goroutine: /^G\d+/ };
  for (const [view, name] of Object.entries(views)) {
    await tally.test(`export --format=chrome --view=${view}`, () => {
      const { traceEvents: events, stackFrames } = readChrome(exported(kymo, ["--format=chrome", `--view=${view}`]));
      const lanes = new Map(events.filter(({ name }) => name === "thread_name").map(({ tid, args }) => [tid, args.name]));
      const used = new Set(events.filter(({ ph, pid }) => "XI".includes(ph) && pid === 0).map(({ tid }) => tid));
      check([...lanes].filter(([tid]) => tid < 1e6).every(([, lane]) => name.test(lane)), [...lanes.values()].join());
      check(used.size > 2 && [...used].every((tid) => tid === -1 || lanes.has(tid)), `${[...used].filter((tid) => !lanes.has(tid))} have no lane`);
      for (const { sf, esf } of events) for (const frame of [sf, esf]) check(frame === undefined || stackFrames[frame], `frame ${frame}`);
      for (const { parent } of Object.values(stackFrames)) check(parent === undefined || stackFrames[parent], `parent ${parent}`);
      for (const phase of "XICstM") check(count(events, ({ ph }) => ph === phase) > 10, `hardly an event ${phase}`);
    });
  }
  await tally.test("export --format=chrome is --view=proc", () => {
    check(exported(kymo, ["--format=chrome"]).equals(exported(kymo, ["--format=chrome", "--view=proc"])), "it is not");
  });
}

// ---- Perfetto ---------------------------------------------------------------------------------------------------------------

const BEGIN = 1n;
const END = 2n;

// Reads a file as the trace processor does: what is interned must be there when it is named.
function readPerfetto(bytes) {
  const known = Object.fromEntries(["event_categories", "event_names", "function_names", "frames", "callstacks", "mapping_paths", "source_paths", "mappings"].map((list) => [list, new Map()]));
  const tracks = new Map();
  const events = [];
  const must = (list, iid) => check(known[list].has(iid), `${iid} of ${list} was not interned`);
  for (const packet of readMessage(perfetto, "Trace", bytes).packet) {
    equal(packet.trusted_packet_sequence_id, 1n, "sequence");
    for (const [list, entries] of Object.entries(packet.interned_data ?? {}))
      for (const entry of entries) {
        check(entry.iid > 0n && !known[list].has(entry.iid), `${entry.iid} of ${list} comes again`);
        known[list].set(entry.iid, entry);
      }
    for (const frame of packet.interned_data?.frames ?? []) must("function_names", frame.function_name_id), must("source_paths", frame.source_path_iid), must("mappings", frame.mapping_id);
    for (const stack of packet.interned_data?.callstacks ?? []) stack.frame_ids.forEach((frame) => must("frames", frame));
    if (packet.track_descriptor) tracks.set(packet.track_descriptor.uuid, packet.track_descriptor);
    const event = packet.track_event;
    if (!event) continue;
    check(packet.timestamp > 0n && tracks.has(event.track_uuid), `an event without time or track: ${JSON.stringify(Object.keys(event))}`);
    if (event.name_iid) must("event_names", event.name_iid);
    if (event.callstack_iid) must("callstacks", event.callstack_iid);
    for (const category of event.category_iids ?? []) must("event_categories", category);
    const stack = known.callstacks.get(event.callstack_iid)?.frame_ids.map((frame) => known.function_names.get(known.frames.get(frame).function_name_id).text);
    events.push({ ...event, time: packet.timestamp, track: tracks.get(event.track_uuid).name, name: event.name ?? known.event_names.get(event.name_iid)?.text, stack: stack?.join(";") });
  }
  for (const { parent_uuid: parent } of tracks.values()) check(parent === undefined || tracks.has(parent), `parent ${parent} is not there`);
  return { events, tracks };
}

// Slices of each track, from begins and ends in order of time; [track, name, from, to] with the stack.
function slicesOf(events) {
  const slices = [];
  for (const [track, list] of grouped(events, (event) => event.track)) {
    const open = [];
    for (const event of list.filter(({ type }) => type === BEGIN || type === END).sort((a, b) => Number(a.time - b.time))) {
      if (event.type === BEGIN) open.push(event);
      else {
        check(open.length > 0, `an end without begin on ${track}`);
        const { name, time, stack } = open.pop();
        slices.push({ track, name, from: time, to: event.time, stack });
      }
    }
    check(open.length === 0, `${open.length} slices of ${track} do not end`);
  }
  return slices;
}

async function perfettoFiles({ kymo, tally }) {
  await tally.test("export --format=perfetto holds to the schema, and says what the others say", () => {
    const { events, tracks } = readPerfetto(exported(kymo, ["--format=perfetto"]));
    const slices = slicesOf(events);
    const states = readLines(String(exported(kymo, ["--format=jsonl", "--table=states"])));
    const first = Number(events.reduce((least, { time }) => (time < least ? time : least), events[0].time));
    const own = slices.filter(({ track }) => /^G\d+/.test(track)).map(({ track, name, from, to, stack }) => `${track.split(" ")[0]} ${name} ${Number(from) - first} ${Number(to) - first} ${stack ?? ""}`);
    const wanted = states.map(({ goroutine, state, start_ns: from, end_ns: to, stack }) => `G${goroutine} ${state} ${from} ${to} ${stack ?? ""}`);
    equal(own.sort().join("\n"), wanted.sort().join("\n"), "states");
    const chromeRuns = readChrome(exported(kymo, ["--format=chrome"])).traceEvents.filter(({ ph, name }) => ph === "X" && /^G\d/.test(name));
    const runs = slices.filter(({ track, name }) => track.startsWith("Proc ") && /^G\d/.test(name));
    const asText = (lane, name, from, to) => `${lane} ${name} ${from} ${to}`;
    const runsHere = runs.map(({ track, name, from, to }) => asText(track, name, Number(from) - first, Number(to) - first)).sort();
    const runsThere = chromeRuns.map(({ tid, name, ts, dur = 0 }) => asText(`Proc ${tid}`, name, Math.round(ts * 1000), Math.round(ts * 1000) + Math.round(dur * 1000))).sort();
    equal(runsHere.join("\n"), runsThere.join("\n"), "what processors ran");
    check([...tracks.values()].some(({ name, counter }) => name === "Heap Allocated" && counter.unit === 3n), "no counter of the heap");
  });
  await tally.test("export --format=perfetto: every flow ends in what then ran", () => {
    const { events } = readPerfetto(exported(kymo, ["--format=perfetto"]));
    const begins = new Map(events.flatMap((event) => (event.flow_ids ?? []).map((id) => [id, event])));
    const ends = events.flatMap((event) => (event.terminating_flow_ids ?? []).map((id) => [id, event]));
    check(begins.size > 1000, `${begins.size} flows`);
    equal(ends.length, begins.size, "ends of flows");
    for (const [id, end] of ends) {
      const begin = begins.get(id);
      const goroutine = begin?.debug_annotations.find(({ name }) => name === "goroutine").int_value;
      check(begin && begin.time < end.time && end.name.startsWith(`G${goroutine} `) && begins.delete(id), `flow ${id} ends in ${end.name}`);
    }
  });
  await tally.test("export --format=perfetto is the same each time", () => {
    check(exported(kymo, ["--format=perfetto"], small).equals(exported(kymo, ["--format=perfetto", "--threads=1"], small)), "it is not");
  });
  await tally.test("export --format=perfetto is not written to a terminal", () => {
    const tool = run("sh", ["-c", "command -v script"]);
    if (tool.status !== 0) throw new Skip();
    const { out } = run("script", ["-qec", `${kymo} export --format=perfetto ${small}`, "/dev/null"]);
    check(/terminal/.test(out) && /usage: kymo export/.test(out), String(out).slice(0, 300));
  });
}

// ---- OpenTelemetry ----------------------------------------------------------------------------------------------------------

async function otlp({ kymo, tally }) {
  const spans = (args = [], path = trace) => spansOf(JSON.parse(exported(kymo, ["--format=otlp", ...args], path)));
  const events = JSON.parse(run(kymo, ["events", "--json", "--kind=user", trace]).out);
  const kinds = Object.fromEntries(["task-begin", "task-end", "region-begin", "region-end", "log"].map((kind) => [kind, events.filter((event) => event.kind === kind)]));

  await tally.test("export --format=otlp holds to the schema, with all tasks, regions and logs", () => {
    const all = spans();
    equal(new Set(all.map(({ spanId }) => spanId)).size, all.length, "ids");
    const tasks = all.filter(({ is }) => is["go.trace.kind"] === "task");
    const regions = all.filter(({ is }) => is["go.trace.kind"] === "region");
    const whole = (span) => !span.is["go.trace.cut"]?.includes("start");
    equal(count(tasks, whole), kinds["task-begin"].length, "tasks");
    equal(count(regions, whole), kinds["region-begin"].length, "regions");
    const open = new Set(kinds["task-begin"].map(({ task }) => task));
    const known = kinds.log.filter(({ task }) => open.has(task));
    check(known.length > 100, `${known.length} logs of tasks`);
    check(count(all.flatMap(({ events = [] }) => events), () => true) >= known.length, "logs are missing");
    const byId = new Map(all.map((span) => [span.spanId, span]));
    for (const span of all) {
      check(BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano), `${span.name} ends before it begins`);
      const parent = span.parentSpanId && byId.get(span.parentSpanId);
      check(!span.parentSpanId || (parent && parent.traceId === span.traceId), `the parent of ${span.name} is in another trace, or nowhere`);
      if (parent) check(BigInt(parent.startTimeUnixNano) <= BigInt(span.startTimeUnixNano), `${span.name} begins before its parent`);
    }
    check(regions.every(({ is, parentSpanId }) => byId.get(parentSpanId)?.is["go.task.id"] === is["go.task.id"]), "a region is not within its task");
  });
  await tally.test("export --format=otlp: regions within regions", () => {
    const all = spans([], small);
    const nameOf = new Map(all.map(({ spanId, name, is }) => [spanId, `${is["go.trace.kind"]} ${name}`]));
    const around = new Set(all.map(({ name, is, parentSpanId }) => `${is["go.trace.kind"]} ${name} in ${nameOf.get(parentSpanId)}`));
    check(around.has("region inner in region compute") && around.has("region compute in task task"), [...around].join(", "));
  });
  await tally.test("export --format=otlp: tasks of tasks", () => {
    const nested = join(root, "../shared/corpus/traces/std-annotations-stress-1.27.trace");
    if (!existsSync(nested)) throw new Skip();
    const all = spans([], nested);
    const tasks = new Map(all.filter(({ is }) => is["go.trace.kind"] === "task").map((span) => [span.is["go.task.id"], span]));
    const children = [...tasks.values()].filter(({ is }) => is["go.task.parent"] !== undefined);
    const linked = children.filter(({ parentSpanId }) => parentSpanId);
    check(linked.length > 10, `${linked.length} tasks with parents`);
    for (const { is, parentSpanId, traceId } of linked) {
      const parent = tasks.get(is["go.task.parent"]);
      check(parent?.spanId === parentSpanId && parent.traceId === traceId, `task ${is["go.task.id"]} is not in ${is["go.task.parent"]}`);
    }
    for (const { is, startTimeUnixNano: start } of children.filter(({ parentSpanId }) => !parentSpanId)) {
      const parent = tasks.get(is["go.task.parent"]);
      check(!parent || parent.is["go.trace.cut"] || BigInt(parent.endTimeUnixNano) < BigInt(start), `task ${is["go.task.id"]} is not in its parent`);
    }
  });
  await tally.test("export --format=otlp: times are those of the events", () => {
    const all = spans();
    const began = new Map(kinds["task-begin"].map(({ task, time_ns: time }) => [task, time]));
    const ended = new Map(kinds["task-end"].map(({ task, time_ns: time }) => [task, time]));
    const sync = String(run(kymo, ["-d=parsed", trace]).out).match(/Sync Time=(\d+) N=1 Trace=(\d+) Mono=\d+ Wall=(\S+)/);
    const wall = sync ? BigInt(Date.parse(sync[3])) * 1000000n : 0n; // to the millisecond
    for (const { is, startTimeUnixNano: start, endTimeUnixNano: end } of all.filter(({ is }) => is["go.trace.kind"] === "task" && !is["go.trace.cut"])) {
      const task = is["go.task.id"];
      equal(BigInt(end) - BigInt(start), BigInt(ended.get(task) - began.get(task)), `length of task ${task}`);
      const at = Number(BigInt(start) - wall) - began.get(task) - (sync ? Number(BigInt(sync[1]) - BigInt(sync[2])) : 0);
      check(Math.abs(at) < 2e6, `task ${task} is ${at} ns off`);
    }
  });
  await tally.test("export --format=otlp: the same ids each time, others for another trace", () => {
    const [one, two, other] = [spans(), spans(["--threads=1"]), spans([], small)];
    equal(JSON.stringify(one), JSON.stringify(two), "spans");
    const ids = new Set(one.map(({ spanId }) => spanId));
    check(other.every(({ spanId }) => !ids.has(spanId)), "an id is in both");
  });
  await tally.test("export --service", () => {
    const service = (...args) => JSON.parse(exported(kymo, ["--format=otlp", ...args])).resourceSpans[0].resource.attributes[0];
    equal(JSON.stringify(service()), '{"key":"service.name","value":{"stringValue":"webload.trace"}}', "service");
    equal(service("--service=my \"shop\"").value.stringValue, 'my "shop"', "service");
  });
}

// ---- folded stacks ----------------------------------------------------------------------------------------------------------

async function folded({ kymo, tally }) {
  for (const kind of ["net", "sync", "syscall", "sched", "offcpu", "cpu", "wall"]) {
    await tally.test(`export --format=folded --profile=${kind} is kymo profile ${kind} --folded`, () => {
      const path = kind === "cpu" ? "examples/cpuprof.trace" : trace;
      const own = exported(kymo, ["--format=folded", `--profile=${kind}`], path);
      check(own.length > 40 && own.equals(run(kymo, ["profile", kind, "--folded", path]).out), `${own.length} bytes`);
      check(String(own).split("\n").slice(0, -1).every((line) => /^[^;\n]+(;[^;\n]+)* \d+$/.test(line)), "a line is not a stack and a number");
    });
  }
  await tally.test("export --format=folded is off-CPU", () => {
    check(exported(kymo, ["--format=folded"]).equals(exported(kymo, ["--format=folded", "--profile=offcpu"])), "it is not");
  });
}

// ---- filters and files ------------------------------------------------------------------------------------------------------

async function filters({ kymo, tally }) {
  const slices = (...args) => readChrome(exported(kymo, ["--format=chrome", ...args])).traceEvents.filter(({ ph, name }) => ph === "X" && /^G\d/.test(name));
  const all = slices();
  await tally.test("export --from --to", () => {
    const [from, to] = [10000, 12000];
    const wanted = all.filter(({ ts, dur = 0 }) => ts <= to && ts + dur >= from);
    const own = slices("--from=10ms", "--to=12ms");
    check(wanted.length > 10 && wanted.length < all.length, `${wanted.length} slices`);
    equal(own.length, wanted.length, "slices");
    const times = readLines(String(exported(kymo, ["--format=jsonl", "--from=10ms", "--to=12ms"]))).map(({ time_ns }) => time_ns);
    check(times.length > 10 && times.every((time) => time >= 10e6 && time <= 12e6), `${times.length} events`);
  });
  await tally.test("export --goroutine", () => {
    const wanted = all.filter(({ name }) => name.startsWith("G76 "));
    check(wanted.length > 0, "there are none");
    equal(JSON.stringify(slices("--goroutine=76").map(({ ts }) => ts)), JSON.stringify(wanted.map(({ ts }) => ts)), "slices");
    const states = readCsv(String(exported(kymo, ["--format=csv", "--table=states", "--goroutine=76"])));
    check(states.length > 0 && states.every(({ goroutine }) => goroutine === "76"), `${states.length} states`);
    const lanes = readChrome(exported(kymo, ["--format=chrome", "--view=goroutine", "--goroutine=76"])).traceEvents.filter(({ name, tid }) => name === "thread_name" && tid < 1e6);
    equal(lanes.map(({ tid }) => tid).join(), "76", "lanes");
    const { tracks } = readPerfetto(exported(kymo, ["--format=perfetto", "--goroutine=76"]));
    equal([...tracks.values()].filter(({ name }) => /^G\d/.test(name)).map(({ name }) => name.split(" ")[0]).join(), "G76", "tracks");
  });
  await tally.test("export --group", () => {
    const group = "net/http.(*conn).serve";
    const own = slices(`--group=${group}`);
    equal(own.length, count(all, ({ name }) => name.split(" ")[1] === group), "slices");
    check(own.length > 0, "there are none");
  });
  await tally.test("export --task, --region", () => {
    const spans = spansOf(JSON.parse(exported(kymo, ["--format=otlp", "--task=1"])));
    check(spans.some(({ is }) => is["go.trace.kind"] === "task" && is["go.task.id"] === 1), "the task is not there");
    const [name] = spans.filter(({ is }) => is["go.trace.kind"] === "region").map((span) => span.name);
    const within = spansOf(JSON.parse(exported(kymo, ["--format=otlp", `--region=${name}`])));
    check(within.length > 0 && within.some((span) => span.name === name), `no region ${name}`);
    const total = (args) => String(exported(kymo, ["--format=folded", "--profile=wall", ...args])).split("\n").reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)?.[1] ?? 0), 0);
    check(total(["--task=1"]) > 0 && total(["--task=1"]) < total([]) / 2, "--task does not narrow a profile");
  });
}

const formats = ["chrome", "perfetto", "csv", "jsonl", "otlp", "folded"];

async function targets({ kymo, tally, folder }) {
  for (const format of formats) {
    const plain = exported(kymo, [`--format=${format}`], small);
    await tally.test(`export --format=${format} -o FILE, FILE.gz and -`, () => {
      const [file, packed] = [join(folder, `out.${format}`), join(folder, `out.${format}.gz`)];
      for (const path of [file, packed]) equal(exported(kymo, [`--format=${format}`, "-o", path], small).length, 0, "bytes on standard output");
      check(readFileSync(file).equals(plain), "the file is not the same");
      check(gunzipSync(readFileSync(packed)).equals(plain) && readFileSync(packed).length < plain.length, "the packed file is not the same");
      check(exported(kymo, [`--format=${format}`, "-o", "-"], small).equals(plain), "- is not the same");
    });
    await tally.test(`export --format=${format} >/dev/full`, () => {
      const full = openSync("/dev/full", "w");
      const done = run(kymo, ["export", `--format=${format}`, trace], { stdio: ["ignore", full, "pipe"] });
      closeSync(full);
      failedInOneLine(done, /standard output: No space left/);
    });
  }
  await tally.test("export to where nothing can be written", () => {
    failedInOneLine(run(kymo, ["export", "--format=csv", "-o", "/no/such/folder/out.csv", small]), /\/no\/such\/folder\/out\.csv: No such file/);
    failedInOneLine(run(kymo, ["export", "--format=csv", "-o", "/dev/full", trace]), /\/dev\/full: No space left/);
  });
  await tally.test("export into a pipe that is closed", () => {
    const { said } = run("sh", ["-c", '("$0" export --format=csv "$1"; echo "ended with $?" >&2) | head -c 100 >/dev/null', kymo, trace]);
    check(/^kymo: standard output: Broken pipe\nended with 1\n$/.test(said), said);
  });
  await tally.test("export of what is no trace leaves no file", () => {
    const path = join(folder, "never");
    failedInOneLine(run(kymo, ["export", "--format=csv", "-o", path, "README.md"]), /README/);
    check(!existsSync(path), "there is one");
  });
}

const wrong = [
  [[], /--format/],
  [["--format=nonsense"], /nonsense/],
  [["--format=csv", "--view=proc"], /--view/],
  [["--format=perfetto", "--view=proc"], /--view/],
  [["--format=chrome", "--view=nonsense"], /nonsense/],
  [["--format=chrome", "--table=states"], /--table/],
  [["--format=csv", "--table=nonsense"], /nonsense/],
  [["--format=chrome", "--profile=sync"], /--profile/],
  [["--format=folded", "--profile=nonsense"], /nonsense/],
  [["--format=csv", "--service=x"], /--service/],
  [["--format=csv", "--from=nonsense"], /nonsense/],
];

export async function exports({ kymo, tally, folder }) {
  const context = { kymo, tally, folder };
  for (const [args, pattern] of wrong) await tally.test(`kymo export ${args.join(" ")}`, () => misused(run(kymo, ["export", ...args, trace]), pattern));
  await tally.test("kymo export without a trace", () => misused(run(kymo, ["export", "--format=csv"]), /trace/));
  for (const part of [tables, chrome, perfettoFiles, otlp, folded, filters, targets]) await part(context);
}
