// What folds out beneath the lanes of goroutines and tasks: regions by how they nest, and functions.
import { api, check, equal, skip, until } from "./harness.mjs";

const CANVAS = ".timeline-canvas canvas";
const [ROW, TRACK, HEAD, NAMES] = [22, 16, 74, 168]; // px
const FOLDED = ["Counters", "Runtime", "Processors"].map((group) => `fold=${group}`).join("&");

const MOVE = 400; // ms after which what follows is a move of its own

const query = (page) => new URL(page.url()).searchParams;
const lanesHeight = (page) => page.$eval(".timeline-scroll > div", (inner) => Math.round(parseFloat(inner.style.height)));

// A goroutine with regions that nest, the one region of it that lies deepest, and what lies beneath its lane.
async function someGoroutine(base) {
  const { rows } = await api(base, "/api/regions?sort=duration&limit=200");
  for (const id of new Set(rows.map(({ goroutine }) => goroutine))) {
    const { rows: [lane] } = await api(base, `/api/lanes?group=goroutines&sort=id&filter=${id}&limit=1`);
    if (lane?.id !== id) continue;
    const below = await api(base, `/api/below?lane=${lane.lane}`);
    if (below.regions.tracks.length > 0) return { lane, below };
  }
  skip("no goroutine began a region");
}

async function tipAt(page, time, y) {
  const box = await page.locator(CANVAS).boundingBox();
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.move(box.x + NAMES + time * (box.width - NAMES), box.y + y);
  const tip = page.locator(".tooltip");
  return (await tip.count()) > 0 ? tip.innerText() : "";
}

export const tests = {
  "below: a triangle, and B, fold out what lies beneath a goroutine": async ({ page, base }) => {
    const { lane, below } = await someGoroutine(base);
    const tracks = below.regions.tracks.length + below.calls.tracks.length;
    await page.goto(`${base}/trace?${FOLDED}&goroutines=G${lane.id}`);
    await page.waitForSelector(CANVAS);
    let plain = 0;
    const { count } = await api(base, `/api/lanes?group=goroutines&filter=${lane.id}&limit=0`);
    const groups = 7 + ((await api(base, "/api/timeline")).logs > 0);
    await until("the goroutines", async () => (plain = await lanesHeight(page)) === (groups + count) * ROW);
    const { rows } = await api(base, `/api/lanes?group=goroutines&sort=running&filter=${lane.id}&limit=100`);
    const at = rows.findIndex(({ lane: other }) => other === lane.lane);
    const box = await page.locator(CANVAS).boundingBox();
    const y = box.y + HEAD + (plain / ROW - count + at + 0.5) * ROW;
    await page.mouse.click(box.x + 13, y);
    await until("a track for each depth", async () => (await lanesHeight(page)) >= plain + tracks * TRACK);
    await until("that the URL says so", () => query(page).get("below") === lane.lane);
    await page.mouse.move(box.x + 60, y);
    await page.keyboard.press("b");
    await until("that they are folded again", async () => (await lanesHeight(page)) === plain);
    await page.waitForTimeout(MOVE); // or both were one move
    await page.keyboard.press("b");
    await until("tracks once more", async () => (await lanesHeight(page)) >= plain + tracks * TRACK);
    await page.waitForTimeout(MOVE);
    await page.keyboard.press("Backspace");
    await until("that it is undone", async () => (await lanesHeight(page)) === plain);
  },

  "below: a region's bar tells what /api/regions does, its task, and its place among its type": async ({ page, base }) => {
    const { lane } = await someGoroutine(base);
    const { rows } = await api(base, `/api/regions?goroutine=${lane.id}&sort=start&order=asc&limit=1000`);
    const region = rows.find(({ type, start_ns: start, end_ns: end }) => type !== "" && start >= 0 && end > start + 1000);
    if (!region) skip("no region lies wholly within the trace");
    const { start_ns: start, end_ns: end } = region;
    const depth = rows.filter((other) => other.type !== "" && other !== region && other.start_ns <= start && (other.end_ns < 0 || other.end_ns >= end)).length;
    await page.goto(`${base}/trace?fold=Goroutines&pin=${lane.lane}&below=${lane.lane}#${start / 1e6}:${end / 1e6}`);
    await page.waitForSelector(CANVAS);
    const y = HEAD + ROW + (depth + 0.5) * TRACK;
    await until("the region", async () => (await tipAt(page, 0.5, y)).includes(region.type));
    const asked = page.waitForResponse((response) => response.url().includes("/api/slice"));
    const box = await page.locator(CANVAS).boundingBox();
    await page.mouse.click(box.x + NAMES + (box.width - NAMES) / 2, box.y + y);
    const told = await (await asked).json();
    equal(`${told.name} ${told.start_ns} ${told.duration_ns} ${told.goroutine}`, `${region.type} ${start} ${region.duration_ns} ${lane.id}`, "the region");
    equal(told.region.task, region.task, "its task");
    const { count } = await api(base, `/api/regions?type=${encodeURIComponent(region.type)}&pc=${told.region.pc}&limit=0`);
    equal(told.region.count, count, "regions of its type");
    const shorter = await api(base, `/api/regions?type=${encodeURIComponent(region.type)}&pc=${told.region.pc}&latmax=${region.duration_ns - 1}ns&limit=0`);
    equal(told.region.shorter, shorter.count, "regions that took less");
    await until("the details", async () => (await page.locator(".details").innerText()).includes(region.type));
    const words = await page.locator(".details-title").innerText();
    check(words.includes("of its type"), `its place is missing: ${words}`);
    if (region.task !== null) equal(await page.locator(`.details-title a[href="/usertask?id=${region.task}"]`).count(), 1, "links to its task");
  },

  "below: functions lie one in the other, and the first is where the goroutine began": async ({ page, base }) => {
    const { rows: [lane] } = await api(base, "/api/lanes?group=goroutines&sort=running&filter=main&limit=1");
    if (!lane) skip("no goroutine is called main");
    const { regions, calls } = await api(base, `/api/below?lane=${lane.lane}`);
    if (calls.tracks.length < 2) skip("the trace holds no stacks of it");
    const names = new Map(calls.names);
    const top = await api(base, `/api/slice?lane=${calls.tracks[0].lane}&index=0`);
    check([...names.values()].includes(top.name), "its function is not among the names");
    for (let depth = 1; depth < calls.tracks.length; depth++) {
      const inner = await api(base, `/api/slice?lane=${calls.tracks[depth].lane}&index=0`);
      let around = null;
      for (let i = 0; i < Math.min(200, calls.tracks[depth - 1].slices) && !around; i++) {
        const outer = await api(base, `/api/slice?lane=${calls.tracks[depth - 1].lane}&index=${i}`);
        if (outer.start_ns <= inner.start_ns && outer.start_ns + outer.duration_ns >= inner.start_ns + inner.duration_ns) around = outer;
        if (outer.start_ns > inner.start_ns) break;
      }
      check(around, `${inner.name} at depth ${depth} lies within nothing`);
      if (depth > 4) break;
    }
    await page.goto(`${base}/trace?fold=Goroutines&pin=${lane.lane}&below=${lane.lane}#${top.start_ns / 1e6}:${(top.start_ns + top.duration_ns) / 1e6}`);
    await page.waitForSelector(CANVAS);
    const y = HEAD + ROW + (regions.tracks.length + 0.5) * TRACK;
    await until("the function", async () => (await tipAt(page, 0.5, y)).includes(top.name.slice(top.name.lastIndexOf("/") + 1)));
  },

  "below: a task has its regions, of whichever goroutine": async ({ page, base }) => {
    const { rows } = await api(base, "/api/tasks?sort=start&order=asc&limit=100");
    const task = rows.find((one) => one.regions > 0);
    if (!task) skip("no task has regions");
    const { regions, calls } = await api(base, `/api/below?lane=${task.lane}`);
    equal(calls, null, "functions of a task");
    check(regions.tracks.reduce((sum, { slices }) => sum + slices, 0) <= task.regions, "there are more bars than regions");
    let bars = 0;
    for (const { lane, slices } of regions.tracks) {
      bars += slices;
      for (let i = 0; i < Math.min(slices, 20); i++) equal((await api(base, `/api/slice?lane=${lane}&index=${i}`)).region.task, task.id, "the region's task");
    }
    check(bars > 0, "there are no bars");
    await page.goto(`${base}/trace?${FOLDED}&taskid=${task.id}&below=${task.lane}`);
    await page.waitForSelector(CANVAS);
    await until("that the URL keeps it", () => query(page).get("below") === task.lane);
    const y = HEAD + ROW + ROW + TRACK / 2;
    const first = await api(base, `/api/slice?lane=${regions.tracks[0].lane}&index=0`);
    const { start_ns: start, duration_ns: ns } = first;
    await page.goto(`${base}/trace?${FOLDED}&taskid=${task.id}&below=${task.lane}#${start / 1e6}:${(start + ns) / 1e6}`);
    await page.waitForSelector(CANVAS);
    await until("a region beneath the task", async () => (await tipAt(page, 0.5, y)).includes(first.name));
  },

  "goroutines by task: a row a task, which opens those that worked for it": async ({ page, base }) => {
    const { count: tasks, rows } = await api(base, "/api/tasks?sort=start&order=asc&limit=1000");
    if (tasks === 0) skip("no tasks");
    const folds = `${FOLDED}&unfold=`;
    await page.goto(`${base}/trace?${folds}`);
    await page.waitForSelector(CANVAS);
    await page.selectOption("select[aria-label='Arrange goroutines']", "task");
    await until("that the URL says so", () => query(page).get("by") === "task");
    const groups = 7 + ((await api(base, "/api/timeline")).logs > 0);
    const { count: idle } = await api(base, "/api/lanes?group=goroutines&task=none&limit=0");
    const listed = rows.length + (idle > 0 ? 1 : 0);
    const note = tasks > rows.length ? 26 : 0;
    await until("a row a task, and one for those of none", async () => (await lanesHeight(page)) === (groups + listed) * ROW + note);
    const box = await page.locator(CANVAS).boundingBox();
    await page.mouse.click(box.x + 60, box.y + HEAD + (groups + 0.5) * ROW);
    const { count } = await api(base, `/api/lanes?group=goroutines&task=${rows[0].id}&limit=0`);
    await until("its goroutines", async () => (await lanesHeight(page)) === (groups + listed + count) * ROW + note);
    await until("that the URL says so", () => query(page).get("open") === String(rows[0].id));
    const working = new Set();
    for (const { id } of (await api(base, "/api/tasks?limit=1000")).rows.slice(0, 20)) {
      for (const { number } of (await api(base, `/api/lanes?group=goroutines&task=${id}&limit=1000`)).rows) working.add(number);
    }
    const { rows: others } = await api(base, "/api/lanes?group=goroutines&task=none&limit=1000");
    check(others.every(({ number }) => !working.has(number)), "a goroutine that worked for a task is among those of none");
  },

  "profiles of a task type are within its tasks' regions": async ({ page, base }) => {
    const { rows: [type] } = await api(base, "/api/tasks/types?limit=1");
    if (!type) skip("no tasks");
    await page.goto(`${base}/usertask?type=${encodeURIComponent(type.type)}`);
    const link = page.locator('.page-head a[href^="/wall?tasktype="]');
    await link.click();
    await until("the profile's scope", async () => (await page.locator(".profile-scope").innerText()).includes(type.type));
    const { ns } = await api(base, `/api/profile?kind=wall&tasktype=${encodeURIComponent(type.type)}`);
    const { rows: tasks } = await api(base, `/api/tasks?type=${encodeURIComponent(type.type)}&sort=id&order=asc&limit=8`);
    let some = 0;
    for (const { id } of tasks) some += (await api(base, `/api/profile?kind=wall&task=${id}`)).ns;
    check(tasks.length < type.count ? ns >= some : ns > 0, `${ns} ns of all, ${some} ns of some`);
  },

  "goroutine groups of a span are those of the span panel": async ({ page, base }) => {
    const { span_ns: span } = await api(base, "/api/overview");
    const [from, to] = [Math.floor(span / 4), Math.floor(span / 2)];
    const { count, rows } = await api(base, `/api/span/functions?from=${from}&to=${to}&sort=running`);
    await page.goto(`${base}/trace?span=${from}:${to}`);
    await page.click(".details-title a[href^='/goroutines']");
    await until("the page", () => page.url() === `${base}/goroutines?from=${from}&to=${to}`);
    await until("its rows", async () => (await page.locator(".table-block").innerText()).includes(`${count} group`));
    const first = rows[0].name.slice(rows[0].name.lastIndexOf("/") + 1);
    await until("the one that ran most", async () => (await page.locator(".table-block").innerText()).includes(first));
  },

  "the palette folds groups, and leads to a goroutine's page": async ({ page, base }) => {
    const { rows: [lane] } = await api(base, "/api/lanes?group=goroutines&limit=1");
    await page.goto(`${base}/trace`);
    await page.waitForSelector(CANVAS);
    await until("the lanes", async () => (await lanesHeight(page)) > 0);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("fold counters");
    await page.keyboard.press("Enter");
    await until("that it is folded", () => query(page).getAll("fold").includes("Counters"));
    await page.keyboard.press("Control+k");
    await page.keyboard.type(`G${lane.id}`);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await until("its page", () => new URL(page.url()).pathname === `/goroutine/${lane.id}`);
  },
};
