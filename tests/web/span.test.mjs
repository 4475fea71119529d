// A selected span: drawn, dragged, marked, in the URL; and what its panel says against the API.
import { api, check, equal, load, skip, until } from "./harness.mjs";

const CANVAS = ".timeline-canvas canvas";
const PANEL = "aside[aria-label='Span']";
const NAMES = 168;
const { duration, exactDuration, count } = await load("format.ts");

const spanInUrl = (page) => {
  const match = /^(\d+):(\d+)$/.exec(new URL(page.url()).searchParams.get("span") ?? "");
  return match && { from: Number(match[1]), to: Number(match[2]) };
};

async function traceSpan(base) {
  return (await api(base, "/api/timeline")).span_ns;
}

async function open({ page, base }, query = "", hash = "") {
  await page.goto(`${base}/trace${query}${hash}`);
  await page.waitForSelector(CANVAS);
  await page.waitForSelector(".group-tools select", { state: "attached" });
}

// Where a moment is on the screen while the whole trace is shown.
async function xOf(page, share) {
  const box = await page.locator(CANVAS).boundingBox();
  return box.x + NAMES + (box.width - NAMES) * share;
}

async function drag(page, from, to, y) {
  await page.mouse.move(from, y);
  await page.mouse.down();
  await page.mouse.move((from + to) / 2, y, { steps: 3 });
  await page.mouse.move(to, y);
  await page.mouse.up();
}

// The query of a span in the middle of the trace, and its ends.
async function someSpan(base) {
  const span = await traceSpan(base);
  const [from, to] = [Math.round(span * 0.3), Math.round(span * 0.6)];
  if (to - from < 1000) skip("the trace is too short");
  return { from, to, query: `?span=${from}:${to}`, asked: `from=${from}&to=${to}` };
}

export const tests = {
  "span: shift and drag selects it, the URL has it, back and forward and reload": async (context) => {
    const { page, base } = context;
    const span = await traceSpan(base);
    await open(context);
    const box = await page.locator(CANVAS).boundingBox();
    await page.keyboard.down("Shift");
    await drag(page, await xOf(page, 0.25), await xOf(page, 0.5), box.y + 300);
    await page.keyboard.up("Shift");
    await page.waitForSelector(PANEL);
    const drawn = await until("the span in the URL", () => spanInUrl(page));
    check(Math.abs(drawn.from / span - 0.25) < 0.005 && Math.abs(drawn.to / span - 0.5) < 0.005, `drew ${drawn.from}:${drawn.to} of ${span}`);
    check((await page.locator(PANEL).innerText()).includes(duration(drawn.to - drawn.from)), "its length is not told");
    await page.goBack();
    await until("no span", () => spanInUrl(page) === null);
    await page.waitForSelector(PANEL, { state: "detached" });
    await page.goForward();
    await page.waitForSelector(PANEL);
    equal(spanInUrl(page)?.from, drawn.from, "the span's begin after going forward");
    await page.reload();
    await page.waitForSelector(PANEL);
    equal(spanInUrl(page)?.to, drawn.to, "the span's end after a reload");
    await page.keyboard.press("Escape");
    await page.waitForSelector(PANEL, { state: "detached" });
    await until("no span in the URL", () => spanInUrl(page) === null);
  },

  "span: its ends are dragged on the axis": async (context) => {
    const { page, base } = context;
    const span = await traceSpan(base);
    const { from, to, query } = await someSpan(base);
    await open(context, query);
    await page.waitForSelector(PANEL);
    const box = await page.locator(CANVAS).boundingBox();
    await drag(page, await xOf(page, to / span), await xOf(page, 0.8), box.y + 31);
    await until("the end elsewhere", () => Math.abs(spanInUrl(page).to / span - 0.8) < 0.01);
    equal(spanInUrl(page).from, from, "the begin");
    await drag(page, await xOf(page, from / span), await xOf(page, 0.9), box.y + 31);
    await until("the begin beyond the end", () => Math.abs(spanInUrl(page).to / span - 0.9) < 0.01);
    check(Math.abs(spanInUrl(page).from / span - 0.8) < 0.01, "the end has become the begin");
  },

  "span: M marks what is in view, or the selected slice, and unmarks it": async (context) => {
    const { page, base } = context;
    const span = await traceSpan(base);
    await open(context);
    await page.keyboard.press("m");
    await page.waitForSelector(PANEL);
    equal(spanInUrl(page).to, span, "the end of the whole trace");
    await page.keyboard.press("m");
    await page.waitForSelector(PANEL, { state: "detached" });
    const { lanes } = await api(base, "/api/timeline");
    const lane = lanes.find(({ group, slices }) => group === "Processors" && slices > 0);
    if (!lane) skip("no processor ran anything");
    const slice = await api(base, `/api/slice?lane=${lane.id}&index=0`);
    const middle = slice.start_ns + slice.duration_ns / 2;
    const [a, b] = [middle - slice.duration_ns, middle + slice.duration_ns].map((ns) => Math.max(0, ns) / 1e6);
    await open(context, `?fold=Counters&fold=Runtime&fold=Goroutines&lanes=${encodeURIComponent(lane.name)}`, `#${a}:${b}`);
    const box = await page.locator(CANVAS).boundingBox();
    await until("the slice's details", async () => {
      await page.mouse.click(await xOf(page, (middle / 1e6 - a) / (b - a)), box.y + 74 + 22 + 16);
      return (await page.locator("aside[aria-label='Details']").count()) > 0;
    });
    await page.keyboard.press("m");
    await page.waitForSelector(PANEL);
    const marked = spanInUrl(page);
    check(Math.abs(marked.to - marked.from - slice.duration_ns) <= 1, `marked ${marked.to - marked.from} of ${slice.duration_ns} ns`);
  },

  "span: time per state, utilisation and the collector are those of the API": async (context) => {
    const { page, base } = context;
    const { query, asked } = await someSpan(base);
    const reply = await api(base, `/api/span?${asked}`);
    await open(context, query);
    await page.waitForSelector(".span-states");
    for (const [i, state] of reply.states.entries()) {
      const row = page.locator(`.span-states tr[data-state='${state}']`);
      if (reply.ns[i] === 0) continue;
      equal(await row.locator("td.figure").first().getAttribute("title"), exactDuration(reply.ns[i]), `time in state ${state}`);
    }
    const facts = await page.locator(".span-facts").innerText();
    const busy = (100 * (reply.proc_running_ns + reply.proc_syscall_ns)) / (reply.procs * (reply.to_ns - reply.from_ns));
    check(facts.includes(busy >= 10 ? busy.toFixed(1) : busy.toFixed(2)), `${busy} % is not in ${facts}`);
    check(facts.includes(reply.stops === 0 ? "never" : count(reply.stops)), "the stops are not told");
    const said = await page.locator(`${PANEL} .details-head`).innerText();
    check(said.includes(`${count(reply.goroutines)} goroutine`), `the goroutines are not told: ${said}`);
  },

  "span: who accounts for a state, and a click shows the lanes": async (context) => {
    const { page, base } = context;
    const { query, asked } = await someSpan(base);
    const reply = await api(base, `/api/span?${asked}`);
    const most = reply.states.filter((state) => state !== 1).sort((a, b) => reply.ns[reply.states.indexOf(b)] - reply.ns[reply.states.indexOf(a)])[0];
    if (reply.ns[reply.states.indexOf(most)] === 0) skip("nothing but running");
    const sort = { 2: "runnable", 3: "sync", 4: "channel", 5: "network", 6: "sleep", 7: "gc", 8: "syscall", 16: "other" }[most];
    const functions = await api(base, `/api/span/functions?${asked}&sort=${sort}`);
    const goroutines = await api(base, `/api/span/goroutines?${asked}&sort=${sort}`);
    await open(context, query);
    await page.click(`.span-states tr[data-state='${most}'] button`);
    const rows = page.locator(".span-who tbody tr:not(.spacer)");
    const first = functions.rows[0];
    await until("the first function", async () => (await rows.first().innerText()).includes(duration(first.ns[reply.states.indexOf(most)])));
    await page.click(".span-who button >> text=Goroutines");
    const goroutine = goroutines.rows[0];
    await until("the first goroutine", async () => (await rows.first().innerText()).includes(`G${goroutine.id}`));
    check((await page.locator(".span-who .table-tools").innerText()).includes(count(goroutines.count)), "how many there are");
    await page.click(".span-who button >> text=Functions");
    await until("functions", async () => (await rows.first().innerText()).includes(duration(first.ns[reply.states.indexOf(most)])));
    if (first.name === "") skip("the first function has no name");
    await rows.first().locator("button").click();
    await until("its lanes", () => new URL(page.url()).searchParams.get("goroutines") === first.name);
    check(spanInUrl(page) !== null, "the span is gone");
  },

  "span: the profile is that of the span, and leads to its page": async (context) => {
    const { page, base } = context;
    const { query, asked, from, to } = await someSpan(base);
    await open(context, query);
    await page.waitForSelector(".span-profile select");
    for (const kind of ["wall", "sync"]) {
      const profile = await api(base, `/api/profile?kind=${kind}&${asked}`);
      await page.selectOption(".span-profile select", kind);
      const said = () => page.locator(".span-profile").innerText();
      if (profile.stacks.length === 0) await until("no stacks", async () => (await said()).includes("No goroutine"));
      else await until(`the ${kind} profile`, async () => (await said()).includes(`${duration(profile.ns)} in ${count(profile.count)}`));
    }
    await page.click(".span-profile a");
    await page.waitForSelector(".profile-scope");
    const { pathname, searchParams } = new URL(page.url());
    check(["/block", "/wall"].includes(pathname), `went to ${pathname}`);
    equal(`${searchParams.get("from")}:${searchParams.get("to")}`, `${from}:${to}`, "the span of the page");
  },
};
