// The lanes of the timeline: goroutines in their list, groups, pins, filters, and what of it the URL holds.
import { api, changeReply, check, equal, skip, until } from "./harness.mjs";

const CANVAS = ".timeline-canvas canvas";
const ROW = 22; // px, of a lane and a header
const STRIP = 9; // px, of what lies beneath a processor
const HEAD = 74;
const NAMES = 168;
const GROUPS = ["Counters", "Runtime", "Processors"];
const FOLDED = GROUPS.map((group) => `fold=${group}`).join("&");
let HEADERS = 0; // these groups, those that are folded at first, and the goroutines

async function countHeaders(base) {
  const { tasks, logs } = await api(base, "/api/timeline");
  HEADERS = 6 + (tasks > 0) + (logs > 0);
}

const list = (base, query) => api(base, `/api/lanes?group=goroutines&${query}`);
const query = (page) => new URL(page.url()).searchParams;

// Opens the timeline with all groups folded but that of goroutines, whose first row is below four headers.
async function open({ page, base }, more = "", at = "") {
  await countHeaders(base);
  await page.goto(`${base}/trace?${FOLDED}${more}${at}`);
  await page.waitForSelector(CANVAS);
  await page.waitForSelector(".group-tools select");
}

async function canvasBox(page) {
  return page.locator(CANVAS).boundingBox();
}

// What the tooltip says of a moment in a row of goroutines; rows above them: headers.
async function tipAt(page, y, share) {
  const box = await canvasBox(page);
  const x = box.x + NAMES + (box.width - NAMES) * share;
  await page.mouse.move(x, box.y + y - 1); // a pointer that rests is not told of everywhere
  await page.mouse.move(x, box.y + y);
  const tip = page.locator(".tooltip");
  return (await tip.count()) > 0 ? tip.innerText() : "";
}

const rowY = (row, above = HEADERS) => HEAD + (above + row) * ROW + 18;

// Waits until the first rows shown are those of the API, by what the tooltip says in the middle of each one's life.
async function showsRows(page, rows, span, { above = HEADERS, from = 0 } = {}) {
  for (const [i, row] of rows.entries()) {
    const middle = (row.start_ns + row.end_ns) / 2 / span;
    if (row.end_ns - row.start_ns < span / 400) continue; // too thin to be hit for sure
    await until(`G${row.id} in row ${i}`, async () => {
      await page.mouse.move(5, 5);
      const tip = await tipAt(page, rowY(from + i, above), Math.min(0.999, Math.max(0.001, middle)));
      return tip.startsWith(`G${row.id} `) || tip.startsWith(`G${row.id}\n`);
    }, 8000);
  }
}

const lanesHeight = (page) => page.$eval(".timeline-scroll > div", (inner) => Math.round(parseFloat(inner.style.height)));
const needsGoroutines = (rows) => rows.length < 3 && skip("too few goroutines");

export const tests = {
  "lanes: goroutines have lanes, in the order asked for": async (context) => {
    const { page, base } = context;
    const { span_ns: span } = await api(base, "/api/timeline");
    const byRunning = (await list(base, "sort=running&limit=8")).rows;
    needsGoroutines(byRunning);
    await open(context);
    await showsRows(page, byRunning, span);
    await page.selectOption("select[aria-label='Sort goroutines']", "start");
    await showsRows(page, (await list(base, "sort=start&order=asc&limit=8")).rows, span);
    await until("the sort in the URL", () => query(page).get("sort") === "start");
    await page.click(".group-tools button");
    await showsRows(page, (await list(base, "sort=start&order=desc&limit=8")).rows, span);
    equal(await lanesHeight(page), HEADERS * ROW + (await list(base, "limit=0")).count * ROW, "height of all lanes");
  },

  "lanes: a goroutine's state is told, and a click opens it": async (context) => {
    const { page, base } = context;
    const { span_ns: span } = await api(base, "/api/timeline");
    const { rows } = await list(base, "sort=total&limit=5");
    const row = rows.find(({ intervals }) => intervals <= 512);
    if (!row) skip("no lane whose intervals are told apart");
    await open(context, `&sort=total&goroutines=${row.id}`);
    const { rows: found } = await list(base, `sort=total&filter=${row.id}`);
    const at = found.findIndex(({ lane }) => lane === row.lane);
    const y = rowY(at);
    await until("a tooltip", async () => (await tipAt(page, y, (row.start_ns + row.end_ns) / 2 / span)).startsWith(`G${row.id}`));
    const asked = page.waitForResponse((response) => response.url().includes("/api/slice"));
    const box = await canvasBox(page);
    await page.mouse.click(box.x + NAMES + ((box.width - NAMES) * (row.start_ns + row.end_ns)) / 2 / span, box.y + y);
    const slice = await (await asked).json();
    equal(slice.lane, row.lane, "lane of the slice");
    const details = page.locator(".details");
    await until("the details", async () => (await details.innerText()).includes(`G${row.id}`));
    if (slice.next === null && slice.previous === null) return;
    const [key, index] = slice.next === null ? [",", slice.previous] : [".", slice.next];
    const next = page.waitForResponse((response) => response.url().includes(`index=${index}`));
    await page.keyboard.press(key);
    const neighbour = await (await next).json();
    equal(neighbour.lane, row.lane, "lane of the neighbour");
    const [first, second] = index > slice.index ? [slice, neighbour] : [neighbour, slice];
    equal(first.start_ns + first.duration_ns, second.start_ns, "where one state ends and the next begins");
  },

  "lanes: the details say who woke a goroutine": async (context) => {
    const { page, base } = context;
    const { rows } = await list(base, "sort=start&order=desc&limit=40");
    const row = rows.find(({ intervals, start_ns: from, end_ns: to }) => intervals > 1 && intervals < 100 && to - from > 2000);
    if (!row) skip("no such goroutine");
    const first = await api(base, `/api/slice?lane=${row.lane}&index=0`);
    if (!first.wake?.created || first.duration_ns < 100) skip("its creation is not told");
    const ms = (ns) => ns / 1e6;
    await open(context, `&goroutines=${row.id}`, `#${ms(first.start_ns)}:${ms(first.start_ns + first.duration_ns)}`);
    const at = (await list(base, `sort=running&filter=${row.id}`)).rows.findIndex(({ lane }) => lane === row.lane);
    await until("a tooltip", async () => (await tipAt(page, rowY(at), 0.5)).startsWith(`G${row.id}`));
    const box = await canvasBox(page);
    await page.mouse.click(box.x + NAMES + (box.width - NAMES) / 2, box.y + rowY(at));
    const wake = page.locator(".wake");
    const by = first.wake.goroutine === null ? "the runtime" : `G${first.wake.goroutine}`;
    await until("who created it", async () => (await wake.count()) > 0 && (await wake.innerText()).includes(`created by ${by}`));
    if (first.wake.stack) check((await wake.innerText()).includes(first.wake.stack[0].func), "the function is missing");
    if (first.wake.goroutine === null) return;
    await wake.locator("a").click();
    await until("the one that created it", () => query(page).get("goid") === String(first.wake.goroutine));
    const { count } = await list(base, `goid=${first.wake.goroutine}`);
    check(count >= 2, "it touched nobody");
    await page.goBack();
    await until("what was there before", () => query(page).get("goroutines") === String(row.id) && !query(page).has("goid"));
  },

  "lanes: the last of all goroutines is at the bottom": async (context) => {
    const { page, base } = context;
    const { span_ns: span } = await api(base, "/api/timeline");
    const { count } = await list(base, "limit=0");
    if (count < 60) skip("they fit");
    await open(context, "&sort=id");
    await until("the height", async () => (await lanesHeight(page)) === (HEADERS + count) * ROW);
    await page.$eval(".timeline-scroll", (bar) => (bar.scrollTop = bar.scrollHeight));
    const { rows } = await list(base, `sort=id&order=asc&offset=${count - 3}&limit=3`);
    const box = await canvasBox(page);
    const above = (box.height - HEAD - 3 * ROW) / ROW;
    await showsRows(page, rows, span, { above });
    await page.waitForLoadState("networkidle"); // what is around the last ones has come, too
    let asked = 0;
    page.on("request", (request) => (asked += request.url().includes("/api/lanes")));
    await page.$eval(".timeline-scroll", (bar) => (bar.scrollTop = bar.scrollHeight / 2));
    await page.waitForTimeout(600);
    check(asked <= 3, `${asked} pages were asked for to show one`);
  },

  "lanes: goroutines are filtered by function and by id": async (context) => {
    const { page, base } = context;
    const { rows } = await list(base, "sort=running&limit=1");
    needsGoroutines((await list(base, "limit=3")).rows);
    const text = rows[0].name.slice(-7) || String(rows[0].id);
    await open(context);
    await page.keyboard.press("g");
    await page.keyboard.type(text);
    const { count } = await list(base, `filter=${encodeURIComponent(text.trim())}`);
    await until("the height of what was found", async () => (await lanesHeight(page)) === (HEADERS + count) * ROW);
    await until("the filter in the URL", () => query(page).get("goroutines") === text);
    await page.keyboard.press("Escape");
    await until("all of them", async () => (await lanesHeight(page)) === (HEADERS + (await list(base, "limit=0")).count) * ROW);
    equal(await page.evaluate(() => document.activeElement.tagName), "CANVAS", "focus after Escape");
    await page.keyboard.press("g");
    await page.keyboard.type("no such function");
    await until("a row that says so", async () => (await lanesHeight(page)) === HEADERS * ROW + 26);
  },

  "lanes: by function: one folds out": async (context) => {
    const { page, base } = context;
    const { rows: functions, count } = await api(base, "/api/lanes?group=functions&sort=running");
    if (count === 0) skip("no goroutines");
    await open(context);
    await page.selectOption("select[aria-label='Arrange goroutines']", "function");
    const closed = (HEADERS + count) * ROW;
    await until("a row for each function", async () => (await lanesHeight(page)) === closed);
    const box = await canvasBox(page);
    await page.mouse.click(box.x + 60, box.y + rowY(0) - 8);
    await until("its goroutines", async () => (await lanesHeight(page)) === closed + functions[0].count * ROW);
    await until("the function in the URL", () => query(page).get("open") === functions[0].name);
    const { span_ns: span } = await api(base, "/api/timeline");
    const { rows } = await list(base, `sort=running&function=${encodeURIComponent(functions[0].name)}&limit=4`);
    await showsRows(page, rows, span, { above: HEADERS + 1 });
    await page.reload();
    await until("the same after a reload", async () => (await lanesHeight(page)) === closed + functions[0].count * ROW);
    await page.mouse.click(box.x + 60, box.y + rowY(0) - 8);
    await until("folded again", async () => (await lanesHeight(page)) === closed);
  },

  "lanes: the filter of all lanes": async (context) => {
    const { page, base } = context;
    const { lanes, goroutines } = await api(base, "/api/timeline");
    if (!lanes.some(({ id }) => id === "p1")) skip("one processor");
    await countHeaders(base);
    await page.goto(base + "/trace?fold=Goroutines");
    await page.waitForSelector(CANVAS);
    const { count } = await list(base, "filter=proc%201");
    await page.keyboard.press("l");
    await page.keyboard.type("Proc 1");
    const found = lanes.filter(({ name }) => name.toLowerCase().includes("proc 1"));
    const strips = (await api(base, "/api/tracks")).procs.filter(({ lane, collector }) => collector > 0 && found.some(({ id }) => id === lane));
    await until("the lanes found", async () => (await lanesHeight(page)) === 2 * ROW + found.length * ROW + strips.length * STRIP);
    await until("the filter in the URL", () => query(page).get("lanes") === "Proc 1");
    check(count <= goroutines, "found more than there are");
    await page.keyboard.press("Escape");
    await until("all lanes", async () => (await lanesHeight(page)) > HEADERS * ROW + 52 * 2);
  },

  "lanes: a pinned lane stays on top": async (context) => {
    const { page, base } = context;
    const { span_ns: span } = await api(base, "/api/timeline");
    const { rows } = await list(base, "sort=total&limit=3");
    needsGoroutines(rows);
    await open(context, "&sort=total");
    await showsRows(page, rows.slice(0, 1), span);
    await tipAt(page, rowY(0), 0.5);
    await page.keyboard.press("p");
    await until("the pin in the URL", () => query(page).get("pin") === rows[0].lane);
    const box = await canvasBox(page);
    const pinned = async () => {
      const tip = await tipAt(page, HEAD + 18, (rows[0].start_ns + rows[0].end_ns) / 2 / span);
      return tip.startsWith(`G${rows[0].id}`);
    };
    await until("the pinned lane on top", pinned);
    await page.reload();
    await page.waitForSelector(CANVAS);
    await until("it after a reload", pinned);
    await page.click("nav a[href='/goroutines']");
    await page.click("nav a[href='/trace']");
    await until("it after another page", () => query(page).get("pin") === rows[0].lane);
    await until("it on top again", pinned);
    await page.mouse.move(box.x + 60, box.y + HEAD + 11);
    await page.mouse.click(box.x + NAMES - 9, box.y + HEAD + 11);
    await until("no pin", () => !query(page).has("pin"));
  },

  "lanes: goid shows a goroutine with those it touched": async (context) => {
    const { page, base } = context;
    const { span_ns: span } = await api(base, "/api/timeline");
    const { rows: all } = await list(base, "sort=start&order=asc&limit=50");
    const one = all.find(({ start_ns: from, end_ns: to }) => from > 0 && to - from < span * 0.9) ?? all[0];
    if (!one) skip("no goroutines");
    const { count } = await list(base, `goid=${one.id}`);
    await open(context, `&goid=${one.id}`);
    await until("those it touched", async () => (await lanesHeight(page)) === (HEADERS + count) * ROW);
    const shown = () => new URL(page.url()).hash.slice(1).split(":").map((ms) => Number(ms) * 1e6);
    await until("its life", () => {
      const [from, to] = shown();
      return from <= one.start_ns + 1000 && to >= one.end_ns - 1000 && (to - from <= (one.end_ns - one.start_ns) * 1.2 + 2000 || to - from >= span * 0.99);
    });
    await page.click(".group-tools button:last-child");
    await until("all goroutines", async () => (await lanesHeight(page)) === (HEADERS + (await list(base, "limit=0")).count) * ROW);
    await page.goto(`${base}/trace?start=${Math.round(span / 4)}&end=${Math.round(span / 2)}`);
    await page.waitForSelector(CANVAS);
    await until("a section of the official tool", () => Math.abs(shown()[0] - span / 4) < span / 1000 && Math.abs(shown()[1] - span / 2) < span / 1000);
  },

  "lanes: goroutines wait for the end of reading": async (context) => {
    const { page, base } = context;
    await changeReply(page, base, "/api/timeline", (reply) => {
      reply.reading = { done_bytes: 1, total_bytes: 2, until_ns: reply.span_ns, expected_span_ns: reply.span_ns * 2 };
    });
    let asked = 0;
    page.on("request", (request) => (asked += request.url().includes("/api/lanes")));
    await page.goto(`${base}/trace?${FOLDED}`);
    await page.waitForSelector(CANVAS);
    await until("a row that says so", async () => (await lanesHeight(page)) === HEADERS * ROW + 26);
    await page.waitForTimeout(300);
    equal(asked, 0, "lists that were asked for");
  },
};
