// The profile pages.
import { api, check, equal, skip, until } from "./harness.mjs";

const PATHS = { net: "/io", sync: "/block", syscall: "/syscall", sched: "/sched" };

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
      equal(await page.locator(".tabs a[aria-current]").getAttribute("href"), path, "marked tab");
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
};
