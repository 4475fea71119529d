// Views of 2,000 px x 40 lanes at ten zoom levels, from the whole trace down to a microsecond or so, each at many places. Called by
// bench/views. A view is one request for the tiles of all its lanes. With --check the exit status is 1 if the budget is not kept.
import { fail, percentile, print, processorsOf, Programs, Server, TILE_BUCKETS, VIEW_PIXELS } from "./kymo.mjs";
import { fileURLToPath } from "node:url";

export const VIEW_BUDGET_MS = 30;
const LANES = 40;
const LEVELS = 10;
const PLACES = 40; // a level
const FINEST_LEVEL = 3; // 8 ns a pixel

// Numbers from 0 to 1, the same each time (mulberry32, Tommy Ettinger, public domain).
function chances(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Processors first, then the goroutines with most time.
async function chooseLanes(server, all) {
  const { rows } = await server.json(`/api/lanes?group=goroutines&sort=total&limit=${LANES}`);
  return [...processorsOf(all), ...rows.map(({ lane }) => lane)].slice(0, LANES);
}

// Levels from the one that shows all to the finest, evenly; fewer than ten in a very short trace.
function chooseLevels(span) {
  const whole = Math.max(FINEST_LEVEL, Math.ceil(Math.log2(span / VIEW_PIXELS)));
  const levels = Array.from({ length: LEVELS }, (_, i) => Math.round(whole - ((whole - FINEST_LEVEL) * i) / (LEVELS - 1)));
  return [...new Set(levels)];
}

// The milliseconds that each view took, by level.
export async function measureViews(server) {
  await server.whole();
  const { span_ns: span, lanes: all } = await server.json("/api/timeline");
  const lanes = await chooseLanes(server, all);
  const random = chances(1);
  const found = new Set();
  const levels = [];
  for (const level of chooseLevels(span)) {
    const tileNs = TILE_BUCKETS * 2 ** level;
    const viewNs = VIEW_PIXELS * 2 ** level;
    const times = [];
    for (let place = 0; place < PLACES; place++) {
      const from = Math.max(0, span - viewNs) * random();
      const first = Math.floor(from / tileNs);
      const last = Math.floor((from + viewNs) / tileNs);
      const tiles = lanes.flatMap((id) => Array.from({ length: last - first + 1 }, (_, i) => [id, first + i]));
      const begun = process.hrtime.bigint();
      const reply = await server.tiles(level, tiles);
      times.push(Number(process.hrtime.bigint() - begun) / 1e6);
      kindsOf(reply, tiles.length).forEach((kind, i) => kind && found.add(tiles[i][0]));
    }
    levels.push({ level, viewNs, times });
  }
  return { lanes, found: found.size, levels };
}

// The kinds of the tiles in a reply (docs/http.md).
function kindsOf(reply, count) {
  const pad = (bytes) => (bytes + 7) & ~7;
  const sizes = [() => 0, (n) => pad(n) * 2 + pad(2 * n) + pad(4 * n), (n) => 24 * n + pad(4 * n) * 2 + pad(n), (n) => n * 2 * pad(4 * TILE_BUCKETS)];
  const kinds = [];
  for (let at = 8; kinds.length < count; ) {
    const kind = reply.readUInt32LE(at);
    kinds.push(kind);
    at += 8 + sizes[kind](reply.readUInt32LE(at + 4));
  }
  return kinds;
}

export function printViews({ lanes, found, levels }) {
  const table = [["view", "ns a pixel", "median ms", "p95 ms", "longest ms"]];
  const row = (name, scale, times) => table.push([name, scale, ...[0.5, 0.95, 1].map((share) => percentile(times, share).toFixed(2))]);
  for (const { level, viewNs, times } of levels) row(`${(viewNs / 1e6).toPrecision(3)} ms`, 2 ** level, times);
  const all = levels.flatMap(({ times }) => times);
  row("all", "", all);
  console.log(`views of ${VIEW_PIXELS} px x ${lanes.length} lanes, ${PLACES} a level; ${found} of the lanes hold something`);
  print(table);
  return percentile(all, 0.95);
}

async function main() {
  const words = process.argv.slice(2);
  const check = words[0] === "--check";
  if (check) words.shift();
  if (words.length < 1 || words.length > 2) fail("usage: bench/views [--check] URL | BUILD TRACE");
  const server = words.length === 2 ? await new Programs(words[0]).serve(words[1]) : new Server(words[0].replace(/\/$/, ""));
  const p95 = printViews(await measureViews(server).catch((error) => fail(error.message)));
  if (server.child) await server.stop();
  else server.agent.destroy();
  if (check && p95 > VIEW_BUDGET_MS) fail(`the 95th percentile is above ${VIEW_BUDGET_MS} ms`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
