// Lanes that are made when they are wanted: threads, wake-ups, what lies beneath processors, CPU samples.
import { api, check, equal, load, skip, until } from "./harness.mjs";

const CANVAS = ".timeline-canvas canvas";
const [ROW, STRIP, HEAD, NAMES] = [22, 9, 74, 168]; // px
const FOLDED = ["Counters", "Runtime", "Goroutines"].map((group) => `fold=${group}`).join("&");

const { decodeTiles, levelHolding } = await load("api/tiles.ts");
const query = (page) => new URL(page.url()).searchParams;
const lanesHeight = (page) => page.$eval(".timeline-scroll > div", (inner) => Math.round(parseFloat(inner.style.height)));

// The first slices or marks of a lane, which are looked for ever closer to the trace's begin.
async function firstOf(base, lane) {
  const { span_ns: span } = await api(base, "/api/timeline");
  const headers = { "Content-Type": "application/json", "X-Kymo": "1" };
  for (let level = levelHolding(span), k = 0; level >= 0; level--, k *= 2) {
    for (const tiles of [[[lane, k]], [[lane, k + 1]]]) {
      const reply = await fetch(`${base}/api/tiles`, { method: "POST", headers, body: JSON.stringify({ level, tiles }) });
      const [tile] = decodeTiles(await reply.arrayBuffer());
      if (tile.kind === "empty") continue;
      k = tiles[0][1];
      if (tile.kind === "exact") return Array.from(tile.start, (start, i) => ({ start, duration: tile.duration[i], goroutine: tile.goroutine[i], index: tile.index[i], state: tile.state[i] }));
      break;
    }
  }
  return [];
}

async function headers(base) {
  const { tasks, logs } = await api(base, "/api/timeline");
  return 6 + (tasks > 0) + (logs > 0);
}

async function open({ page, base }, more = "", at = "") {
  await page.goto(`${base}/trace?${FOLDED}${more}${at}`);
  await page.waitForSelector(CANVAS);
}

// What the tooltip says at a height in the middle of the plot.
async function tipInTheMiddle(page, y) {
  const box = await page.locator(CANVAS).boundingBox();
  await page.mouse.move(5, 5);
  await page.mouse.move(box.x + NAMES + (box.width - NAMES) / 2, box.y + y);
  const tip = page.locator(".tooltip");
  return (await tip.count()) > 0 ? tip.innerText() : "";
}

// A stretch with a moment in its middle.
const around = (ns, width) => `#${(ns - width) / 1e6}:${(ns + width) / 1e6}`;

async function click(page, y) {
  const box = await page.locator(CANVAS).boundingBox();
  const asked = page.waitForResponse((response) => response.url().includes("/api/slice"));
  await page.mouse.click(box.x + NAMES + (box.width - NAMES) / 2, box.y + y);
  return (await asked).json();
}

export const tests = {
  "tracks: threads are asked for when they are unfolded": async (context) => {
    const { page, base } = context;
    const { count, rows } = await api(base, "/api/threads?limit=1000");
    let asked = 0;
    page.on("request", (request) => (asked += request.url().includes("/api/threads")));
    await open(context, "&fold=Processors");
    const all = await headers(base);
    await until("headers alone", async () => (await lanesHeight(page)) === all * ROW);
    equal(asked, 0, "requests for threads");
    const box = await page.locator(CANVAS).boundingBox();
    await page.mouse.click(box.x + 60, box.y + HEAD + 4.5 * ROW);
    await until("a lane a thread", async () => (await lanesHeight(page)) === (all + count) * ROW);
    await until("that the URL says so", () => query(page).get("unfold") === "Threads");
    const busy = rows.findIndex(({ slices }) => slices > 0);
    if (busy < 0) skip("no thread ran anything");
    const [slice] = (await firstOf(base, rows[busy].lane)).filter(({ duration }) => duration > 100);
    const middle = slice.start + slice.duration / 2;
    await page.goto(`${base}/trace?${FOLDED}&fold=Processors&unfold=Threads${around(middle, Math.min(middle, slice.duration))}`);
    const y = HEAD + (5 + busy + 0.6) * ROW;
    await until("who ran there", async () => (await tipInTheMiddle(page, y)).startsWith(`G${slice.goroutine}`));
    check((await tipInTheMiddle(page, y)).includes(`Thread ${rows[busy].id}`), "the thread is not named");
    const told = await click(page, y);
    equal(`${told.lane} ${told.index}`, `${rows[busy].lane} ${slice.index}`, "the slice");
  },

  "tracks: ?view=thread shows threads instead of processors, ?view=proc the other way": async ({ page, base }) => {
    const { count } = await api(base, "/api/threads?limit=0");
    const { lanes } = await api(base, "/api/timeline");
    const procs = lanes.filter(({ group }) => group === "Processors");
    const strips = (await api(base, "/api/tracks")).procs.filter(({ collector }) => collector > 0).length;
    const others = ((await headers(base)) + 2) * ROW + 3 * 52;
    await page.goto(`${base}/trace?view=thread&fold=Goroutines`);
    await page.waitForSelector(CANVAS);
    await until("threads", async () => (await lanesHeight(page)) === others + count * ROW);
    await until("that the URL keeps it", () => query(page).getAll("fold").includes("Processors") && query(page).get("unfold") === "Threads");
    await page.goto(`${base}/trace?view=proc&fold=Goroutines`);
    await page.waitForSelector(CANVAS);
    await until("processors", async () => (await lanesHeight(page)) === others + procs.length * ROW + strips * STRIP);
  },

  "tracks: wake-ups tell who was woken, and by what": async (context) => {
    const { page, base } = context;
    const { wakeups } = await api(base, "/api/tracks");
    const some = wakeups.findIndex(({ marks }) => marks > 0);
    if (some < 0) skip("nobody was woken by the runtime");
    const marks = await firstOf(base, wakeups[some].lane);
    const mark = marks.find(({ start }) => start > 1000);
    await open(context, "&fold=Processors&unfold=Wake-ups", around(mark.start, 500));
    const all = await headers(base);
    await until("three lanes", async () => (await lanesHeight(page)) === (all + 3) * ROW);
    const y = HEAD + (3 + some + 0.5) * ROW;
    const words = { net: "woken by the network", timers: "woken by a timer", syscalls: "back from a blocking syscall" };
    await until("who was woken", async () => (await tipInTheMiddle(page, y)).startsWith(`G${mark.goroutine}`));
    check((await tipInTheMiddle(page, y)).includes(words[wakeups[some].lane]), "what woke it is missing");
    const told = await click(page, y);
    equal(`${told.lane} ${told.index} ${told.start_ns} ${told.goroutine}`, `${wakeups[some].lane} ${mark.index} ${mark.start} ${mark.goroutine}`, "the mark");
    await until("the details", async () => (await page.locator(".details").innerText()).includes(`G${mark.goroutine}`));
  },

  "tracks: assists and sweeps lie beneath their processor": async (context) => {
    const { page, base } = context;
    const { lanes } = await api(base, "/api/timeline");
    const procs = lanes.filter(({ group }) => group === "Processors");
    const { procs: more } = await api(base, "/api/tracks");
    if (more.length === 0 || more[0].lane !== procs[0].id || more[0].collector === 0) skip("the first processor did nothing for the collector");
    const slices = await firstOf(base, procs[0].id.replace("p", "c"));
    const slice = slices.find(({ start, duration }) => duration > 50 && start > duration);
    await open(context, "", around(slice.start + slice.duration / 2, slice.duration / 2));
    const state = slice.state === 17 ? "sweep" : "mark assist";
    const y = HEAD + 5 * ROW + 5;
    await until("what it did", async () => (await tipInTheMiddle(page, y)).includes(`${state} for`));
    const told = await click(page, y);
    equal(`${told.lane} ${told.index} ${told.state}`, `${procs[0].id.replace("p", "c")} ${slice.index} ${slice.state}`, "the slice");
  },

  "tracks: a CPU sample gives its stack": async (context) => {
    const { page, base } = context;
    const { procs } = await api(base, "/api/tracks");
    const { lanes } = await api(base, "/api/timeline");
    const first = lanes.find(({ group }) => group === "Processors");
    if (!procs.some(({ lane, samples }) => lane === first?.id && samples > 0)) skip("the trace has no CPU samples");
    const sample = (await firstOf(base, `x${first.id}`)).find(({ start }) => start > 1000);
    const expected = await api(base, `/api/slice?lane=x${first.id}&index=${sample.index}`);
    await open(context, "", around(sample.start, 1000));
    const y = HEAD + 4 * ROW + 4;
    await until("that it is one", async () => (await tipInTheMiddle(page, y)).includes("CPU sample"));
    equal((await click(page, y)).lane, `x${first.id}`, "lane of the sample");
    await until("its stack", async () => (await page.locator(".details").innerText()).includes(expected.start_stack[0].func));
  },

  "tracks: ?taskid= shows a task and those that worked for it, ?focustask= its lane": async ({ page, base }) => {
    const { rows } = await api(base, "/api/tasks?sort=duration&limit=1");
    if (rows.length === 0) skip("the trace has no tasks");
    const [task] = rows;
    const { count: tasks } = await api(base, `/api/tasks?within=${task.id}`);
    const { count: goroutines } = await api(base, `/api/lanes?group=goroutines&task=${task.id}&limit=0`);
    check(goroutines > 0, "nobody worked for it");
    const folds = "fold=Counters&fold=Runtime&fold=Processors";
    const height = ((await headers(base)) + tasks + goroutines) * ROW;
    await page.goto(`${base}/trace?taskid=${task.id}&${folds}`);
    await page.waitForSelector(CANVAS);
    const fits = () => {
      const [from, to] = decodeURIComponent(new URL(page.url()).hash.slice(1)).split(":").map(Number);
      const [start, end] = [Math.max(0, task.start_ns) / 1e6, task.start_ns < 0 || task.end_ns < 0 ? Infinity : task.end_ns / 1e6];
      return from <= start && (end === Infinity || (to >= end && (to - from) * 0.8 < end - start + 1e-3));
    };
    await until("the task and its goroutines", async () => (await lanesHeight(page)) === height);
    await until("the task's life", fits);
    const { rows: family } = await api(base, `/api/tasks?within=${task.id}&sort=start&order=asc`);
    const y = HEAD + (1 + family.findIndex(({ id }) => id === task.id) + 0.6) * ROW;
    const { gaps, span_ns: span } = await api(base, "/api/timeline");
    const middle = (Math.max(0, task.start_ns) + (task.end_ns < 0 ? span : task.end_ns)) / 2;
    if (!gaps.some(({ from_ns: from, to_ns: to }) => from <= middle && middle <= to)) {
      await until("its lane", async () => (await tipInTheMiddle(page, y)).includes(`${task.id} ${task.type}`.trim()));
      equal((await click(page, y)).lane, task.lane, "lane of the slice");
    }
    await page.goto(`${base}/trace?focustask=${task.id}&${folds}&fold=Goroutines`);
    await page.waitForSelector(CANVAS);
    const { count: all } = await api(base, "/api/tasks?limit=0");
    const known = (await headers(base)) * ROW + Math.min(all, 1000) * ROW;
    await until("all tasks", async () => (await lanesHeight(page)) === known);
    await until("the task's life again", fits);
  },

  "tracks: a log tells its words": async (context) => {
    const { page, base } = context;
    const mark = (await firstOf(base, "logs")).find(({ start }) => start > 1000);
    if (!mark) skip("the trace has no logs");
    const log = await api(base, `/api/log?index=${mark.index}`);
    equal(log.time_ns, mark.start, "time of the log");
    await open(context, "&fold=Processors&unfold=Logs", around(mark.start, 50));
    const y = HEAD + 6.5 * ROW;
    await until("its words", async () => (await tipInTheMiddle(page, y)).includes(log.message.trim().slice(0, 20)));
    equal((await click(page, y)).name, log.message, "name of the mark");
  },
};
