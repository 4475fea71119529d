// The pages while the trace is being read. The server has read it: its replies are changed on their way to what they would have been.
import { api, check, equal, needsRequestBodies, skip, until } from "./harness.mjs";

const CANVAS = ".timeline-canvas canvas";
const MIB = 1 << 20;
const TOTAL = 82.4 * MIB;

// Changes what the server tells of reading. `share` is how much has been read, 1: everything.
async function readingAt(page, base, share) {
  const state = { share, asked: { overview: 0, timeline: 0 }, tiles: [] };
  const span = (await api(base, "/api/overview")).span_ns;
  const told = (reply) => {
    if (state.share >= 1) return reply;
    const done = Math.round(reply.span_ns * state.share);
    reply.reading = { done_bytes: TOTAL * state.share, total_bytes: TOTAL, until_ns: done, expected_span_ns: span };
    reply.span_ns = done;
    return reply;
  };
  for (const what of ["overview", "timeline"]) {
    await page.route(`**/api/${what}`, async (route) => {
      state.asked[what]++;
      await route.fulfill({ json: told(await api(base, `/api/${what}`)) });
    });
  }
  for (const what of ["groups", "profiles", "goroutines", "profile"]) {
    await page.route(new RegExp(`/api/${what}(\\?|$)`), async (route) => {
      const whole = () => state.share >= 1;
      await until("the whole trace", whole, 20000).catch(() => null);
      if (whole()) await route.continue().catch(() => null);
    });
  }
  page.on("request", (request) => {
    if (request.url().endsWith("/api/tiles")) state.tiles.push({ share: state.share, ...JSON.parse(request.postData() ?? "{}") });
  });
  return { state, span };
}

// Waits until no tiles have been asked for for a while.
async function quiet(state) {
  let last = -1;
  let since = 0;
  await until("an end of requests for tiles", () => {
    if (state.tiles.length !== last) {
      last = state.tiles.length;
      since = Date.now();
    }
    return Date.now() - since > 700;
  });
}

const progress = (page) => page.locator(".reading");

async function needsSpan(base) {
  const { span_ns: span } = await api(base, "/api/overview");
  if (span < 1000) skip("nothing happens in this trace");
}

export const tests = {
  "the header tells how far reading is, until it ends": async ({ page, base }) => {
    await needsSpan(base);
    const { state } = await readingAt(page, base, 0.5);
    await page.goto(base + "/");
    equal(await progress(page).innerText(), "reading: 41 of 82 MiB", "progress");
    const width = (await page.locator(".reading-bar > span").boundingBox()).width;
    check(Math.abs(width - 640) < 40, `the bar is ${width} px wide`);
    state.share = 0.75;
    await until("more progress", async () => (await progress(page).innerText()) === "reading: 62 of 82 MiB");
    state.share = 1;
    await progress(page).waitFor({ state: "detached" });
    const asked = state.asked.overview;
    await page.waitForTimeout(600);
    equal(state.asked.overview, asked, "requests after the end of reading");
  },

  "the overview fills in": async ({ page, base, canvasColours }) => {
    await needsSpan(base);
    const { state } = await readingAt(page, base, 0.4);
    await page.goto(base + "/");
    await page.waitForSelector(".key-figures");
    check((await page.locator(".missing").count()) >= 2, "nothing says that something will come");
    equal(await page.locator(".rank").count(), 0, "lists");
    await until("a drawn utilisation", async () => (await canvasColours(page, ".utilisation canvas")) > 2);
    state.share = 1;
    await until("the lists", async () => (await page.locator(".rank").count()) > 0);
    await until("all of it", async () => (await page.locator(".missing").count()) === 0);
  },

  "pages that need the whole trace wait for it, and say so": async ({ page, base }) => {
    await needsSpan(base);
    const { groups } = await api(base, "/api/groups");
    const { state } = await readingAt(page, base, 0.25);
    for (const path of ["/goroutines", `/goroutine?name=${encodeURIComponent(groups[0]?.name ?? "")}`]) {
      await page.goto(base + path);
      await until("what the page waits for", async () => (await page.locator(".waiting").innerText()).includes("21 of 82 MiB"));
      equal(await page.locator("table").count(), 0, `tables of ${path}`);
    }
    await page.goto(base + "/goroutines");
    await page.waitForSelector(".waiting");
    state.share = 1;
    await page.locator(".waiting").waitFor({ state: "detached" });
    await page.waitForSelector("table, .notice");
  },

  "the timeline fills in, asking only for what may have changed": async ({ page, base, canvasColours }) => {
    needsRequestBodies(page);
    await needsSpan(base);
    const { state, span } = await readingAt(page, base, 0.6);
    await page.goto(base + "/trace");
    await page.waitForSelector(CANVAS);
    await until("a drawn timeline", async () => (await canvasColours(page, CANVAS)) > 12);
    await until("the first polls", () => state.asked.timeline >= 3);
    await quiet(state);
    equal(new URL(page.url()).hash, "", "fragment, when nobody knows the whole");
    state.share = 0.9;
    const before = state.tiles.length;
    await until("requests for more", () => state.tiles.slice(before).some(({ share }) => share === 0.9));
    await quiet(state);
    for (const { level, tiles, share } of state.tiles.slice(before)) {
      if (share !== 0.9) continue;
      for (const [lane, k] of tiles) {
        const end = (k + 1) * 512 * 2 ** level;
        check(end > 0.6 * span, `${lane}: the tile that ends at ${end / span} of the trace was complete`);
      }
    }
    state.share = 1;
    await until("the fragment", () => new URL(page.url()).hash !== "");
    await until("all tiles anew", () => state.tiles.some(({ share, tiles }) => share === 1 && tiles.some(([, k]) => k === 0)));
    const [from, to] = new URL(page.url()).hash.slice(1).split(":").map(Number);
    check(from === 0 && Math.abs(to * 1e6 - span) <= span * 1e-3, `shows ${from}:${to}`);
  },

  "a stretch that has not been read yet is shown when it has": async ({ page, base, canvasColours }) => {
    await needsSpan(base);
    const { state, span } = await readingAt(page, base, 0.2);
    const [from, to] = [(span * 0.7) / 1e6, (span * 0.8) / 1e6];
    await page.goto(`${base}/trace#${from}:${to}`);
    await page.waitForSelector(CANVAS);
    await until("polls", () => state.asked.timeline >= 3);
    state.share = 1;
    await progress(page).waitFor({ state: "detached" });
    await until("a drawn timeline", async () => (await canvasColours(page, CANVAS)) > 12);
    const shown = new URL(page.url()).hash.slice(1).split(":").map(Number);
    check(Math.abs(shown[0] - from) < 1e-3 * from && Math.abs(shown[1] - to) < 1e-3 * to, `shows ${shown}`);
  },
};
