// Compares the arrows of /api/arrows with those of the official timeline, as sets: node tests/flows.mjs KYMO CORPUS
// They mean the same but for three things: the official tool leaves out who was woken by processor 0, draws nothing where a goroutine is
// switched to, and takes the ends of syscalls and network wake-ups from lanes of their own.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { api, startServer } from "./web/harness.mjs";

const MOST = 4000; // arrows in an answer
const PSEUDO_LANE = 1_000_000;
const KINDS = { go: "create", "exit blocked syscall": "syscall" };

const unpacked = (path) => execFileSync("zstd", ["-dcq", path], { maxBuffer: 1 << 30 }).toString();

function officialArrows(path) {
  const { traceEvents: events } = JSON.parse(unpacked(path).replaceAll("18446744073709551615", "-1"));
  const begins = new Map(events.filter(({ ph }) => ph === "s").map((event) => [event.id, event]));
  const ns = ({ ts }) => Math.round(ts * 1000);
  const arrows = new Map();
  for (const end of events.filter(({ ph }) => ph === "t")) {
    const begin = begins.get(end.id);
    const kind = KINDS[begin.name] ?? (begin.name.startsWith("unblock") ? "wake" : null);
    if (kind) arrows.set(`${kind} ${ns(begin)} ${ns(end)} p${end.tid}`, begin.tid >= PSEUDO_LANE ? null : begin.tid === -1 ? "none" : `p${begin.tid}`);
  }
  return arrows;
}

// All of them, in pieces that one answer holds.
async function ownArrows(url) {
  const { span_ns: span } = await api(url, "/api/overview");
  const arrows = new Map();
  for (const parts = [[0, span]]; parts.length > 0; ) {
    const [from, to] = parts.pop();
    const reply = await api(url, `/api/arrows?from=${from}&to=${to}&limit=${MOST}`);
    const middle = Math.floor((from + to) / 2);
    if (reply.arrows.length < reply.count) parts.push([from, middle], [middle, to]);
    else for (const arrow of reply.arrows) arrows.set(`${arrow.kind} ${arrow.time_ns} ${arrow.run_ns} ${arrow.to.proc}`, arrow);
  }
  return arrows;
}

function difference(official, own) {
  for (const [arrow, from] of official) {
    if (!own.has(arrow)) return `the official arrow ${arrow} is missing`;
    const found = own.get(arrow).from.proc ?? "none";
    if (from !== null && found !== from) return `${arrow} comes from ${found} instead of ${from}`;
  }
  for (const [arrow, { run_ns: run, time_ns: time, from }] of own) {
    if (run !== null && run !== time && from.proc !== "p0" && !official.has(arrow)) return `${arrow} from ${from.proc} is not official`;
  }
  return null;
}

const [kymo, corpus] = process.argv.slice(2);
let [passed, failed] = [0, 0];
for (const name of readdirSync(join(corpus, "gold"))) {
  const gold = join(corpus, "gold", name, "timeline-proc.json.zst");
  if (!existsSync(gold)) continue;
  const trace = [".trace", ".trace.zst"].map((ext) => join(corpus, "traces", name + ext)).find(existsSync);
  const server = await startServer(kymo, trace);
  const why = difference(officialArrows(gold), await ownArrows(server.url));
  server.stop();
  if (why) console.log(`FAIL arrows of ${name}: ${why}`);
  if (why) failed++;
  else passed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
