// The viewer's lanes of threads, wake-ups, assists, sweeps and CPU samples against the official timeline: node tests/tracks.mjs KYMO CORPUS
// CORPUS has traces/NAME.trace and gold/NAME/timeline-thread.json.zst and timeline-proc.json.zst.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { api, load, startServer } from "./web/harness.mjs";
import { check, root, run, Tally } from "./tally.mjs";

const [kymo, folder] = process.argv.slice(2);
const corpus = join(root, folder);
const tally = new Tally();
const { decodeTiles, levelHolding } = await load("api/tiles.ts");

const SYSCALL = 8;
const SWEEP = 17;

const ns = (us) => Math.round(us * 1000);

function readTimeline(name, view) {
  const { out } = run("zstd", ["-dcq", join(corpus, "gold", name, `timeline-${view}.json.zst`)]);
  return JSON.parse(String(out)).traceEvents.filter(({ pid }) => pid === 0);
}

async function tileOf(base, lane, level, k) {
  const headers = { "Content-Type": "application/json", "X-Kymo": "1" };
  const response = await fetch(`${base}/api/tiles`, { method: "POST", headers, body: JSON.stringify({ level, tiles: [[lane, k]] }) });
  return decodeTiles(await response.arrayBuffer())[0];
}

// All slices of a lane: looks closer where they are too dense to be told apart.
async function slicesOf(base, lane, span) {
  const found = new Map();
  const look = async (level, k) => {
    const tile = await tileOf(base, lane, level, k);
    if (tile.kind === "dense") {
      await look(level - 1, 2 * k);
      await look(level - 1, 2 * k + 1);
    } else if (tile.kind === "exact") {
      tile.start.forEach((start, i) => {
        found.set(tile.index[i], { from: start, to: start + tile.duration[i], goroutine: tile.goroutine[i], state: tile.state[i] });
      });
    }
  };
  await look(levelHolding(span), 0);
  return [...found].sort(([a], [b]) => a - b).map(([, slice]) => slice);
}

// Stretches that touch or overlap are one.
function union(slices) {
  const joined = [];
  for (const { from, to } of [...slices].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined.filter(({ from, to }) => to > from).map(({ from, to }) => `${from}-${to}`);
}

// What a goroutine executes on end: running and its syscalls.
function joinStates(slices) {
  const joined = [];
  for (const { from, to, goroutine } of slices) {
    const last = joined.at(-1);
    if (last && last.to === from && last.goroutine === goroutine) last.to = to;
    else joined.push({ from, to, goroutine });
  }
  return joined.map(({ from, to, goroutine }) => `G${goroutine} ${from}-${to}`);
}

function same(what, found, expected) {
  const [a, b] = [found, expected].map((list) => [...list].sort());
  const i = a.findIndex((text, j) => text !== b[j]);
  const at = i < 0 ? a.length : i;
  check(a.length === b.length && i < 0, `${what}: ${a.length} and ${b.length}; found ${a[at]}, expected ${b[at]}`);
}

const stretch = ({ ts, dur = 0 }) => ({ from: ns(ts), to: ns(ts) + ns(dur) });
const texts = (slices) => slices.map(({ from, to }) => `${from}-${to}`);
const times = (marks) => marks.map(({ from }) => String(from));

// A syscall that the goroutine returned from, still running. The official tool puts others onto what the goroutine does next, or nowhere.
function isWholeCall({ state, from, to, goroutine }, i, slices) {
  const next = slices[i + 1];
  return state === SYSCALL && from > 0 && next?.from === to && next.goroutine === goroutine;
}

async function compareThreads(base, span, official) {
  const { count, rows } = await api(base, "/api/threads?limit=1000");
  check(count === rows.length, `${count} threads`);
  const known = new Set(rows.map(({ id }) => id));
  for (const { tid, name } of official.filter(({ ph, tid }) => ph === "X" && tid < 1e6))
    check(known.has(tid) || !/^G\d/.test(name), `thread ${tid} has no lane`);
  for (const { lane, id } of rows) {
    const slices = await slicesOf(base, lane, span);
    const theirs = official.filter(({ tid, ph }) => tid === id && ph === "X");
    const runs = theirs.filter(({ name }) => /^G\d+/.test(name)).map((event) => ({ ...stretch(event), goroutine: parseInt(event.name.slice(1), 10) }));
    same(`thread ${id}`, joinStates(slices), joinStates(runs.sort((a, b) => a.from - b.from)));
    const calls = theirs.filter(({ name, args }) => name === "syscall" && args.blocked === "no").map(stretch);
    same(`syscalls of thread ${id}`, texts(slices.filter(isWholeCall)), texts(calls.filter(({ from, to }) => from > 0 && to < span)));
    const samples = official.filter(({ tid, name }) => tid === id && name === "CPU profile sample").map(stretch);
    same(`samples of thread ${id}`, times(await slicesOf(base, `x${lane}`, span)), times(samples));
  }
}

// Goroutines that end in a syscall, which the official tool calls "exit blocked syscall" too.
function endsInSyscall(trace) {
  const { out } = run(kymo, ["-d=parsed", trace]);
  return String(out).match(/Syscall->NotExist/g)?.length ?? 0;
}

async function compareTracks(base, span, official, trace) {
  const on = (lane) => official.filter(({ tid, ph }) => tid === lane && ph === "I").map(stretch);
  same("network", times(await slicesOf(base, "net", span)), times(on(1000002)));
  const ends = new Set(times(on(1000003)));
  const woken = times(await slicesOf(base, "syscalls", span));
  check(woken.every((time) => ends.has(time)), "an end of a syscall that the official tool does not have");
  check(woken.length === ends.size - endsInSyscall(trace), `${woken.length} ends of syscalls, ${ends.size} official ones`);
  const { lanes } = await api(base, "/api/timeline");
  for (const { id } of lanes.filter((lane) => lane.group === "Processors")) {
    const here = official.filter(({ tid }) => tid === Number(id.slice(1)));
    const work = await slicesOf(base, id.replace("p", "c"), span);
    const named = (name) => here.filter((event) => event.name === name && event.ph === "X").map(stretch);
    const sweeps = named("GC incremental sweep");
    same(`sweeps on ${id}`, union(work.filter(({ state }) => state === SWEEP)), union(sweeps));
    same(`assists and sweeps on ${id}`, union(work), union([...sweeps, ...named("GC mark assist")]));
    const samples = here.filter(({ name }) => name === "CPU profile sample").map(stretch);
    same(`samples on ${id}`, times(await slicesOf(base, `x${id}`, span)), times(samples));
  }
}

for (const name of readdirSync(join(corpus, "gold")).sort()) {
  if (!existsSync(join(corpus, "gold", name, "timeline-thread.json.zst"))) continue;
  await tally.test(name, async () => {
    const trace = join(corpus, "traces", `${name}.trace`);
    const server = await startServer(kymo, trace);
    try {
      const { span_ns: span } = await api(server.url, "/api/timeline");
      const failures = [];
      for (const [compare, view] of [[compareThreads, "thread"], [compareTracks, "proc"]])
        await compare(server.url, span, readTimeline(name, view), trace).catch((error) => failures.push(error.message));
      check(failures.length === 0, failures.join("; "));
    } finally {
      server.stop();
    }
  });
}
tally.close();
