// One goroutine's page, the groups' figures and histograms, the heatmap, the call graph, source.
import { api, canvasColours, check, equal, isChromium, load, skip, until } from "./harness.mjs";

const digits = (value) => value.toLocaleString("en-US");
const table = (page, label) => page.locator(`table[aria-label="${label}"]`);
const rowsOf = (page, label) => table(page, label).locator("tbody tr:not(.spacer)");
const rowCount = async (page, label) => Number(await table(page, label).getAttribute("aria-rowcount"));

// A goroutine that the program began, with much in its life.
async function someGoroutine(base, sort = "intervals") {
  const { rows } = await api(base, `/api/lanes?group=goroutines&sort=${sort}&limit=200`);
  const created = rows.find((row) => row.start_ns > 0 && !row.name.startsWith("runtime.")) ?? rows[0];
  if (!created) skip("the trace has no goroutines");
  return api(base, `/api/goroutine?number=${created.number}`);
}

export const tests = {
  "a goroutine's page says what the API says": async ({ page, base }) => {
    const reply = await someGoroutine(base);
    const { rows: [lane] } = await api(base, `/api/lanes?group=goroutines&number=${reply.number}`);
    equal(reply.states.reduce((sum, state) => sum + state.total_ns, 0), lane.ns.reduce((sum, ns) => sum + ns, 0), "time in all states");
    equal(reply.states.reduce((sum, state) => sum + state.count, 0), lane.intervals, "states");
    await page.goto(`${base}/goroutine/${reply.id}?number=${reply.number}`);
    await table(page, "Time by state").waitFor();
    equal(await rowCount(page, "Time by state"), reply.states.length, "states in figures");
    for (const [i, said] of (await rowsOf(page, "Time by state").allInnerTexts()).entries()) check(said.includes(digits(reply.states[i].count)), `line ${i} says ${said}`);
    check((await page.locator("h1").innerText()).includes(String(reply.id)), "the heading lacks the id");
    equal(await page.locator(".links >> nth=0 >> a").count(), 7, "links to profiles");
    equal(await page.locator(".waits > ol > li").count(), reply.waits.length, "waits");
    await until("the strip", async () => (await canvasColours(page, ".strip canvas")) > 3);
    if (reply.creation?.goroutine != null) {
      await page.locator(".columns-created header a").first().click();
      await until("the creator's page", async () => (await page.locator("h1").innerText()).startsWith(`Goroutine ${reply.creation.goroutine}`));
    }
  },

  "a goroutine's longest waits open their stacks, by keyboard too": async ({ page, base }) => {
    const reply = await someGoroutine(base, "waiting");
    const longest = reply.waits.reduce((best, wait) => (best && best.duration_ns >= wait.duration_ns ? best : wait), null);
    if (!longest) skip("it never waits");
    const slice = await api(base, `/api/slice?lane=${reply.lane}&index=${longest.index}`);
    equal(longest.duration_ns, slice.duration_ns, "the wait, as its slice has it");
    equal(longest.wake?.goroutine ?? null, slice.wake?.goroutine ?? null, "who ended it");
    equal(longest.reason, slice.reason ?? "", "why");
    await page.goto(`${base}/goroutine/${reply.id}?number=${reply.number}`);
    const first = page.locator(".waits details").first();
    await first.waitFor();
    check((await first.innerText()).includes(longest.reason), "the first line does not say why");
    await first.locator("summary").focus();
    await page.keyboard.press("Enter");
    await until("the stacks", async () => (await first.getAttribute("open")) !== null);
    if (longest.stack) equal(await first.locator(".stack-list").first().locator("li").count(), longest.stack.length, "frames");
  },

  "a goroutine's states are listed, sorted and filtered by the server": async ({ page, base }) => {
    const reply = await someGoroutine(base);
    await page.goto(`${base}/goroutine/${reply.id}?number=${reply.number}`);
    await table(page, "States").waitFor();
    equal(await rowCount(page, "States"), reply.intervals, "states");
    const [state] = reply.states;
    await page.selectOption('select[aria-label="Only one state"]', String(state.state));
    await until("one state alone", async () => (await table(page, "States").count()) === 1 && (await rowCount(page, "States")) === state.count);
    await table(page, "States").locator("th >> text=Duration").click();
    const { rows } = await api(base, `/api/goroutine/states?number=${reply.number}&state=${state.state}&sort=duration&order=desc&limit=1`);
    equal(rows[0].duration_ns, state.max_ns, "the longest");
    const link = () => rowsOf(page, "States").first().locator("a").getAttribute("href");
    await until("the longest first", async () => {
      const [from, to] = (await link()).split("#")[1].split(":").map((ms) => Number(ms) * 1e6);
      return from <= rows[0].start_ns && to >= rows[0].start_ns + rows[0].duration_ns;
    });
  },

  "the strip opens the timeline where it is clicked": async ({ page, base }) => {
    const reply = await someGoroutine(base);
    await page.goto(`${base}/goroutine/${reply.id}?number=${reply.number}`);
    const strip = page.locator(".strip canvas");
    await strip.waitFor();
    await until("the strip", async () => (await canvasColours(page, ".strip canvas")) > 3);
    const box = await strip.boundingBox();
    await page.mouse.move(box.x + box.width / 4, box.y + 40);
    await until("what is under the pointer", async () => (await page.locator(".strip-says").innerText()).includes(" · "));
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await page.waitForSelector(".timeline-canvas");
    const url = new URL(page.url());
    equal(url.searchParams.get("goid"), String(reply.id), "whose timeline");
    const [from, to] = url.hash.slice(1).split(":").map((ms) => Number(ms) * 1e6);
    const length = reply.end_ns - reply.start_ns;
    check(from <= reply.start_ns + length * 0.26 && to >= reply.start_ns + length * 0.49 && to - from < length * 0.6, `shows ${from} to ${to}`);
  },

  "an unknown goroutine is told of": async ({ page, base, allow }) => {
    allow(/404/);
    for (const id of ["987654321987", "x"]) {
      await page.goto(`${base}/goroutine/${id}`);
      await page.waitForSelector(id === "x" ? "text=This is no goroutine" : `text=There is no goroutine ${id}`);
      equal(await page.locator(".notice-error").count(), 0, "errors");
    }
  },

  "groups and the timeline lead to a goroutine's page": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    const { rows } = await api(base, `/api/goroutines?name=${encodeURIComponent(groups[0].name)}&limit=1`);
    await page.goto(`${base}/goroutine?name=${encodeURIComponent(groups[0].name)}`);
    await table(page, "Goroutines").waitFor();
    await rowsOf(page, "Goroutines").first().locator("a").first().click();
    await until("its page", async () => new URL(page.url()).pathname === `/goroutine/${rows[0].id}`);
    await table(page, "Time by state").waitFor();
    equal(await page.locator("nav a[aria-current]").first().innerText(), "Goroutines", "the marked page");
  },

  "groups have mean, percentiles and kinds of waits": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    const group = groups.filter(({ count }) => count <= 1000).reduce((best, candidate) => (candidate.count > best.count ? candidate : best));
    const { rows } = await api(base, `/api/goroutines?name=${encodeURIComponent(group.name)}&limit=1000`);
    const totals = rows.map((row) => row.total_ns).sort((a, b) => a - b);
    const rank = (percent) => totals[Math.ceil((percent * totals.length) / 100) - 1];
    equal(group.p50_ns, rank(50), "median");
    equal(group.p95_ns, rank(95), "p95");
    equal(group.max_ns, totals[totals.length - 1], "max");
    equal(group.mean_ns, Math.floor(totals.reduce((sum, ns) => sum + ns, 0) / totals.length), "mean");
    await page.goto(base + "/goroutines");
    await table(page, "Goroutine groups").waitFor();
    const most = Math.max(...groups.map(({ p95_ns }) => p95_ns));
    await page.click("th >> text=p95");
    const first = rowsOf(page, "Goroutine groups").first();
    const name = groups.filter(({ p95_ns }) => p95_ns === most).map((candidate) => candidate.name);
    await until("the highest p95 first", async () => name.includes(await first.locator("td").first().locator(".code").getAttribute("title") ?? ""));
    const waits = groups.some((candidate) => candidate.waits.some(({ reason, ns }) => reason.startsWith("chan") && ns > 0));
    equal(await page.locator("th >> text=Wait: channel").count(), waits ? 1 : 0, "columns of channel waits");
  },

  "a group's histograms filter its goroutines, by keyboard too": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    const group = groups.reduce((best, candidate) => (candidate.count > best.count ? candidate : best));
    const path = `/goroutine?name=${encodeURIComponent(group.name)}`;
    const reply = await api(base, `/api/goroutines?name=${encodeURIComponent(group.name)}`);
    await page.goto(base + path);
    await page.locator(".histograms").waitFor();
    for (const [by, title] of [["exec", "Execution"], ["sched_wait", "Scheduler wait"], ["total", "Total"]]) {
      const held = reply.histograms[by].filter(([, , count]) => count > 0);
      equal(held.reduce((sum, [, , count]) => sum + count, 0), group.count, `goroutines by ${by}`);
      const bars = page.locator(`.histograms section[aria-label="${title}"] .histogram a`);
      await until(`the bars of ${by}`, async () => (await bars.count()) === held.length);
      await bars.last().focus();
      await page.keyboard.press("Enter");
      const last = held[held.length - 1][2];
      await until("those of the last bar", async () => (await table(page, "Goroutines").count()) === 1 && (await rowCount(page, "Goroutines")) === last);
      equal(await page.locator(".histogram a[aria-current]").count(), 1, "chosen bars");
      equal(new URL(page.url()).searchParams.get("by"), by, "what is in the URL");
      await bars.first().click();
      await until("those of the first bar", async () => (await table(page, "Goroutines").count()) === 1 && (await rowCount(page, "Goroutines")) === held[0][2]);
      await page.click(".page >> text=/^all$/");
      await until("all of them", async () => (await table(page, "Goroutines").count()) === 1 && (await rowCount(page, "Goroutines")) === group.count);
    }
  },

  "the heatmap shows how busy each processor was, and leads to the timeline": async ({ page, base }) => {
    const { lanes, span_ns: span } = await api(base, "/api/timeline");
    const procs = lanes.filter(({ group }) => group === "Processors");
    if (procs.length === 0 || span === 0) skip("the trace tells of no processor");
    const level = Math.max(0, Math.ceil(Math.log2(span / 512)));
    const { decodeTiles } = await load("api/tiles.ts");
    const reply = await fetch(base + "/api/tiles", { method: "POST", headers: { "X-Kymo": "1" }, body: JSON.stringify({ level, tiles: [[procs[0].id, 0]] }) });
    const [tile] = decodeTiles(await reply.arrayBuffer());
    const bucket = 2 ** level;
    const middle = 20;
    const busy = tile.kind === "dense" ? tile.busy[middle] / 255
      : tile.kind !== "exact" ? 0
      : tile.start.reduce((sum, start, i) => sum + Math.max(0, Math.min(start + tile.duration[i], (middle + 1) * bucket) - Math.max(start, middle * bucket)), 0) / bucket;
    await page.goto(base + "/#heatmap");
    const map = page.locator("canvas.heatmap");
    await until("the heatmap", async () => (await map.count()) === 1 && (await canvasColours(page, "canvas.heatmap")) > 8);
    const said = page.locator(".heat-says");
    await map.focus();
    for (let i = 0; i <= middle; i++) await page.keyboard.press("ArrowRight");
    await until("what the cell says", async () => (await said.innerText()).startsWith(procs[0].name + " · "));
    const share = Number(/([\d.]+)% busy/.exec(await said.innerText())[1]) / 100;
    check(Math.abs(share - busy) < 0.006, `says ${share}, the tile ${busy}`);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".timeline-canvas");
    const [from, to] = new URL(page.url()).hash.slice(1).split(":").map((ms) => Number(ms) * 1e6);
    check(from <= middle * bucket && to >= (middle + 1) * bucket && to - from < span / 4, `shows ${from} to ${to}`);
    await page.goBack();
    await until("the heatmap again", async () => (await map.count()) === 1 && (await canvasColours(page, "canvas.heatmap")) > 8);
    const box = await map.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 5);
    await until("what is under the pointer", async () => /%|busy/.test(await said.innerText()) && (await said.innerText()).startsWith(procs[0].name));
    await page.mouse.click(box.x + box.width / 2, box.y + 5);
    await page.waitForSelector(".timeline-canvas");
  },

  "a call graph has the figures of the other views": async ({ base }) => {
    const { callGraph } = await load("pages/profile/graph.ts");
    const { filterSamples, functionTable, neighbours, NO_FILTERS } = await load("pages/profile/samples.ts");
    for (const kind of ["wall", "sync"]) {
      const profile = await api(base, `/api/profile?kind=${kind}`);
      const samples = filterSamples(profile, NO_FILTERS, null);
      const table = new Map(functionTable(samples, "ns").map((row) => [row.function, row]));
      const graph = callGraph(samples, "ns", profile.ns);
      check(graph.nodes.length <= 80 && graph.nodes.length + graph.dropped === table.size, `${graph.nodes.length} nodes, ${graph.dropped} dropped of ${table.size}`);
      for (const { function: fn, flat, cum } of graph.nodes) {
        equal(flat, table.get(fn).flat, `flat of ${samples.names[fn]}`);
        equal(cum, table.get(fn).cum, `cum of ${samples.names[fn]}`);
        check(cum >= 0.005 * profile.ns, `${samples.names[fn]} has too little`);
      }
      const whole = callGraph(samples, "ns", 0); // nothing is too little, but for the number of nodes
      for (const edge of whole.edges.filter(({ residual }) => !residual)) {
        const { amount } = neighbours(samples, edge.to, "ns").callers.find((caller) => caller.function === edge.from);
        check(edge.weight >= amount && (table.size > 80 || edge.weight === amount), `a call has ${edge.weight}, its stacks ${amount}`);
      }
    }
    const of = (all) => callGraph({ names: ["a", "b", "c", "d"], files: [], all: all.map(([frames, ns]) => ({ frames, ns, count: 1 })) }, "ns", 10000);
    const told = ({ edges }) => edges.map(({ from, to, weight, residual }) => `${from}${residual ? ".." : "-"}${to} ${weight}`).sort().join(", ");
    equal(told(of([[[2, 1, 0], 4000], [[1, 0], 6000]])), "0-1 10000, 1-2 4000", "a chain");
    equal(told(of([[[1, 0, 1, 0, 0], 10000]])), "0-1 10000, 1-0 10000", "functions that call themselves and each other");
    equal(told(of([[[2, 1, 0], 49], [[2, 3, 0], 9951]])), "0-3 9951, 3-2 9951", "a way past a function that is left out, beside another way");
    equal(told(of([[[2, 1, 0], 49], [[2], 51], [[0], 9900]])), "0..2 49", "a way past a function that is left out");
    equal(told(of([[[1, 0], 9], [[1], 5000], [[0], 4991]])), "", "a call with little");
  },

  "the call graph is laid out, moves, zooms, focuses and is saved": async ({ page, base }) => {
    const profile = await api(base, "/api/profile?kind=wall");
    const scripts = [];
    page.on("request", (request) => request.url().endsWith(".js") && scripts.push(new URL(request.url()).pathname));
    await page.goto(base + "/wall?view=top");
    await table(page, "Functions").waitFor();
    check(!scripts.includes("/graph.js"), "the layout is loaded before it is needed");
    await page.click('.profile-views >> text="Graph"');
    const nodes = page.locator(".graph-node");
    await nodes.first().waitFor();
    check(scripts.includes("/graph.js"), "the layout is not loaded when it is needed");
    const said = await page.locator(".graph [role=status]").innerText();
    equal(await nodes.count(), Number(/^(\d+) function/.exec(said)[1]), "nodes");
    const boxes = await nodes.evaluateAll((all) => all.map((node) => { const { x, y, width, height } = node.querySelector("rect").getBBox(); return { x, y, width, height }; }));
    for (const [i, a] of boxes.entries()) for (const b of boxes.slice(0, i)) check(a.x + a.width <= b.x + 0.5 || b.x + b.width <= a.x + 0.5 || a.y + a.height <= b.y + 0.5 || b.y + b.height <= a.y + 0.5, "boxes overlap");
    const transform = () => page.$eval(".graph svg > g", (g) => g.getAttribute("transform"));
    const changed = async (what, act) => {
      const before = await transform();
      await act();
      await until(what, async () => (await transform()) !== before);
    };
    const box = await page.locator(".graph-host").boundingBox();
    await page.mouse.move(box.x + 5, box.y + box.height / 2);
    await changed("zooming by the wheel", () => page.mouse.wheel(0, 200));
    await changed("dragging", async () => {
      await page.mouse.down();
      await page.mouse.move(box.x + 90, box.y + 200, { steps: 4 });
      await page.mouse.up();
    });
    check(!page.url().includes("focus"), "a drag counts as a click");
    await page.locator(".graph-host").focus();
    for (const key of ["+", "ArrowLeft", "ArrowUp", "-", "0"]) await changed(`the key ${key}`, () => page.keyboard.press(key));
    if (isChromium(page)) {
      const [saved] = await Promise.all([page.waitForEvent("download"), page.click("text=Download SVG")]);
      const text = await (await import("node:fs/promises")).readFile(await saved.path(), "utf8");
      equal(saved.suggestedFilename(), "wall-graph.svg", "the file's name");
      check(text.startsWith("<svg") && (text.match(/<rect/g) ?? []).length === boxes.length + 1, "the file is not what is drawn");
    }
    const name = (await nodes.first().getAttribute("aria-label")).split(": flat")[0];
    check(profile.functions.some((fn) => fn.name === name), `${name} is no function`);
    await nodes.first().focus();
    await page.keyboard.press("Enter");
    await until("the focus", () => (new URL(page.url()).searchParams.get("focus") ?? "").length > 0);
    check(new RegExp(new URL(page.url()).searchParams.get("focus")).test(name), "the focus is on another function");
    await page.goBack();
    await until("no focus", () => !new URL(page.url()).searchParams.has("focus"));
  },

  "source says how to be given, and why a file is not there": async ({ page, base }) => {
    const { functions } = await api(base, "/api/profile?kind=wall");
    await page.goto(base + "/wall?view=source");
    await page.waitForSelector("text=Choose a function");
    await page.goto(`${base}/wall?view=source&fn=${encodeURIComponent(functions[0].name)}`);
    await page.waitForSelector("text=--source-root");
    await page.route("**/api/source*", (route) => route.fulfill({ json: { root: "/src", missing: "is not there" } }));
    await page.reload();
    await page.waitForSelector("text=Looked for beneath");
  },

  "source has the figures of each line": async ({ page, base }) => {
    const profile = await api(base, "/api/profile?kind=wall");
    const { functions, frames, stacks } = profile;
    const { function: fn } = frames[stacks.find((stack) => stack.frames.length > 1)?.frames[1] ?? skip("no stack is deep")];
    const { name, file } = functions[fn];
    const cum = new Map();
    for (const stack of stacks) {
      const lines = new Set(stack.frames.filter((frame) => functions[frames[frame].function].name === name && functions[frames[frame].function].file === file).map((frame) => frames[frame].line));
      for (const line of lines) cum.set(line, (cum.get(line) ?? 0) + stack.ns);
    }
    const { lineFigures } = await load("pages/profile/source-lines.ts");
    const { filterSamples, NO_FILTERS } = await load("pages/profile/samples.ts");
    const samples = filterSamples(profile, NO_FILTERS, null);
    const told = lineFigures(profile, samples, file, "ns", samples.names.indexOf(name));
    equal([...told].sort(([a], [b]) => a - b).map(([line, figures]) => `${line} ${figures.cum}`).join(), [...cum].sort(([a], [b]) => a - b).map(([line, ns]) => `${line} ${ns}`).join(), "lines");
    const most = Math.max(...cum.keys());
    const text = Array.from({ length: most + 30 }, (_, i) => `line ${i + 1} <b>&`).join("\n");
    await page.route("**/api/source*", (route) => {
      equal(new URL(route.request().url()).searchParams.get("file"), file, "the file asked for");
      return route.fulfill({ json: { root: "/src", path: "x.go", text } });
    });
    await page.goto(`${base}/wall?view=source&fn=${encodeURIComponent(name)}`);
    const hot = page.locator(".source-hot");
    await hot.first().waitFor();
    equal(await hot.count(), cum.size, "lines with figures");
    for (const said of await hot.allInnerTexts()) {
      const line = Number(said.trim().split(/\s/)[0]);
      check(cum.has(line) && said.includes(`line ${line} <b>&`), `a line says ${said}`);
    }
    await page.click("text=Show the whole file");
    await until("the whole file", async () => (await page.locator(".source-lines tbody tr").count()) === Math.min(5000, most + 30));
  },
};
