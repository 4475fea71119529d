// Everything by keyboard: Tab reaches whatever can be clicked on, shows where it is, and is held nowhere.
import { api, check, equal, until } from "./harness.mjs";
import { pagesOf } from "./narrow.test.mjs";

const REACHABLE = 'a[href], button:not(:disabled), input:not(:disabled), textarea, select, summary, [tabindex="0"]';
const SPARE = 40; // presses beyond what there is: focus may scroll more into the page

// Numbers what can be clicked on; of a table's rows only one has to be reached by Tab.
function number(page) {
  return page.evaluate((reachable) => {
    document.activeElement?.blur();
    let count = 0;
    for (const element of document.querySelectorAll(reachable)) {
      if (element.tabIndex < 0 && element.closest("tbody tr")?.parentElement.querySelector('[tabindex="0"]')) continue;
      if (!element.checkVisibility({ visibilityProperty: true }) || element.getBoundingClientRect().width === 0) continue;
      element.dataset.reach = String(count++);
    }
    return count;
  }, REACHABLE);
}

// What has the focus: its number, whether a ring shows it, and a name to complain with.
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const stroke = [...element.querySelectorAll("rect")].some((rect) => parseFloat(getComputedStyle(rect).strokeWidth) >= 2);
    const name = `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} “${(element.textContent || element.getAttribute("aria-label") || "").slice(0, 30)}”`;
    return { reach: element.dataset?.reach, seen: ring || stroke, name };
  });
}

async function ready(page, url) {
  await page.goto(url);
  await page.locator("main .page").first().waitFor();
  await until("the end of waiting", async () => (await page.locator("main .waiting").count()) === 0);
  await page.waitForTimeout(150);
}

async function tabThrough(page, path) {
  const count = await number(page);
  const reached = new Set();
  for (let presses = 0; presses < count + SPARE && reached.size < count; presses++) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (!at) continue; // round the end
    check(at.seen, `${path}: ${at.name} does not show that it has the focus`);
    if (at.reach !== undefined) reached.add(at.reach);
  }
  const missed = await page.evaluate(
    (done) => [...document.querySelectorAll("[data-reach]")].filter((element) => !done.includes(element.dataset.reach)).map((element) => element.outerHTML.slice(0, 90)),
    [...reached],
  );
  equal(missed.slice(0, 3).join("; "), "", `${path}: not reached by Tab`);
}

async function focusByTab(page, selector) {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`Tab does not reach ${selector}`);
}

const PARTS = 6; // so that no test takes long

const tabs = Object.fromEntries(
  Array.from({ length: PARTS }, (_, part) => [
    `Tab reaches all of every page, part ${part + 1}`,
    async ({ page, base, allow }) => {
      allow(/404|400/); // of the goroutine that is not there, and the statement that is wrong
      const paths = await pagesOf(base);
      for (const path of paths.filter((_, i) => i % PARTS === part)) {
        await ready(page, base + path);
        await tabThrough(page, path);
      }
    },
  ]),
);

// The row that has the focus, counted from 1.
const rowIndex = (page) => page.evaluate(() => Number(document.activeElement?.closest("tr")?.getAttribute("aria-rowindex") ?? 0));

export const anyTrace = true;

export const tests = {
  ...tabs,

  "arrow keys go from row to row of a table, and Enter opens one": async ({ page, base }) => {
    await ready(page, `${base}/goroutines`);
    const { groups } = await api(base, "/api/groups");
    await focusByTab(page, "tbody tr a");
    equal(await rowIndex(page), 1, "Tab leads to the first row");
    await page.keyboard.press("ArrowDown");
    await until("the second row", async () => (await rowIndex(page)) === 2);
    await page.keyboard.press("End");
    await until("the last row", async () => (await rowIndex(page)) === groups.length);
    await page.keyboard.press("Home");
    await until("the first row again", async () => (await rowIndex(page)) === 1);
    const href = await page.evaluate(() => document.activeElement.getAttribute("href"));
    await page.keyboard.press("Enter");
    await until("the group", async () => (await page.evaluate(() => location.pathname + location.search)) === href);
  },

  "a function's row is opened by Enter": async ({ page, base }) => {
    await ready(page, `${base}/wall?view=top`);
    await focusByTab(page, ".row-button");
    await page.keyboard.press("Enter");
    await until("the peek view", async () => page.url().includes("view=peek"));
  },

  "the overview's picture opens a part of the timeline by keys": async ({ page, base }) => {
    await ready(page, `${base}/`);
    const { span_ns: span } = await api(base, "/api/overview");
    await focusByTab(page, ".utilisation canvas");
    await page.keyboard.press("ArrowRight");
    for (let i = 0; i < 20; i++) await page.keyboard.press("Shift+ArrowRight");
    const said = await page.locator(".utilisation-says").textContent();
    check(/selected/.test(said), `it says “${said}”`);
    await page.keyboard.press("Enter");
    await until("the timeline", async () => /\/trace#/.test(page.url()));
    const [from, to] = page.url().split("#")[1].split(":").map(Number);
    check(Math.abs((to - from) * 1e6 - span * 0.2) < span * 0.01, `${to - from} ms of ${span / 1e6} ms are shown, not a fifth`);
  },

  "a slice is chosen on the timeline without a pointer": async ({ page, base }) => {
    await ready(page, `${base}/trace`);
    await page.locator(".timeline-canvas canvas").focus();
    await until("a slice", async () => {
      await page.keyboard.press(".");
      return page.locator(".details").waitFor({ timeout: 500 }).then(() => true, () => false);
    });
    await page.keyboard.press("f");
    await page.keyboard.press("Escape");
    await until("nothing is selected", async () => (await page.locator(".details").count()) === 0);
  },
};
