// Takes a picture of every page: node tests/web/shots.mjs PATH_TO_KYMO TRACE OUTDIR
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { api, clickSomeSlice, findChromium, launch, openPage, startServer } from "./harness.mjs";

const SETTLE = 900; // ms

const [kymo, trace, outdir] = process.argv.slice(2);
if (!outdir) {
  console.error("usage: node tests/web/shots.mjs PATH_TO_KYMO TRACE OUTDIR");
  process.exit(2);
}
mkdirSync(outdir, { recursive: true });

const server = await startServer(kymo, trace);
const browser = await launch(findChromium());
const { groups } = await api(server.url, "/api/groups");
const { span_ns: span } = await api(server.url, "/api/overview");
const largest = groups.reduce((best, group) => (group.count > best.count ? group : best), groups[0]);
const { gaps } = await api(server.url, "/api/timeline");
const wall = await api(server.url, "/api/profile?kind=wall");
const blocked = wall.stacks.find(({ state, frames }) => state === "blocked" && frames.length > 2) ?? wall.stacks.find(({ frames }) => frames.length > 0);
const fn = blocked ? wall.functions[wall.frames[blocked.frames[Math.min(2, blocked.frames.length - 1)]].function].name : "";
const part = (from, to) => `/trace#${(span * from) / 1e6}:${(span * to) / 1e6}`;

const SHOTS = [
  { name: "overview", path: "/" },
  { name: "timeline", path: "/trace" },
  { name: "timeline-near", path: part(0.4, 0.41) },
  { name: "timeline-close", path: part(0.408, 0.409), click: true },
  ...gaps.slice(0, 1).map(({ from_ns: from, to_ns: to }) => ({ name: "timeline-gap", path: part((1.2 * from - 0.2 * to) / span, Math.min(1, to / span)) })),
  { name: "goroutines", path: "/goroutines" },
  { name: "goroutine", path: `/goroutine?name=${encodeURIComponent(largest?.name ?? "")}` },
  { name: "gc", path: "/gc" },
  { name: "mmu", path: "/mmu?flags=stw|background|assist|mut" },
  { name: "usertasks", path: "/usertasks" },
  { name: "usertask", path: `/usertask?type=${encodeURIComponent((await api(server.url, "/api/tasks/types")).rows[0]?.type ?? "")}` },
  { name: "task", path: `/usertask?id=${(await api(server.url, "/api/tasks")).rows[0]?.id}` },
  { name: "userregions", path: "/userregions" },
  { name: "userregion", path: `/userregion?type=${encodeURIComponent((await api(server.url, "/api/regions/types")).rows[0]?.type ?? "")}` },
  { name: "profile-net", path: "/io" },
  { name: "profile-sync", path: "/block" },
  { name: "profile-syscall", path: "/syscall" },
  { name: "profile-sched", path: "/sched" },
  { name: "profile-offcpu", path: "/offcpu" },
  { name: "profile-cpu", path: "/cpu" },
  { name: "profile-wall", path: `/wall?view=top&from=${Math.floor(span / 4)}&to=${Math.floor(span / 2)}` },
  { name: "profile-sandwich", path: `/wall?view=sandwich&fn=${encodeURIComponent(fn)}` },
  { name: "profile-peek", path: `/offcpu?view=peek&state=blocked&fn=${encodeURIComponent(fn)}` },
];

const only = process.env.KYMO_SHOTS?.split(",");
for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 1600, height: 1000 }]) {
    for (const shot of SHOTS) {
      if (only && !only.includes(shot.name)) continue;
      const { page, complaints, close } = await openPage(browser, server.url, { colorScheme, viewport });
      await page.goto(server.url + shot.path);
      await page.waitForTimeout(SETTLE);
      if (shot.click) {
        const { x, y } = await clickSomeSlice(page);
        await page.mouse.move(x + 30, y + 1);
        await page.waitForTimeout(200);
      }
      await page.screenshot({ path: join(outdir, `${shot.name}-${viewport.width}-${colorScheme}.png`) });
      for (const complaint of complaints) console.log(`${shot.name}: ${complaint}`);
      await close();
    }
  }
}
await browser.close();
server.stop();
