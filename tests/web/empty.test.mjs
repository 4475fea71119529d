// Pages and panels that have nothing to show say what is missing, why, and how to get it.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { check, equal, skip, startServer, until } from "./harness.mjs";

const kymo = process.argv[2];
const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const corpus = fileURLToPath(new URL("../../../shared/corpus/", import.meta.url));
const done = new Set();

// The same whatever trace the other tests look at: once is enough.
async function withServer(test, trace, allow, look) {
  if (process.env.KYMO_TEST_URL || done.has(test)) skip("it has been looked at");
  if (!existsSync(trace)) skip(`${trace} is not there`);
  done.add(test);
  const server = await startServer(kymo, trace);
  allow(new RegExp(`request to ${server.url}`));
  allow(/404/); // of what is not there
  try {
    await look(server.url);
  } finally {
    server.stop();
  }
}

async function says(page, base, path, patterns) {
  await page.goto(base + path);
  const notice = page.locator("main .notice:not(.waiting)").first();
  await notice.waitFor().catch(() => {
    throw new Error(`${path} says nothing`);
  });
  const text = (await notice.innerText()).replace(/\s+/g, " ");
  for (const pattern of patterns) check(pattern.test(text), `${path}: ${pattern} is not in “${text}”`);
  equal(await page.locator("main .notice-error").count(), 0, `${path}: errors`);
}

// Of any trace without them: [path, what is missing, why or how to get it].
const ABSENT = [
  ["/goroutine?name=nobody", /No goroutine of this trace starts in this function/, /list of all goroutines/],
  ["/goroutine/999999", /no goroutine 999999 in this trace/, /list of all goroutines/],
  ["/goroutine/x", /no goroutine's id/, /list of all goroutines/],
  ["/usertask?id=999999", /no task of this id/, /list of all tasks/],
  ["/usertask?type=nobody", /no such task/, /list of all tasks/],
  ["/userregion?type=nobody", /no such region/, /list of all regions/],
  ["/search", /Search the whole trace/, /goroutines by id/],
  ["/search?q=nothing-is-called-this", /Nothing has it/, /not in a trace/],
];

const UNANNOTATED = [
  ["/usertasks", /no user tasks/, /trace\.NewTask/],
  ["/userregions", /no user regions/, /trace\.StartRegion/],
  ["/gc", /no garbage collection/, /Record for longer/],
  ["/mmu", /no garbage collection/, /Record for longer/],
  ["/cpu", /no CPU samples/, /StartCPUProfile/],
  ["/io", /waited for the network/, /Record while/],
];

const NOTHING = [
  ["/", /Nothing happens in this trace/, /record again/],
  ["/trace", /nothing to draw/, /record again/],
  ["/goroutines", /no goroutines/, /record again/],
  ["/block", /waited for a channel/, /Record for longer/],
  ["/syscall", /No goroutine/, /Short system calls/],
  ["/sched", /No goroutine/, /./],
  ["/offcpu", /No goroutine/, /./],
  ["/wall", /No goroutine was there/, /Record again/],
];

export const anyTrace = true;

export const tests = {
  "a trace without tasks, regions, collections, samples and network says so, and how to get them": ({ page, allow }) =>
    withServer("daisy", join(examples, "daisy.trace"), allow, async (base) => {
      for (const [path, ...patterns] of [...ABSENT, ...UNANNOTATED]) await says(page, base, path, patterns);
    }),

  "a trace of nothing but its header says so on every page": async ({ page, allow }) => {
    const folder = mkdtempSync(join(tmpdir(), "kymo-empty-"));
    try {
      const trace = join(folder, "header.trace");
      writeFileSync(trace, "go 1.26 trace\0\0\0");
      await withServer("header", trace, allow, async (base) => {
        for (const [path, ...patterns] of [...ABSENT, ...UNANNOTATED, ...NOTHING]) await says(page, base, path, patterns);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },

  "a trace that names functions by addresses says where their names are": ({ page, allow }) =>
    withServer("addresses", join(corpus, "old/traces/gov1-http_1_5_good.trace"), allow, async (base) => {
      await says(page, base, "/", [/named by their addresses/, /kymo PROGRAM TRACE/]);
    }),

  "panels without content say so": async ({ page, base }) => {
    await page.goto(`${base}/trace`);
    await page.keyboard.press("Control+k");
    await page.locator(".finder .field").fill("nothing is called this at all");
    await until("the palette says so", async () => /Nothing is called that/.test(await page.locator(".finder").innerText()));
    await page.keyboard.press("Escape");
    await page.locator(".bar .search .field").fill("nothing-is-called-this");
    await until("the search says so", async () => /No goroutine, function/.test(await page.locator(".search-list").innerText()));
    await page.goto(`${base}/goroutines`);
    await page.locator(".table-tools .field").fill("nothing-is-called-this");
    await until("the table says so", async () => /Nothing matches/.test(await page.locator("main").innerText()));
    await page.goto(`${base}/wall?focus=nothing-is-called-this`);
    await until("the profile says so", async () => /Nothing is left.*Show all again/s.test(await page.locator("main").innerText()));
  },
};
