// Overview, goroutines, themes: what they show is what the API says.
import { api, changeReply, check, equal, skip, until } from "./harness.mjs";

const digits = (value) => value.toLocaleString("en-US");

export const tests = {
  "overview shows the trace's figures": async ({ page, base }) => {
    const [overview, { groups }, profiles] = await Promise.all(["/api/overview", "/api/groups", "/api/profiles"].map((path) => api(base, path)));
    await page.goto(base + "/");
    await page.waitForSelector(".key-figures");
    await until("the lists", async () => (await page.locator(".rank").count()) === (groups.length > 0 ? 2 : 1));
    const figures = await page.locator(".key-figure").allInnerTexts();
    const said = figures.join("\n");
    for (const value of [overview.events, overview.goroutines, overview.threads]) check(said.includes(digits(value)), `figure ${digits(value)} is missing in ${said}`);
    equal(await page.locator(".trace-name").innerText(), overview.name, "name of the trace");
    equal(await page.locator(".notice-warning li").count(), overview.warnings.length, "warnings");
    equal(await page.locator(".rank").last().locator("li").count(), profiles.filter(({ kind }) => !["offcpu", "cpu", "wall"].includes(kind)).length, "profiles");
    if (groups.length > 0) equal(await page.locator(".rank").first().locator("li").count(), Math.min(10, groups.length), "groups");
  },

  "a trace of an old release is told of in its own terms": async ({ page, base }) => {
    await changeReply(page, base, "/api/overview", (overview) => {
      Object.assign(overview, { format: "1.7", gomaxprocs: 0, procs: 3, generations: 1 });
    });
    await changeReply(page, base, "/api/groups", (groups) => {
      groups.states = [{ name: "Block time ()", ns: 5 }];
    });
    await page.goto(base + "/");
    const facts = await page.locator(".facts").innerText();
    check(facts.includes("Go 1.7 format") && !facts.includes("generation"), facts);
    equal(await page.locator(".key-figure >> text=Processors >> xpath=.. >> dd").innerText(), "3", "processors");
    await until("the wait without a reason", async () => (await page.locator(".legend").last().innerText()).includes("Block time (no reason given)"));
  },

  "overview draws the utilisation": async ({ page, base, canvasColours }) => {
    await page.goto(base + "/");
    await page.waitForSelector(".utilisation canvas");
    await until("a drawn utilisation", async () => (await canvasColours(page, ".utilisation canvas")) > 3);
  },

  "dragging over the utilisation opens the timeline there": async ({ page, base, canvasColours }) => {
    await page.goto(base + "/");
    await page.waitForSelector(".utilisation canvas");
    await until("a drawn utilisation", async () => (await canvasColours(page, ".utilisation canvas")) > 3);
    const box = await page.locator(".utilisation canvas").boundingBox();
    await page.mouse.move(box.x + box.width * 0.25, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForSelector(".timeline-canvas");
    const { span_ns: span } = await api(base, "/api/overview");
    const [from, to] = new URL(page.url()).hash.slice(1).split(":").map(Number);
    check(Math.abs((from * 1e6) / span - 0.25) < 0.02 && Math.abs((to * 1e6) / span - 0.5) < 0.02, `opened at ${from}:${to}`);
  },

  "an unknown path shows the overview": async ({ page, base }) => {
    await page.goto(base + "/no/such/page");
    await page.waitForSelector(".key-figures");
  },

  "links move between the pages without loading anew": async ({ page, base }) => {
    await page.goto(base + "/");
    await page.evaluate(() => (window.stillHere = true));
    await page.click("nav >> text=Goroutines");
    await page.waitForSelector("table");
    await page.click("nav >> text=Profiles");
    await page.waitForSelector(".tabs");
    check(await page.evaluate(() => window.stillHere), "the page was loaded anew");
    await page.goBack();
    await page.waitForSelector("th >> text=Start function");
  },

  "groups are listed, heaviest first": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    await page.goto(base + "/goroutines");
    await page.waitForSelector("table");
    equal(Number(await page.getAttribute("table", "aria-rowcount")), groups.length, "rows");
    const heaviest = groups.reduce((best, group) => (group.exec_ns > best.exec_ns ? group : best));
    const first = page.locator("tbody tr:not(.spacer)").first();
    check((await first.innerText()).includes(digits(heaviest.count)), "the first row is not the heaviest group");
  },

  "groups sort by a click on a header": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    await page.goto(base + "/goroutines");
    await page.click("th >> text=Count");
    const most = Math.max(...groups.map((group) => group.count));
    const least = Math.min(...groups.map((group) => group.count));
    const first = page.locator("tbody tr:not(.spacer)").first().locator("td").nth(1);
    equal(await first.innerText(), digits(most), "largest count first");
    equal(await page.locator("th[aria-sort=descending]").count(), 1, "sorted columns");
    await page.click("th >> text=Count");
    equal(await first.innerText(), digits(least), "smallest count first");
  },

  "groups filter by name": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    const named = groups.find((group) => group.name !== "");
    if (!named) skip("no group has a name");
    await page.goto(base + "/goroutines");
    await page.fill(".table-tools input[type=search]", named.name);
    const wanted = groups.filter((group) => group.name.toLowerCase().includes(named.name.toLowerCase())).length;
    await until("the filtered rows", async () => Number(await page.getAttribute("table", "aria-rowcount")) === wanted);
    await page.fill(".table-tools input[type=search]", "no function is called this");
    await page.waitForSelector(".table-empty");
  },

  "a group's page lists its goroutines": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    const group = groups.reduce((best, candidate) => (candidate.count > best.count ? candidate : best));
    const path = `/api/goroutines?name=${encodeURIComponent(group.name)}`;
    const reply = await api(base, `${path}&sort=total&order=desc&offset=0&limit=1000`);
    await page.goto(`${base}/goroutine?name=${encodeURIComponent(group.name)}`);
    await page.waitForSelector("table");
    equal(Number(await page.getAttribute("table", "aria-rowcount")), reply.count, "rows");
    const first = page.locator("table").first().locator("tbody tr:not(.spacer)").first();
    equal(await first.locator("td").first().innerText(), `G${reply.rows[0].id}`, "first goroutine");
    equal(await page.locator("table").count(), reply.range_columns.length > 0 ? 2 : 1, "tables");
    equal(await page.locator(".links a").count(), 7, "links to profiles");

    const column = reply.columns[0];
    const byColumn = await api(base, `${path}&sort=${encodeURIComponent(column)}&order=desc&offset=0&limit=1`);
    await page.locator("table").first().locator(`th[title="${column}"] button`).click();
    await until("the rows sorted anew", async () => (await first.locator("td").first().innerText()) === `G${byColumn.rows[0].id}`);
  },

  "long tables scroll and load what they show": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    const group = groups.find((candidate) => candidate.count > 300);
    if (!group) skip("no group has more than 300 goroutines");
    const last = await api(base, `/api/goroutines?name=${encodeURIComponent(group.name)}&sort=total&order=desc&offset=${group.count - 1}&limit=1`);
    await page.goto(`${base}/goroutine?name=${encodeURIComponent(group.name)}`);
    await page.waitForSelector(".table-scroll");
    await page.$eval(".table-scroll", (element) => (element.scrollTop = element.scrollHeight));
    const rows = page.locator("table").first().locator("tbody tr:not(.spacer)");
    await until("the last goroutine", async () => (await rows.last().innerText()).startsWith(`G${last.rows[0].id}`));
    check((await rows.count()) < 200, "rows out of sight stay in the page");
  },

  "an error of the server is a sentence in the page": async ({ page, base, allow }) => {
    allow(/status of [45]\d\d/);
    await page.goto(`${base}/block?name=${encodeURIComponent("no such function")}`);
    const reply = await fetch(`${base}/api/profile?kind=sync&name=no+such+function`);
    check(!reply.ok, "there is a profile of no group");
    const { error } = await reply.json();
    await until("the server's sentence", async () => (await page.locator(".notice-error").allInnerTexts()).join().includes(error));
  },

  "the theme switch is obeyed and remembered": async ({ page, base }) => {
    await page.goto(base + "/");
    const ground = () => page.$eval("html", (element) => getComputedStyle(element).backgroundColor);
    const light = await ground();
    await page.click("[data-theme-choice=dark]");
    const dark = await until("another ground", async () => ((await ground()) !== light ? ground() : null));
    await page.reload();
    await page.waitForSelector("[data-theme-choice=dark][aria-pressed=true]");
    equal(await ground(), dark, "ground after loading anew");
    await page.click("[data-theme-choice=light]");
    equal(await ground(), light, "ground of the light theme");
  },

  "hostile names are text": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    const hostile = groups.filter(({ name }) => /<(script|img)/i.test(name));
    if (hostile.length === 0) skip("no name in this trace looks like HTML");
    for (const path of ["/", "/goroutines", "/block", "/trace"]) {
      await page.goto(base + path);
      await page.waitForTimeout(400);
      const inside = await page.evaluate(() => document.querySelectorAll("main script, main img, [onerror]").length);
      equal(inside, 0, `elements made from names on ${path}`);
    }
    await page.goto(`${base}/goroutine?name=${encodeURIComponent(hostile[0].name)}`);
    await page.waitForSelector("h1");
    equal(await page.locator("h1").innerText(), hostile[0].name, "heading");
  },
};
