// The pages of user tasks and regions.
import { api, changeReply, check, equal, skip, until } from "./harness.mjs";

const digits = (value) => value.toLocaleString("en-US");
const table = (page, label) => page.locator(`table[aria-label="${label}"]`);
const rowsOf = (page, label) => table(page, label).locator("tbody tr:not(.spacer)");
const rowCount = async (page, label) => Number(await table(page, label).getAttribute("aria-rowcount"));

async function someType(base, of) {
  const { rows } = await api(base, `/api/${of}/types?sort=count`);
  if (rows.length === 0) skip(`the trace has no ${of}`);
  return rows[0];
}

export const tests = {
  "types of tasks and regions are listed with their figures": async ({ page, base }) => {
    for (const [of, path, label] of [["tasks", "/usertasks", "Task types"], ["regions", "/userregions", "Region types"]]) {
      const { count, rows } = await api(base, `/api/${of}/types`);
      await page.goto(base + path);
      if (count === 0) {
        await page.waitForSelector(`text=This trace holds no user ${of}`);
        check((await page.locator(".notice").innerText()).includes(of === "tasks" ? "trace.NewTask" : "trace.StartRegion"), "does not say how to add them");
        continue;
      }
      await table(page, label).waitFor();
      equal(await rowCount(page, label), count, "rows");
      const first = await rowsOf(page, label).first().innerText();
      check(first.includes(rows[0].type) && first.includes(digits(rows[0].count)), `the first row says ${first}`);
      equal(await page.locator("nav a[aria-current]").first().innerText(), "Tasks", "the marked page");
    }
  },

  "without tasks and regions the pages say how to add them": async ({ page, base }) => {
    for (const [of, path] of [["tasks", "/usertasks"], ["regions", "/userregions"]]) {
      await changeReply(page, base, `/api/${of}/types?limit=1`, (reply) => Object.assign(reply, { count: 0, rows: [] }));
      await page.goto(base + path);
      await page.waitForSelector("text=runtime/trace");
      equal(await page.locator("table").count(), 0, "tables");
    }
  },

  "a type lists its tasks, sorted as asked": async ({ page, base }) => {
    const type = await someType(base, "tasks");
    const query = `type=${encodeURIComponent(type.type)}`;
    const { count, rows } = await api(base, `/api/tasks?${query}`);
    await page.goto(base + "/usertasks");
    await page.click(`tbody a >> text=${type.type}`);
    await table(page, "Tasks").waitFor();
    equal(await rowCount(page, "Tasks"), count, "rows");
    equal(count, type.count, "the type's count");
    const first = rowsOf(page, "Tasks").first().locator("td").first();
    equal(await first.innerText(), String(rows[0].id), "the longest task");
    const { rows: byBegin } = await api(base, `/api/tasks?${query}&sort=start&order=desc&limit=1`);
    await page.click("th >> text=Begin");
    await until("the last task", async () => (await first.innerText()) === String(byBegin[0].id));
  },

  "several bars list the tasks of all their lengths, by dragging and by Shift and arrow keys": async ({ page, base }) => {
    const { rows } = await api(base, "/api/tasks/types");
    const type = rows.find(({ histogram }) => histogram.filter(([, , count]) => count > 0).length > 2);
    if (!type) skip("all tasks of a type take about as long");
    const last = type.histogram.length - 1;
    const sum = (from, to) => type.histogram.slice(from, to + 1).reduce((all, [, , count]) => all + count, 0);
    await page.goto(`${base}/usertask?type=${encodeURIComponent(type.type)}`);
    const column = (i) => page.locator(`.histogram-column[data-bucket="${i}"] .histogram-room`);
    const [first, second] = [await column(0).boundingBox(), await column(last - 1).boundingBox()];
    await page.mouse.move(first.x + 5, first.y + 40);
    await page.mouse.down();
    await page.mouse.move(second.x + 5, second.y + 40, { steps: 8 });
    await until("what is gathered", async () => (await page.locator(".histogram-column[data-brushed]").count()) === last);
    await page.mouse.up();
    await until("the tasks of all but the last bar", async () => (await rowCount(page, "Tasks")) === sum(0, last - 1));
    const query = new URL(page.url()).searchParams;
    equal(`${query.get("latmin")} ${query.get("latmax")}`, `${type.histogram[0][0]}ns ${type.histogram[last - 1][1] - 1}ns`, "the bounds");
    await page.goto(`${base}/usertask?type=${encodeURIComponent(type.type)}`);
    await column(last).locator("a").focus();
    await page.keyboard.down("Shift");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.up("Shift");
    await until("the tasks of the last three bars", async () => (await rowCount(page, "Tasks")) === sum(last - 2, last));
  },

  "a bar of a histogram lists the tasks of its length, by keyboard too": async ({ page, base }) => {
    const type = await someType(base, "tasks");
    if (type.complete === 0) skip("no task is complete");
    await page.goto(`${base}/usertask?type=${encodeURIComponent(type.type)}`);
    const bars = page.locator(".histogram a");
    await bars.first().waitFor();
    const held = type.histogram.filter(([, , count]) => count > 0);
    equal(await bars.count(), held.length, "bars");
    await bars.first().focus();
    await page.keyboard.press("Enter");
    await until("the tasks of the first bar", async () => (await page.locator(".histogram a[aria-current]").count()) === 1 && (await rowCount(page, "Tasks")) === held[0][2]);
    await page.click(".page-head >> text=/^all$/");
    await until("all tasks", async () => (await rowCount(page, "Tasks")) === type.count);
  },

  "the search in logs finds tasks": async ({ page, base }) => {
    const type = await someType(base, "tasks");
    const { rows } = await api(base, `/api/tasks?sort=logs&limit=1`);
    const story = await api(base, `/api/task?id=${rows[0].id}`);
    const log = story.events.find((event) => event.kind === "log");
    if (!log) skip("no task has a log");
    const text = log.text || log.category;
    await page.goto(base + "/usertasks");
    await page.fill('input[aria-label="Search in logs"]', text);
    await page.keyboard.press("Enter");
    const { count } = await api(base, `/api/tasks?logtext=${encodeURIComponent(text)}`);
    check(count > 0 && count <= type.count * 100, `${count} are found`);
    await until("what is found", async () => (await table(page, "Tasks").count()) === 1 && (await rowCount(page, "Tasks")) === count);
    await page.fill('input[aria-label="Search in logs"]', "nothing says this, surely");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".table-empty");
  },

  "a task's story has its events in order, and what its goroutines did": async ({ page, base }) => {
    await someType(base, "tasks");
    const { rows } = await api(base, "/api/tasks?sort=regions&limit=1");
    const story = await api(base, `/api/task?id=${rows[0].id}`);
    await page.goto(`${base}/usertask?id=${story.id}`);
    await table(page, "Events of the task").waitFor();
    equal(await rowCount(page, "Events of the task"), story.events.length, "events");
    const said = await rowsOf(page, "Events of the task").allInnerTexts();
    story.events.slice(0, 10).forEach((event, i) => {
      check(said[i].includes(event.text) && said[i].includes(event.kind.split(" ")[0]), `line ${i} says ${said[i]}, not ${event.text}`);
      check(i === 0 || event.time_ns >= story.events[i - 1].time_ns, "events out of order");
    });
    equal(await page.locator(".task-goroutines li").count(), story.goroutines.length, "goroutines");
    await page.fill(".table-tools input[type=search]", "region begins");
    await until("the regions alone", async () => (await rowCount(page, "Events of the task")) === story.events.filter(({ kind }) => kind === "region begin").length);
    await page.click("text=Show in the timeline");
    await page.waitForSelector(".timeline-canvas");
    const [from, to] = new URL(page.url()).hash.slice(1).split(":").map((ms) => Number(ms) * 1e6);
    check(from <= story.start_ns && to >= story.start_ns + story.duration_ns, `shows ${from} to ${to}`);
  },

  "an unknown task is told of": async ({ page, base, allow }) => {
    allow(/404/);
    await page.goto(base + "/usertask?id=18446744073709551614");
    await page.locator(".notice >> text=This trace holds no task of this id").waitFor();
  },

  "a region type lists its regions, and leads to profiles within them": async ({ page, base }) => {
    const type = await someType(base, "regions");
    await page.goto(base + "/userregions");
    await table(page, "Region types").waitFor();
    await page.click("th >> text=Count");
    await rowsOf(page, "Region types").first().locator("td >> nth=0 >> a").click();
    await table(page, "Regions").waitFor();
    equal(await rowCount(page, "Regions"), type.count, "rows");
    const { rows } = await api(base, `/api/regions?type=${encodeURIComponent(type.type)}&pc=${type.pc}&limit=1`);
    equal(await rowsOf(page, "Regions").first().locator("td").first().innerText(), `G${rows[0].goroutine}`, "the longest");
    const held = type.histogram.filter(([, , count]) => count > 0);
    await page.locator(".histogram a").last().click();
    await until("the regions of the last bar", async () => (await rowCount(page, "Regions")) === held[held.length - 1][2]);
    const href = await page.locator(".links a >> text=Synchronisation").getAttribute("href");
    const scope = new URL(href, base);
    equal(scope.pathname, "/regionblock", "profile");
    equal(scope.searchParams.get("pc"), type.pc.slice(2), "its place, as the profile takes it");
    await page.click(".links a >> text=Synchronisation");
    await page.waitForSelector(".tabs a[aria-current]");
  },
};
