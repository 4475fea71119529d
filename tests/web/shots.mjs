// Takes a picture of every page: node tests/web/shots.mjs PATH_TO_KYMO TRACE OUTDIR
// Those of docs/viewer.md, from examples/: node tests/web/shots.mjs --docs PATH_TO_KYMO docs/images
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { api, clickSomeSlice, launch, openPage, startServer } from "./harness.mjs";

const SETTLE = 900; // ms

const docs = process.argv[2] === "--docs";
const given = process.argv.slice(docs ? 3 : 2);
const [kymo, trace, outdir] = docs ? [given[0], null, given[1]] : given;
if (!outdir) {
  console.error("usage: node tests/web/shots.mjs PATH_TO_KYMO TRACE OUTDIR\n       node tests/web/shots.mjs --docs PATH_TO_KYMO OUTDIR");
  process.exit(2);
}
mkdirSync(outdir, { recursive: true });

const browser = await launch();
const only = process.env.KYMO_SHOTS?.split(",");

async function take(base, shot, { colorScheme, viewport, file }) {
  const { page, complaints, close } = await openPage(browser, base, { colorScheme, viewport });
  await page.goto(base + shot.path);
  await page.waitForTimeout(SETTLE);
  if (shot.click) {
    const { x, y } = await clickSomeSlice(page);
    await page.mouse.move(x + 30, y + 1);
    await page.waitForTimeout(200);
  }
  if (shot.clickAt) {
    await page.mouse.click(...shot.clickAt);
    await page.locator(".details").waitFor();
    await page.waitForTimeout(200);
  }
  await page.screenshot({ path: join(outdir, file) });
  for (const complaint of complaints) console.log(`${shot.name}: ${complaint}`);
  await close();
}

async function ofTrace() {
  const server = await startServer(kymo, trace);
  const { groups } = await api(server.url, "/api/groups");
  const { span_ns: span } = await api(server.url, "/api/overview");
  const largest = groups.reduce((best, group) => (group.count > best.count ? group : best), groups[0]);
  const { rows: [busiest] } = await api(server.url, "/api/lanes?group=goroutines&sort=waiting&filter=main&limit=1");
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
    { name: "timeline-span", path: `/trace?span=${Math.round(span * 0.4)}:${Math.round(span * 0.5)}#${(span * 0.3) / 1e6}:${(span * 0.7) / 1e6}` },
    { name: "timeline-search", path: "/trace?q=main.&kind=function" },
    { name: "search", path: "/search?q=main." },
    { name: "goroutines", path: "/goroutines" },
    { name: "goroutine", path: `/goroutine?name=${encodeURIComponent(largest?.name ?? "")}` },
    { name: "one-goroutine", path: `/goroutine/${busiest?.id}` },
    { name: "gc", path: "/gc" },
    { name: "mmu", path: "/mmu?flags=stw|background|assist|mut" },
    { name: "usertasks", path: "/usertasks" },
    { name: "usertask", path: `/usertask?type=${encodeURIComponent((await api(server.url, "/api/tasks/types")).rows[0]?.type ?? "")}` },
    { name: "task", path: `/usertask?id=${(await api(server.url, "/api/tasks")).rows[0]?.id}` },
    { name: "userregions", path: "/userregions" },
    { name: "userregion", path: `/userregion?type=${encodeURIComponent((await api(server.url, "/api/regions/types")).rows[0]?.type ?? "")}` },
    { name: "sql", path: `/sql?query=${encodeURIComponent("SELECT name, count(*) AS goroutines, sum(running_ns), max(waiting_ns) FROM goroutines GROUP BY name ORDER BY 3 DESC")}` },
    { name: "profile-net", path: "/io" },
    { name: "profile-sync", path: "/block" },
    { name: "profile-syscall", path: "/syscall" },
    { name: "profile-sched", path: "/sched" },
    { name: "profile-offcpu", path: "/offcpu" },
    { name: "profile-cpu", path: "/cpu" },
    { name: "profile-wall", path: `/wall?view=top&from=${Math.floor(span / 4)}&to=${Math.floor(span / 2)}` },
    { name: "profile-graph", path: "/wall?view=graph" },
    { name: "profile-sandwich", path: `/wall?view=sandwich&fn=${encodeURIComponent(fn)}` },
    { name: "profile-peek", path: `/offcpu?view=peek&state=blocked&fn=${encodeURIComponent(fn)}` },
  ];

  for (const colorScheme of ["light", "dark"])
    for (const viewport of [{ width: 1280, height: 800 }, { width: 1600, height: 1000 }])
      for (const shot of SHOTS) {
        if (only && !only.includes(shot.name)) continue;
        await take(server.url, shot, { colorScheme, viewport, file: `${shot.name}-${viewport.width}-${colorScheme}.png` });
      }
  server.stop();
}

// Each page from the example that shows it best.
const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const STATEMENT = "SELECT start_ns, goroutine, reason, duration_ns, stack, leaf\nFROM states JOIN stacks ON stacks.id = stack\nWHERE state = 'waiting' AND reason NOT LIKE 'system%'\nORDER BY duration_ns DESC LIMIT 100;";
const SLOW_TASK = 322; // of webload: the slowest request
const DOCS = [
  { name: "overview", path: "/" },
  { name: "timeline", path: "/trace" },
  { name: "timeline-dark", path: "/trace", colorScheme: "dark" },
  { name: "timeline-slice", path: "/trace#58:69", clickAt: [620, 445] } /* G79 on Proc 1 */,
  { name: "timeline-span", path: "/trace?span=60153919:67271997#58:70" },
  { name: "search", path: "/search?q=persistConn&kind=function" },
  { name: "goroutines", path: "/goroutines" },
  { name: "group", path: "/goroutine?name=main.process.func1" },
  { name: "goroutine", path: "/goroutine/82" },
  { name: "profile", path: "/offcpu?state=blocked" },
  { name: "profile-sandwich", path: "/wall?view=sandwich&fn=net/http.(*persistConn).roundTrip" },
  { name: "profile-graph", path: "/block?view=graph", trace: "contention" },
  { name: "tasks", path: "/usertask?type=processRequest" },
  { name: "task", path: `/usertask?id=${SLOW_TASK}` },
  { name: "regions", path: "/userregions" },
  { name: "region", path: "/userregion?type=database" },
  { name: "gc", path: "/gc" },
  { name: "mmu", path: "/mmu?flags=stw|background|assist|mut" },
  { name: "sql", path: `/sql?query=${encodeURIComponent(STATEMENT)}` },
];

async function ofExamples() {
  for (const trace of new Set(DOCS.map((shot) => shot.trace))) {
    const server = await startServer(kymo, join(examples, `${trace ?? "webload"}.trace`));
    for (const shot of DOCS.filter((other) => other.trace === trace && (!only || only.includes(other.name))))
      await take(server.url, shot, { colorScheme: shot.colorScheme ?? "light", viewport: { width: 1280, height: 800 }, file: `${shot.name}.png` });
    server.stop();
  }
}

await (docs ? ofExamples() : ofTrace());
await browser.close();
