// The profile pages.
import { api, changeReply, check, equal, load, skip, until } from "./harness.mjs";

const PATHS = { net: "/io", sync: "/block", syscall: "/syscall", sched: "/sched", offcpu: "/offcpu", cpu: "/cpu", wall: "/wall" };

const exactly = (name) => `^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
const namesOf = (profile, stack) => stack.frames.map((frame) => profile.functions[profile.frames[frame].function].name);
const sum = (stacks) => stacks.reduce((total, { ns }) => total + ns, 0);
const percentIn = (text) => Number(/([\d.]+)%/.exec(text)?.[1]);
const closeTo = (told, expected, what) => check(Math.abs(told - expected) <= 0.06, `${what}: ${told}, expected ${expected}`);

// A function with callers and callees, in as many stacks as possible.
function middle(profile) {
  const found = new Map();
  for (const stack of profile.stacks) for (const name of new Set(namesOf(profile, stack).slice(1, -1))) found.set(name, (found.get(name) ?? 0) + 1);
  const [best] = [...found].sort((a, b) => b[1] - a[1]);
  if (!best) skip("no stack of this trace has three frames");
  return best[0];
}

// A small profile: stacks by name, leaf first.
function made(stacks) {
  const names = [...new Set(stacks.flatMap(([frames]) => frames))];
  return {
    functions: names.map((name) => ({ name, file: `${name}.go` })),
    frames: names.map((_, i) => ({ function: i, line: 1, pc: "0x1" })),
    stacks: stacks.map(([frames, ns, state]) => ({ frames: frames.map((name) => names.indexOf(name)), ns, count: 1, state })),
  };
}

// The profile with the most stacks.
async function fullest(base) {
  let best = null;
  for (const kind of Object.keys(PATHS)) {
    const profile = await api(base, `/api/profile?kind=${kind}`);
    if (!best || profile.stacks.length > best.stacks.length) best = profile;
  }
  if (best.stacks.length === 0) skip("no profile of this trace holds anything");
  return { profile: best, path: PATHS[best.kind] };
}

export const tests = {
  "every profile has its page": async ({ page, base }) => {
    for (const [kind, path] of Object.entries(PATHS)) {
      const profile = await api(base, `/api/profile?kind=${kind}`);
      await page.goto(base + path);
      await page.waitForSelector(profile.stacks.length > 0 ? ".flame canvas" : ".notice");
      check((await page.locator(".profile-title").innerText()).startsWith(profile.title), `${path} lacks its title`);
      equal(await page.locator("[aria-label='Kind of profile'] a[aria-current]").getAttribute("href"), path, "marked tab");
    }
  },

  "the table sums up the functions": async ({ page, base }) => {
    const { profile, path } = await fullest(base);
    await page.goto(base + path);
    await page.waitForSelector("table");
    const counts = new Map();
    for (const stack of profile.stacks) {
      const functions = new Set(stack.frames.map((frame) => profile.frames[frame].function));
      for (const fn of functions) counts.set(fn, (counts.get(fn) ?? 0) + stack.count);
    }
    equal(Number(await page.getAttribute("table", "aria-rowcount")), counts.size, "rows");
    await page.click("th >> text=/^Count/");
    const most = Math.max(...counts.values());
    const first = page.locator("tbody tr:not(.spacer)").first().locator("td").last();
    equal(await first.innerText(), most.toLocaleString("en-US"), "largest count");
  },

  "the flame graph draws, and search marks and counts": async ({ page, base, canvasColours }) => {
    const { profile, path } = await fullest(base);
    await page.goto(base + path);
    await page.waitForSelector(".flame canvas");
    await until("a drawn flame graph", async () => (await canvasColours(page, ".flame canvas")) > 3);
    const picture = () => page.$eval(".flame canvas", (canvas) => canvas.toDataURL());
    const before = await picture();
    const stack = profile.stacks.find(({ frames }) => frames.length > 0);
    const leaf = profile.functions[profile.frames[stack.frames[0]].function].name;
    await page.fill(".profile-tools input[type=search]", leaf);
    await until("marked frames", async () => (await picture()) !== before);
    const matched = profile.functions.map(({ name }) => name.toLowerCase().includes(leaf.toLowerCase()));
    const hit = profile.stacks.filter((candidate) => candidate.frames.some((frame) => matched[profile.frames[frame].function]));
    const share = (100 * hit.reduce((sum, { ns }) => sum + ns, 0)) / profile.stacks.reduce((sum, { ns }) => sum + ns, 0);
    const said = await page.locator(".profile-tools [role=status]").innerText();
    const told = Number(/([\d.]+)% matched/.exec(said)?.[1]);
    check(Math.abs(told - share) <= 0.1, `says ${said}, expected ${share.toFixed(2)}%`);
  },

  "a click zooms the flame graph, Show all undoes it": async ({ page, base }) => {
    const { path } = await fullest(base);
    await page.goto(base + path);
    await page.waitForSelector(".flame canvas");
    await page.waitForTimeout(300);
    const box = await page.locator(".flame canvas").boundingBox();
    await page.mouse.move(box.x + 20, box.y + 19 + 9);
    const name = await page.locator(".flame-name").innerText();
    check(name !== "all", "nothing is told of the frame under the pointer");
    await page.mouse.click(box.x + 20, box.y + 19 + 9);
    await page.click("text=Show all");
    await page.mouse.move(5, 5);
    await until("all of it", async () => (await page.locator(".flame-name").innerText()) === "all");
  },

  "time and count weigh differently": async ({ page, base }) => {
    const { path } = await fullest(base);
    await page.goto(base + path);
    await page.waitForSelector("table");
    const cell = page.locator("tbody tr:not(.spacer)").first().locator("td").nth(3);
    check(/[a-zµ]$/.test(await cell.innerText()), "no duration by time");
    await page.click(".profile-tools button >> text=Count");
    await until("a count", async () => /^[\d,]+$/.test(await cell.innerText()));
  },

  "the scope stays when the kind changes": async ({ page, base }) => {
    const { groups } = await api(base, "/api/groups");
    const group = groups[0]?.name;
    if (group === undefined) skip("no groups");
    await page.goto(`${base}/io?name=${encodeURIComponent(group)}`);
    await page.click(".tabs >> text=Scheduler");
    const url = new URL(page.url());
    equal(url.pathname, "/sched", "path");
    equal(url.searchParams.get("name"), group, "group");
  },

  "pprof downloads from the same path": async ({ page, base }) => {
    const { path } = await fullest(base);
    await page.goto(base + path);
    const link = await page.locator("text=Download pprof").getAttribute("href");
    equal(link, `${path}?raw=1`, "link");
    const bytes = new Uint8Array(await (await fetch(base + link)).arrayBuffer());
    check(bytes[0] === 0x1f && bytes[1] === 0x8b, "what downloads is not gzip");
  },

  "filters have pprof's meaning": async () => {
    const { filterSamples, NO_FILTERS } = await load("pages/profile/samples.ts");
    const profile = made([[["a", "b", "main"], 1, "idle"], [["c", "b", "main"], 2], [["a", "main"], 4], [[], 8], [["b", "b"], 16]]);
    const left = (filters, states = null) => {
      const { names, all } = filterSamples(profile, { ...NO_FILTERS, ...filters }, states);
      return all.map(({ frames, ns }) => `${frames.map((fn) => names[fn]).join("<")}:${ns}`).join(" ");
    };
    equal(left({}), "a<b<main:1 c<b<main:2 a<main:4 :8 b<b:16", "nothing");
    equal(left({ focus: "^a$" }), "a<b<main:1 a<main:4", "focus");
    equal(left({ focus: "^a\\.go$" }), "a<b<main:1 a<main:4", "focus on a file");
    equal(left({ ignore: "^b$" }), "a<main:4", "ignore, which leaves no stack without frames");
    equal(left({ focus: "^a$", ignore: "^b$" }), "a<main:4", "both");
    equal(left({ hide: "^b$" }), "a<main:1 c<main:2 a<main:4", "hide, and what has no frames then");
    equal(left({ show: "^(a|main)$" }), "a<main:1 main:2 a<main:4", "show");
    equal(left({ show: "^(a|main)$", hide: "main" }), "a:1 a:4", "show and hide");
    equal(left({ focus: "(?i)^A$" }), "a<b<main:1 a<main:4", "without regard to case");
    equal(left({ focus: "(" }), left({}), "what is no expression");
    equal(left({}, new Set(["idle"])), "a<b<main:1", "state");
  },

  "top, peek and sandwich count a stack once": async () => {
    const { filterSamples, functionTable, neighbours, NO_FILTERS } = await load("pages/profile/samples.ts");
    const { buildSandwich } = await load("pages/profile/tree.ts");
    const profile = made([[["f", "g", "f", "f", "main"], 1], [["f", "main"], 2], [["x", "f", "main"], 4], [["main"], 8]]);
    const samples = filterSamples(profile, NO_FILTERS, null);
    const f = samples.names.indexOf("f");
    const row = functionTable(samples, "ns").find(({ name }) => name === "f");
    equal(`${row.flat} ${row.cum}`, "3 7", "flat and cum");
    const { callers, callees, flat, cum } = neighbours(samples, f, "ns");
    const told = (list) => list.map(({ name, amount }) => `${name}:${amount}`).join(" ");
    equal(`${flat} ${cum} | ${told(callers)} | ${told(callees)}`, "3 7 | main:7 g:1 | x:4 g:1", "neighbours");
    const both = buildSandwich(samples, f, "ns");
    const outline = (node) => `${samples.names[node.function]}:${node.ns}/${node.selfNs}${node.children.length > 0 ? `(${node.children.map(outline).join(" ")})` : ""}`;
    equal(outline(both.callers.root), "f:7/0(main:7/7)", "callers");
    equal(outline(both.callees.root), "f:7/2(x:4/4 f:1/0(g:1/0(f:1/1)))", "callees");
  },

  "of a profile of 50,000 stacks only what is wide enough is looked at": async () => {
    const { filterSamples, functionTable, NO_FILTERS } = await load("pages/profile/samples.ts");
    const { buildTree } = await load("pages/profile/tree.ts");
    const { layoutFlame } = await load("pages/profile/flame.ts");
    const names = Array.from({ length: 2000 }, (_, i) => `package${i % 40}.function${i}`);
    const functions = names.map((name) => ({ name, file: "" }));
    let seed = 1;
    const draw = (below) => ((seed = (seed * 48271) % 2147483647), seed % below);
    const stacks = Array.from({ length: 50_000 }, () => ({ ns: 1 + draw(1e6), count: 1, frames: Array.from({ length: 40 }, (_, i) => draw(i < 20 ? 2000 : 3 + (40 - i) * 4)) }));
    const profile = { functions, frames: functions.map((_, i) => ({ function: i })), stacks };
    const samples = filterSamples(profile, { ...NO_FILTERS, ignore: "function1999" }, null);
    const tree = buildTree(samples, "ns");
    const { root } = tree;
    const boxes = layoutFlame({ tree, weight: "ns", focus: root }, 1200);
    const rows = functionTable(samples, "ns");
    equal(root.ns, samples.all.reduce((total, { ns }) => total + ns, 0), "sum of the tree");
    equal(rows.reduce((total, { flat }) => total + flat, 0), root.ns, "sum of the table");
    for (const row of boxes) check(row.reduce((width, box) => width + box.width, 0) <= 1200.001, "a row is too wide");
    check(boxes.flat().length < 5000, `${boxes.flat().length} boxes of a million nodes`);
  },

  "a flame graph in order of time has first what happened first, however thin": async () => {
    const { filterSamples, NO_FILTERS } = await load("pages/profile/samples.ts");
    const { buildTree } = await load("pages/profile/tree.ts");
    const { layoutFlame } = await load("pages/profile/flame.ts");
    const profile = made([[["late", "main"], 500], [["thin", "main"], 1], [["early", "main"], 300], [["early", "other"], 100]]);
    [9, 5, 4, 2].forEach((first, i) => (profile.stacks[i].first = first));
    const samples = filterSamples(profile, NO_FILTERS, null);
    const named = (order) => {
      const tree = buildTree(samples, "ns", order);
      return layoutFlame({ tree, weight: "ns", focus: tree.root }, 901).map((row) => row.map(({ node, x }) => `${samples.names[node.function] ?? "all"} ${x}`).join(", "));
    };
    equal(named("weight").join("; "), "all 0; main 0, other 801; late 0, early 500, thin 800, early 801", "heaviest first");
    equal(named("time").join("; "), "all 0; other 0, main 100; early 0, early 100, thin 400, late 401", "in order of time");
  },

  "the flame graph's order is a switch, and in the URL": async ({ page, base }) => {
    const { profile, path } = await fullest(base);
    const since = new Map();
    for (const stack of profile.stacks) {
      const root = namesOf(profile, stack).at(-1);
      if (root !== undefined) since.set(root, Math.min(since.get(root) ?? Infinity, stack.first));
    }
    const [[earliest]] = [...since].sort((a, b) => a[1] - b[1]);
    const share = sum(profile.stacks.filter((stack) => namesOf(profile, stack).at(-1) === earliest)) / profile.ns;
    if (share < 0.002) skip("what happened first is too thin to be seen");
    await page.goto(base + path);
    await page.waitForSelector(".flame canvas");
    await page.click("[aria-label=Order] >> text=In order of time");
    await until("that the URL says so", () => new URL(page.url()).searchParams.get("order") === "time");
    await page.reload();
    await page.waitForSelector(".flame canvas");
    equal(await page.getAttribute("[aria-label=Order] >> text=In order of time", "aria-pressed"), "true", "the switch after reloading");
    await page.waitForTimeout(200);
    await page.focus(".flame canvas");
    await page.keyboard.press("ArrowDown");
    await until("what happened first", async () => (await page.locator(".flame-name").innerText()) === earliest);
  },

  "the sandwich tells of a function what the stacks do": async ({ page, base }) => {
    const { profile, path } = await fullest(base);
    const name = middle(profile);
    const expected = (100 * sum(profile.stacks.filter((stack) => namesOf(profile, stack).includes(name)))) / profile.ns;
    await page.goto(`${base}${path}?view=sandwich&fn=${encodeURIComponent(name)}`);
    await page.waitForSelector('canvas[aria-label="Callees"]');
    const said = await page.locator(".flame-says").allInnerTexts();
    equal(said.length, 2, "flame graphs");
    for (const text of said) {
      check(text.includes(name), `${text} lacks ${name}`);
      closeTo(percentIn(text.replace(name, "")), expected, "share");
    }
    await page.click("text=Choose another");
    await page.waitForSelector("table");
    equal(new URL(page.url()).searchParams.get("fn"), null, "function of the link");
  },

  "peek tells callers and callees, and leads on": async ({ page, base }) => {
    const { profile, path } = await fullest(base);
    const name = middle(profile);
    const callers = new Map();
    for (const stack of profile.stacks) {
      const names = namesOf(profile, stack);
      for (const caller of new Set(names.filter((caller, i) => names[i - 1] === name && caller !== name))) callers.set(caller, (callers.get(caller) ?? 0) + stack.ns);
    }
    await page.goto(`${base}${path}?view=peek&fn=${encodeURIComponent(name)}`);
    const list = page.locator('section[aria-label="Called by"] li');
    await list.first().waitFor();
    equal(await list.count(), callers.size, "callers");
    const most = Math.max(...callers.values());
    const cum = sum(profile.stacks.filter((stack) => namesOf(profile, stack).includes(name)));
    closeTo(percentIn(await list.first().locator(".muted").innerText()), (100 * most) / cum, "share of the first caller");
    const first = await list.first().locator("a").getAttribute("href");
    await list.first().locator("a").click();
    equal(page.url().replace(base, ""), first, "link");
    check((callers.get(new URL(page.url()).searchParams.get("fn")) ?? 0) === most, "another function than the first caller");
    await page.goBack();
    await until("the function before", async () => (await page.locator(".peek-function .code").innerText()) === name);
  },

  "top is sorted by flat": async ({ page, base }) => {
    const { profile, path } = await fullest(base);
    const flat = new Map();
    for (const stack of profile.stacks) if (stack.frames.length > 0) flat.set(namesOf(profile, stack)[0], (flat.get(namesOf(profile, stack)[0]) ?? 0) + stack.ns);
    const most = Math.max(...flat.values());
    await page.goto(`${base}${path}?view=top`);
    const first = page.locator("tbody tr:not(.spacer)").first();
    await first.waitFor();
    closeTo(percentIn(await first.locator("td").nth(2).innerText()), (100 * most) / profile.ns, "flat of the first");
    check((await page.locator(".flame").count()) === 0, "a flame graph");
    await first.click();
    await page.waitForSelector(".peek");
  },

  "filters are in the address, and tell what is left": async ({ page, base }) => {
    const { profile, path } = await fullest(base);
    const name = middle(profile);
    const hit = profile.stacks.filter((stack) => namesOf(profile, stack).includes(name));
    await page.goto(base + path);
    await page.fill("input[aria-label=focus]", exactly(name));
    const left = async () => (await page.locator(".profile-left").count()) > 0 && percentIn(await page.locator(".profile-left").innerText());
    const all = hit.length === profile.stacks.length;
    if (!all) closeTo(await until("what is left", left), (100 * sum(hit)) / profile.ns, "focus");
    equal(new URL(page.url()).searchParams.get("focus"), exactly(name), "focus of the address");
    await page.reload();
    await page.waitForSelector(".flame canvas");
    equal(await page.inputValue("input[aria-label=focus]"), exactly(name), "focus after a reload");
    await page.fill("input[aria-label=ignore]", exactly(name));
    await page.waitForSelector("text=Nothing is left.");
    await page.fill("input[aria-label=ignore]", "(");
    await page.waitForSelector("text=This is no regular expression");
    await page.waitForSelector(".flame canvas");
  },

  "states divide the time, and can be looked at alone": async ({ page, base }) => {
    const profile = await api(base, "/api/profile?kind=offcpu");
    if (profile.stacks.length === 0) skip("no goroutines");
    await page.goto(`${base}/offcpu`);
    const state = profile.stacks.find(({ state: other }) => other !== profile.stacks[0].state)?.state;
    if (!state) skip("one state only");
    const expected = (100 * sum(profile.stacks.filter((stack) => stack.state === state))) / profile.ns;
    const chip = page.locator(`.state-chip[data-state=${state}]`);
    closeTo(percentIn(await chip.innerText()), expected, state);
    await chip.click();
    await until("the chip to be pressed", async () => (await chip.getAttribute("aria-pressed")) === "true");
    closeTo(percentIn(await page.locator(".profile-left").innerText()), expected, "what is left");
    equal(new URL(page.url()).searchParams.get("state"), state, "state of the address");
    await page.goBack();
    await until("all states", async () => (await page.locator(".profile-left").count()) === 0);
  },

  "off-CPU and running time are the goroutines' lives": async ({ base }) => {
    const [off, wall, { rows }] = await Promise.all([
      api(base, "/api/profile?kind=offcpu"),
      api(base, "/api/profile?kind=wall"),
      api(base, "/api/lanes?group=goroutines&limit=1000"),
    ]);
    if (rows.length === 1000) skip("too many goroutines");
    const lives = rows.reduce((total, row) => total + row.end_ns - row.start_ns, 0);
    equal(wall.ns, lives, "wall");
    equal(off.ns + sum(wall.stacks.filter(({ state }) => state === "running")), lives, "off-CPU and running");
  },

  "a span and a goroutine narrow the profile": async ({ page, base }) => {
    const { span_ns: span } = await api(base, "/api/overview");
    const { rows } = await api(base, "/api/lanes?group=goroutines&sort=total&limit=1");
    if (rows.length === 0) skip("no goroutines");
    const [from, to] = [Math.floor(span / 4), Math.floor(span / 2)];
    const scope = `from=${from}&to=${to}&goroutine=${rows[0].id}`;
    const part = await api(base, `/api/profile?kind=wall&${scope}`);
    const expected = Math.max(0, Math.min(to, rows[0].end_ns) - Math.max(from, rows[0].start_ns));
    equal(part.ns, expected, "wall of a goroutine within a span");
    const [before, within, after] = await Promise.all([`to=${from}`, `from=${from}&to=${to}`, `from=${to}`].map((query) => api(base, `/api/profile?kind=sched&${query}`)));
    equal(before.ns + within.ns + after.ns, (await api(base, "/api/profile?kind=sched")).ns, "three spans");
    await page.goto(`${base}/wall?${scope}`);
    await page.waitForSelector(".profile-title");
    check((await page.locator(".profile-scope").innerText()).includes(`goroutine ${rows[0].id}`), "the goroutine is not told");
    await page.click(".tabs >> text=Off-CPU");
    equal(new URL(page.url()).search, `?goroutine=${rows[0].id}&from=${from}&to=${to}`, "scope of another kind");
    await page.click("text=Show the whole trace");
    equal(page.url(), `${base}/offcpu`, "the whole");
  },

  "without CPU samples the page says how to get them": async ({ page, base }) => {
    await changeReply(page, base, "/api/overview", (overview) => Object.assign(overview, { cpu_samples: 0, format: "1.11" }));
    await changeReply(page, base, "/api/profile?kind=cpu", (profile) => Object.assign(profile, { stacks: [], count: 0, ns: 0 }));
    await page.goto(`${base}/cpu`);
    const notice = page.locator(".notice");
    await until("the end of the pass", async () => !(await notice.innerText()).startsWith("Going through"));
    const said = await notice.innerText();
    check(said.includes("no CPU samples") && said.includes("-cpuprofile") && said.includes("since 1.19"), said);
  },

  "the flame graph goes by keys": async ({ page, base }) => {
    const { profile, path } = await fullest(base);
    await page.goto(base + path);
    await page.waitForSelector(".flame canvas");
    await page.waitForTimeout(200);
    const roots = new Map();
    for (const stack of profile.stacks) if (stack.frames.length > 0) roots.set(namesOf(profile, stack).at(-1), (roots.get(namesOf(profile, stack).at(-1)) ?? 0) + stack.ns);
    const [[heaviest]] = [...roots].sort((a, b) => b[1] - a[1]);
    const name = () => page.locator(".flame-name").innerText();
    await page.focus(".flame canvas");
    await page.keyboard.press("ArrowDown");
    await until("the heaviest root", async () => (await name()) === heaviest);
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=Show all");
    await page.click(".flame-actions >> text=Sandwich");
    await until("the sandwich", async () => (await page.locator(".flame").count()) === 2);
    await page.goBack();
    await page.waitForSelector('canvas[aria-label="Flame graph"]');
    await page.focus(".flame canvas");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await until("all", async () => (await name()) === "all");
  },
};
