// What the benchmarks share: running kymo and taking its measure, its server, figures and tables.
import { spawn, spawnSync } from "node:child_process";
import http from "node:http";
import { resolve } from "node:path";

export const MIB = 1 << 20;
export const EVENT_BYTES = 25; // the budget of memory for opening, see memoryPerEvent
export const VIEW_PIXELS = 2000;
export const TILE_BUCKETS = 512;
const MOST_TILES = 512; // of a request
const POLL_MS = 50;
const PROGRAM_BYTES = 12 * MIB; // of memory, whatever the trace

export function fail(message) {
  console.error(message);
  process.exit(1);
}

// ---- running --------------------------------------------------------------------------------------------------------------

// The last line that bench/measure.c prints.
function measured(said) {
  const match = /(\d+\.\d+) (\d+)\n$/.exec(said);
  if (!match) fail(`no measurement:\n${said}`);
  return { seconds: Number(match[1]), peak: Number(match[2]) };
}

export class Programs {
  constructor(build) {
    this.measure = resolve(build, "measure");
    this.kymo = resolve(build, "kymo");
    this.gen = resolve(build, "gen");
  }

  // Runs a command to its end: { seconds, peak }.
  command(words) {
    const { status, stderr } = spawnSync(this.measure, words, { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] });
    if (status !== 0) fail(`${words.join(" ")}: ended with ${status}\n${stderr}`);
    return measured(stderr);
  }

  // Writes a trace and returns what is in it.
  generate(file, ...options) {
    const { status, stdout, stderr } = spawnSync(this.gen, [...options, "-o", file], { encoding: "utf8" });
    if (status !== 0) fail(`gen ${options.join(" ")}: ended with ${status}\n${stderr}`);
    return JSON.parse(stdout);
  }

  serve(trace) {
    return Server.start(this, trace);
  }
}

// ---- the server -----------------------------------------------------------------------------------------------------------

export class Server {
  constructor(url) {
    this.url = url;
    this.agent = new http.Agent({ keepAlive: true });
  }

  // Starts one under bench/measure.c, and settles when it listens; `begun` is when that was asked for.
  static start({ measure, kymo }, trace) {
    return new Promise((settle) => {
      const begun = process.hrtime.bigint();
      const env = { ...process.env, KYMO_NO_BROWSER: "1" };
      const child = spawn(measure, [kymo, "-http=127.0.0.1:0", trace], { env, stdio: ["ignore", "ignore", "pipe"] });
      let said = "";
      let server;
      child.stderr.on("data", (data) => {
        said += data;
        const match = /listening on (http:\/\/\S+)\n/.exec(said);
        if (!match || server) return;
        server = Object.assign(new Server(match[1]), { child, begun });
        server.ended = new Promise((end) => child.on("close", () => end(measured(said))));
        settle(server);
      });
      child.on("close", () => server ?? fail(`the viewer did not open:\n${said}`));
    });
  }

  // Since the start of the program.
  seconds() {
    return Number(process.hrtime.bigint() - this.begun) / 1e9;
  }

  // Ends it, and tells its peak of resident memory in bytes.
  async stop() {
    this.agent.destroy();
    this.child.kill("SIGTERM");
    return (await this.ended).peak;
  }

  request(path, options, body) {
    return new Promise((settle, reject) => {
      const sent = http.request(this.url + path, { agent: this.agent, ...options }, (reply) => {
        const parts = [];
        reply.on("data", (data) => parts.push(data));
        reply.on("end", () => (reply.statusCode === 200 ? settle(Buffer.concat(parts)) : reject(new Error(`${path}: ${reply.statusCode}`))));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  async json(path) {
    return JSON.parse(await this.request(path));
  }

  // Asks for tiles of a level, [lane, K] each; returns the reply.
  async tiles(level, tiles) {
    const reply = await this.request("/api/tiles", { method: "POST", headers: { "X-Kymo": "1" } }, JSON.stringify({ level, tiles }));
    if (reply.readUInt32LE(0) !== 0x3154594b || reply.readUInt32LE(4) !== tiles.length) throw new Error("the reply holds no tiles");
    return reply;
  }

  // Settles when the whole trace is read. A server that reads it before it listens does not say that it reads. The overview would tell
  // as well, but has profiles computed for itself.
  async whole() {
    while ((await this.json("/api/timeline")).reading) await pause();
  }

  // The tiles of all processors that a view of the whole trace asks for, when there is something to see (docs/http.md).
  async wholeView() {
    for (;;) {
      const { span_ns: span, lanes, reading } = await this.json("/api/timeline");
      const procs = processorsOf(lanes);
      if (procs.length > 0 && span > 0) return this.view(procs, span);
      if (!reading) fail("the trace has no processors");
      await pause();
    }
  }

  // The tiles of a view of the whole trace, in as many requests as that takes.
  async view(lanes, span) {
    const level = Math.max(0, Math.floor(Math.log2(span / VIEW_PIXELS)));
    const count = Math.floor(span / (TILE_BUCKETS * 2 ** level)) + 1;
    const tiles = lanes.flatMap((id) => Array.from({ length: count }, (_, k) => [id, k]));
    for (let i = 0; i < tiles.length; i += MOST_TILES) await this.tiles(level, tiles.slice(i, i + MOST_TILES));
  }
}

const pause = () => new Promise((settle) => setTimeout(settle, POLL_MS));

export function processorsOf(lanes) {
  return lanes.map(({ id }) => id).filter((id) => /^p\d+$/.test(id));
}

// ---- figures --------------------------------------------------------------------------------------------------------------

// The value below which a share of the numbers lies.
export function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const median = (numbers) => percentile(numbers, 0.5);

// Bytes of memory for each event of a trace that gen wrote, less the mapped file and the program itself.
export function memoryPerEvent(peak, { size, events }) {
  return Math.max(0, peak - size - PROGRAM_BYTES) / events;
}

// Rows of cells, the first column to the left, the others to the right.
export function print(table) {
  const cells = table.map((row) => row.map(String));
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ").trimEnd());
}
