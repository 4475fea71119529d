// Searching the whole trace: the field, its list, the page of results, and the marks in the timeline, against the API.
import { api, check, equal, load, skip, until } from "./harness.mjs";

const CANVAS = ".timeline-canvas canvas";
const FIELD = "input[aria-label='Search the trace']";
const { count } = await load("format.ts");

const query = (page) => new URL(page.url()).searchParams;
const find = (base, q, more = "") => api(base, `/api/search?q=${encodeURIComponent(q)}${more}`);

// A text that finds goroutines and functions of this trace.
async function someText(base) {
  const { groups } = await api(base, "/api/groups");
  const name = groups.map((group) => group.name).find((each) => /^main\./.test(each)) ?? groups.find((group) => group.name !== "")?.name;
  if (!name) skip("no goroutine has a name");
  return name.toLowerCase();
}

// Where a match is in view: the fragment, in nanoseconds.
function shown(page) {
  const [from, to] = new URL(page.url()).hash.slice(1).split(":").map((ms) => Number(ms) * 1e6);
  return { from, to };
}

export const tests = {
  "search: / lists what is found, and Enter goes there": async ({ page, base }) => {
    const q = await someText(base);
    const { kinds } = await find(base, q);
    const some = kinds.filter((found) => found.count > 0);
    check(some.length > 0, `nothing has ${q}`);
    await page.goto(`${base}/goroutines`);
    await page.waitForSelector(FIELD);
    await page.keyboard.press("/");
    equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Search the trace", "focus after /");
    await page.keyboard.type(q);
    await until("the list", async () => (await page.locator(".search-item").count()) === some.reduce((sum, { rows }) => sum + rows.length, 1));
    const headings = await page.locator(".search-kind").allInnerTexts();
    for (const [i, found] of some.entries()) check(headings[i].startsWith(count(found.count) + " "), `${headings[i]}, not ${found.count}`);
    const last = some[some.length - 1];
    const row = last.rows[last.rows.length - 1];
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    const chosen = page.locator(".search-item[aria-selected=true]");
    check((await chosen.innerText()).replaceAll("\n", "").includes(row.text), "the last one is not chosen");
    await page.keyboard.press("Enter");
    if (last.kind === "task") {
      await until("the task", () => query(page).get("id") === String(row.task));
      return;
    }
    await page.waitForSelector(CANVAS);
    equal(query(page).get("q"), q, "what is marked");
    if (row.lane) check(query(page).getAll("pin").includes(row.lane), "the lane is not pinned");
    const { from, to } = shown(page);
    check(from <= row.time_ns + 1 && row.time_ns <= to + 1, `shows ${from} to ${to}, not ${row.time_ns}`);
  },

  "search: Enter without a choice leads to all results, kind by kind": async ({ page, base }) => {
    const q = await someText(base);
    const { kinds } = await find(base, q);
    await page.goto(base + "/");
    await page.fill(FIELD, q);
    await page.press(FIELD, "Enter");
    await page.waitForSelector(".page-search .tabs");
    equal(new URL(page.url()).pathname, "/search", "page");
    const tabs = await page.locator(".page-search .tabs a").allInnerTexts();
    for (const [i, found] of kinds.entries()) check(tabs[i].endsWith(count(found.count)), `${tabs[i]}: ${found.count}`);
    for (const { kind, count: rows } of kinds.filter((found) => found.count > 0)) {
      await page.goto(`${base}/search?q=${encodeURIComponent(q)}&kind=${kind}`);
      const { rows: first, matches } = await find(base, q, `&kind=${kind}&limit=3`);
      const lines = page.locator("table[aria-label='Results'] tbody tr:not(.spacer)");
      await until(`the first ${kind}`, async () => (await lines.count()) > 0 && (await lines.first().innerText()).includes(first[0].text.slice(0, 30)));
      check((await page.locator(".table-tools").innerText()).startsWith(count(rows)), "how many there are");
      check((await page.locator(".page-search").innerText()).includes(`Show all ${count(matches)} on`), "how many matches");
    }
  },

  "search: what is typed on the timeline is marked there, n and N step": async ({ page, base }) => {
    const q = await someText(base);
    const { span_ns: span } = await api(base, "/api/timeline");
    await page.goto(base + "/trace");
    await page.waitForSelector(CANVAS);
    await until("the fragment", () => new URL(page.url()).hash !== "");
    const marked = page.waitForResponse((response) => response.url().includes("/api/search/marks") && response.url().includes("kind=") === false);
    await page.fill(FIELD, q);
    const { matches, tiles } = await (await marked).json();
    const level = Number(new URL((await marked).url()).searchParams.get("level"));
    const all = (await find(base, q)).kinds.reduce((sum, found) => sum + found.matches, 0);
    equal(matches, all, "matches");
    if (tiles.length * 512 * 2 ** level > span) equal(tiles.reduce((sum, tile) => sum + tile.count, 0), all, "marks over the whole trace");
    await until("the text in the URL", () => query(page).get("q") === q);
    await page.keyboard.press("Enter");
    equal(await page.evaluate(() => document.activeElement.matches("input")), false, "whether the field has the focus after Enter");
    // Nearer, so that to step is to move.
    await page.evaluate(
      (hash) =>
        new Promise((told) => {
          window.addEventListener("hashchange", told, { once: true });
          location.hash = hash;
        }),
      `#${(span * 0.5) / 1e6}:${(span * 0.502) / 1e6}`,
    );
    await until("the view", () => Math.abs(shown(page).from - span * 0.5) < span * 0.001);
    const first = await api(base, `/api/search/step?q=${encodeURIComponent(q)}&time=${Math.round(shown(page).from) - 1}`);
    const steps = [];
    page.on("response", async (response) => response.url().includes("/api/search/step") && steps.push(await response.json()));
    await page.keyboard.press("n");
    await until("a step", () => steps.length === 1);
    if (first.time_ns === null) {
      equal(steps[0].time_ns, null, "no match behind the view");
      return;
    }
    check(Math.abs(steps[0].time_ns - first.time_ns) <= 2e-5 * span, `went to ${steps[0].time_ns}, not ${first.time_ns}`);
    await until("the match in the middle", () => {
      const { from, to } = shown(page);
      return from <= steps[0].time_ns + 1 && steps[0].time_ns <= to + 1;
    });
    await page.keyboard.press("n");
    await until("another step", () => steps.length === 2);
    if (steps[1].time_ns === null) return;
    check(steps[1].time_ns > steps[0].time_ns, "n went back");
    await page.keyboard.press("Shift+N");
    await until("a step back", () => steps.length === 3);
    equal(steps[2].time_ns, steps[0].time_ns, "N after n");
  },

  "search: marks come back with the link, and go with the text": async ({ page, base }) => {
    const q = await someText(base);
    const marked = page.waitForResponse((response) => response.url().includes("/api/search/marks"));
    await page.goto(`${base}/trace?q=${encodeURIComponent(q)}&kind=function`);
    await page.waitForSelector(CANVAS);
    check((await marked).url().includes("kind=function"), "the kind");
    equal(await page.inputValue(FIELD), q, "the text in the field");
    await until("the fragment", () => new URL(page.url()).hash !== "");
    equal(query(page).get("kind"), "function", "the kind in the URL");
    await page.fill(FIELD, "");
    await until("no text in the URL", () => !query(page).has("q") && !query(page).has("kind"));
  },

  "search: what is nowhere is said": async ({ page, base }) => {
    await page.goto(base + "/");
    await page.fill(FIELD, "<b>nowhere</b>");
    await until("a sentence", async () => (await page.locator(".search-says").allInnerTexts()).some((text) => text.includes("has “<b>nowhere</b>”")));
    await page.press(FIELD, "Enter");
    await until("the page's sentence", async () => (await page.locator(".notice").allInnerTexts()).some((text) => text.includes("Nothing has it")));
  },
};
