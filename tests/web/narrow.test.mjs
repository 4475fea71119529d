// Windows as narrow as 480 pixels: no page scrolls sideways as a whole, and nothing of the bar is cut off.
import { api, check, equal, until } from "./harness.mjs";

// A path for every page, of what the trace holds.
export async function pagesOf(base) {
  const { groups } = await api(base, "/api/groups");
  const name = encodeURIComponent(groups[0]?.name ?? "");
  const { rows } = await api(base, "/api/lanes?group=goroutines&limit=1");
  const { rows: tasks } = await api(base, "/api/tasks");
  const { rows: regions } = await api(base, "/api/regions/types");
  const { functions } = await api(base, "/api/profile?kind=wall");
  const fn = encodeURIComponent(functions[0]?.name ?? "main.main");
  const paths = ["/", "/trace", "/goroutines", "/gc", "/mmu", "/usertasks", "/userregions", "/search", "/search?q=main.", "/search?q=nothing-is-called-this", "/sql"];
  paths.push(...["SELECT * FROM goroutines LIMIT 5", "SELECT nope FROM goroutines"].map((sql) => `/sql?query=${encodeURIComponent(sql)}`));
  paths.push(...["io", "block", "syscall", "sched", "offcpu", "cpu", "wall"].map((kind) => `/${kind}`));
  paths.push("/wall?view=graph", "/wall?view=top", "/wall?view=peek", ...["sandwich", "peek", "source"].map((view) => `/wall?view=${view}&fn=${fn}`));
  paths.push(`/goroutine?name=${name}`, "/goroutine?name=nobody.starts.here", "/goroutine/999999999");
  if (rows.length > 0) paths.push(`/goroutine/${rows[0].id}`);
  if (tasks.length > 0) paths.push(`/usertask?type=${encodeURIComponent(tasks[0].type)}`, `/usertask?id=${tasks[0].id}`);
  if (regions.length > 0) paths.push(`/userregion?type=${encodeURIComponent(regions[0].type)}`);
  return paths;
}

// What may be wider than the window, as it scrolls in itself.
const SCROLLERS = ".table-scroll, .graph-host, .source-lines, .histogram, .bar nav, .group-tools, .flame-scroll, .details-body";

async function settle(page) {
  await page.locator("main .page").first().waitFor();
  await until("the end of waiting", async () => (await page.locator("main .waiting").count()) === 0);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

function tooWide(page) {
  return page.evaluate((scrollers) => {
    const { scrollingElement: root } = document;
    const main = document.querySelector("main");
    const over = [...document.querySelectorAll("#app *")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.right > innerWidth + 1 && !element.closest(scrollers) && !element.closest("svg");
    });
    const names = over.slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
    return { root: root.scrollWidth - innerWidth, main: main.scrollWidth - main.clientWidth, names };
  }, SCROLLERS);
}

const PARTS = 4; // so that no test takes long

async function fitsAt({ page, base, allow }, width, part) {
  allow(/404|400/); // of the goroutine that is not there, and the statement that is wrong
  await page.setViewportSize({ width, height: 800 });
  for (const path of (await pagesOf(base)).filter((_, i) => i % PARTS === part)) {
    await page.goto(base + path);
    await settle(page);
    const { root, main, names } = await tooWide(page);
    check(root <= 0, `${path} is ${root} px too wide for ${width} px: ${names.join(", ")}`);
    check(main <= 0, `${path} has ${main} px to scroll sideways at ${width} px: ${names.join(", ")}`);
    check(names.length === 0, `${path} is cut off at ${width} px: ${names.join(", ")}`);
  }
}

const parts = Array.from({ length: PARTS }, (_, part) => part);
const fits = Object.fromEntries(
  [480, 768].flatMap((width) => parts.map((part) => [`every page fits into ${width} pixels, part ${part + 1}`, (context) => fitsAt(context, width, part)])),
);

export const tests = {
  ...fits,

  "the bar is whole at any width": async ({ page, base }) => {
    await page.goto(base + "/");
    await settle(page);
    for (const width of [1280, 1130, 1110, 1024, 900]) {
      await page.setViewportSize({ width, height: 800 });
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll(".bar a, .bar button")].filter((part) => {
          const [box, room] = [part.getBoundingClientRect(), (part.closest(".switch") ?? document.documentElement).getBoundingClientRect()];
          return box.right > Math.min(innerWidth, room.right) + 1;
        }).map((part) => part.textContent),
      );
      equal(cut.join(), "", `cut off at ${width} pixels`);
    }
  },

  "in a narrow window the search's list lies within it, and the timeline's names leave room": async ({ page, base }) => {
    await page.setViewportSize({ width: 480, height: 800 });
    await page.goto(base + "/trace");
    await page.locator(".bar .search .field").fill("main");
    const list = page.locator(".search-list");
    await list.waitFor();
    const box = await list.boundingBox();
    check(box.x >= 0 && box.x + box.width <= 480, `the list goes from ${box.x} to ${box.x + box.width}`);
    await page.keyboard.press("Escape");
    const tools = page.locator(".group-tools:not([hidden])");
    if ((await tools.count()) > 0) check((await tools.boundingBox()).x < 150, "names take a third of the window");
    const filter = await page.locator(".lane-filter").boundingBox();
    check(filter.x + filter.width <= 140, "the filter of lanes stays within the names");
  },
};
