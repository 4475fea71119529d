// The collector's pages.
import { api, canvasColours, changeReply, check, equal, skip, until } from "./harness.mjs";

const rowsOf = (page, label) => page.locator(`table[aria-label="${label}"] tbody tr:not(.spacer)`);
const percent = (share) => (share * 100).toFixed(share >= 0.9995 ? 0 : share >= 0.1 ? 1 : 2) + "%";

async function collecting(base) {
  const reply = await api(base, "/api/mmu");
  if (!reply.collections) skip("nothing is collected in this trace");
  return reply;
}

// The span that the timeline shows, in nanoseconds.
function shownSpan(page) {
  return new URL(page.url()).hash.slice(1).split(":").map((ms) => Number(ms) * 1e6);
}

export const tests = {
  "the cycles are listed with what each did": async ({ page, base }) => {
    const gc = await api(base, "/api/gc?sort=assist&order=desc");
    if (gc.cycles === 0) skip("nothing is collected in this trace");
    await page.goto(base + "/gc");
    const table = page.locator('table[aria-label="GC cycles"]');
    await table.waitFor();
    equal(Number(await table.getAttribute("aria-rowcount")), gc.cycles, "rows");
    equal(await page.locator(".key-figure dd").first().innerText(), String(gc.cycles), "cycles");
    await page.click("th >> text=Assist time");
    const first = rowsOf(page, "GC cycles").first();
    await until("the rows sorted anew", async () => (await first.locator("td").nth(5).innerText()) === String(gc.rows[0].assists));
    const [longest] = gc.rows[0].stops;
    check((await first.locator("td").nth(3).getAttribute("title")).includes(longest.name.slice(16, -1)), "the pauses are not named");
    equal(Number(await page.locator('table[aria-label="Stops of the world"]').getAttribute("aria-rowcount")), gc.stops, "stops");
  },

  "a cycle leads to its place in the timeline": async ({ page, base }) => {
    const gc = await api(base, "/api/gc");
    if (gc.cycles === 0) skip("nothing is collected in this trace");
    await page.goto(base + "/gc");
    await rowsOf(page, "GC cycles").first().locator("a").click();
    await page.waitForSelector(".timeline-canvas");
    const [from, to] = shownSpan(page);
    check(from <= gc.rows[0].start_ns && to >= gc.rows[0].end_ns, `shows ${from} to ${to}`);
  },

  "without a collection the pages say so": async ({ page, base }) => {
    await changeReply(page, base, "/api/mmu?flags=stw%7Cbackground%7Cassist", (reply) => (reply.collections = false));
    await page.goto(base + "/mmu");
    await page.waitForSelector("text=This trace holds no garbage collection");
    equal(await page.locator("canvas").count(), 0, "curves");
    const gc = await changeReply(page, base, "/api/gc?sort=length&order=desc&limit=1", (reply) => Object.assign(reply, { cycles: 0, rows: [] }));
    await page.goto(base + "/gc");
    await page.waitForSelector("text=This trace holds no garbage collection");
    equal(await page.locator("table").count(), gc.stops > 0 ? 1 : 0, "tables");
  },

  "the curve tells the figures of the window under the pointer": async ({ page, base }) => {
    const { curve } = await collecting(base);
    await page.goto(base + "/mmu");
    await page.waitForSelector("canvas.curve");
    await until("a drawn curve", async () => (await canvasColours(page, "canvas.curve")) > 3);
    const box = await page.locator("canvas.curve").boundingBox();
    await page.mouse.move(box.x + box.width - 15, box.y + 100);
    const last = curve[curve.length - 1];
    await until("the last point", async () => (await page.locator(".curve-says").innerText()).includes(`at least ${percent(last[1])}`));
    await page.mouse.move(box.x + 46, box.y + 100);
    await until("the first point", async () => (await page.locator(".curve-says").innerText()).includes(`at least ${percent(curve[0][1])}`));
  },

  "a click on the curve, and its keys, choose the windows that are listed": async ({ page, base }) => {
    const { curve } = await collecting(base);
    await page.goto(base + "/mmu");
    await page.waitForSelector("canvas.curve");
    const box = await page.locator("canvas.curve").boundingBox();
    await page.mouse.click(box.x + 46, box.y + 100);
    await until("the first window in the address", () => new URL(page.url()).searchParams.get("window") === String(curve[0][0]));
    await page.locator("canvas.curve").focus();
    await page.keyboard.press("ArrowRight");
    await until("the second window", () => new URL(page.url()).searchParams.get("window") === String(curve[1][0]));
    const { worst } = await api(base, `/api/mmu/worst?window=${curve[1][0]}`);
    await until("its worst windows", async () => (await page.getAttribute('table[aria-label="Worst windows"]', "aria-rowcount")) === String(worst.length));
    equal(await rowsOf(page, "Worst windows").first().locator("td").nth(1).innerText(), percent(worst[0].utilization), "the worst");
    await rowsOf(page, "Worst windows").first().locator("a").click();
    await page.waitForSelector(".timeline-canvas");
    const [from, to] = shownSpan(page);
    check(from <= worst[0].start_ns && to >= worst[0].start_ns + curve[1][0], `shows ${from} to ${to}`);
  },

  "the switches change what counts": async ({ page, base }) => {
    await collecting(base);
    await page.goto(base + "/mmu?window=1000000");
    await page.waitForSelector("canvas.curve");
    const picture = () => page.$eval("canvas.curve", (canvas) => canvas.toDataURL());
    await until("a drawn curve", async () => (await canvasColours(page, "canvas.curve")) > 3);
    const before = await picture();
    await page.getByLabel("Percentiles").check();
    await until("more lines", async () => (await picture()) !== before);
    equal(await page.locator(".legend li").count(), 4, "lines");
    await page.getByLabel("Each processor alone").check();
    await page.getByLabel("Background workers").uncheck();
    equal(new URL(page.url()).searchParams.get("flags"), "perProc|stw|assist|mut", "flags");
    const { worst } = await api(base, `/api/mmu/worst?flags=perProc|stw|assist&window=1000000`);
    const first = rowsOf(page, "Worst windows").first();
    await until("windows of processors", async () => (await first.locator("td").nth(1).innerText()) === percent(worst[0].utilization));
    equal(await first.locator("td").nth(2).innerText(), String(worst[0].proc ?? "any"), "processor");
  },
};
