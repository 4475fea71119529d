// How the pages feel: the first picture of a small trace; frames while a large one is panned, zoomed and scrolled, and while a table of
// goroutines is; and the memory of the page. In headless Chromium without a GPU. Called by bench/feel; the exit status is 1 if a budget is
// not kept. A frame is the time from one picture to the next, as a user sees it; drawing is the part of it that scripts take.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { api, findBrowser, launch, loadPlaywright, openPage, startServer, until } from "../tests/web/harness.mjs";
import { fail, median, MIB, percentile, print } from "./kymo.mjs";

const BUDGETS = { picture: 300, p95: 20, longest: 100, memory: 300 }; // ms, ms, ms, MiB
const OPENINGS = 7;
const HELD = 2000; // ms that a key is held
const DRAG_STEPS = 90;
const TABLE_FRAMES = 150;
const TABLE_STEP = 700; // px a frame
const COLOURS = 6; // more than these in a column of the canvas: lanes are drawn
const CANVAS = ".timeline-canvas canvas";
const SMALL = fileURLToPath(new URL("../examples/webload.trace", import.meta.url));

// ---- in the page ----------------------------------------------------------------------------------------------------------

// Notes every frame: when it was, and how long its callbacks took.
function watchFrames() {
  const frames = [];
  let noted = null;
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    ask((now) => {
      const begun = performance.now();
      callback(now);
      if (noted) noted.drawing += performance.now() - begun;
    });
  const watch = (now) => {
    if (noted) frames.push({ ...noted, length: now - noted.at });
    noted = { at: now, drawing: 0 };
    ask(watch);
  };
  ask(watch);
  window.takeFrames = () => frames.splice(0);
}

// Notes when lanes are seen for the first time, in milliseconds since the page was asked for.
function watchPicture([selector, colours]) {
  const look = () => {
    const canvas = document.querySelector(selector);
    if (canvas && canvas.width > 0) {
      const { data } = canvas.getContext("2d").getImageData(Math.floor(canvas.width * 0.6), 0, 1, canvas.height);
      if (new Set(new Uint32Array(data.buffer)).size > colours) {
        window.pictureAt = performance.now();
        return;
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

// ---- measuring ------------------------------------------------------------------------------------------------------------

async function firstPicture(browser, trace, kymo) {
  const server = await startServer(kymo, trace);
  const times = [];
  for (let i = 0; i < OPENINGS; i++) {
    const { page, close } = await openPage(browser, server.url);
    await page.addInitScript(watchPicture, [CANVAS, COLOURS]);
    await page.goto(server.url + "/trace");
    times.push(await until("a picture", () => page.evaluate(() => window.pictureAt)));
    await close();
  }
  server.stop();
  return median(times.slice(1)); // the first one starts the browser's processes
}

async function timed(page, act) {
  await page.waitForTimeout(600);
  await page.evaluate(() => void window.takeFrames());
  await act();
  return page.evaluate(() => window.takeFrames());
}

async function hold(page, ...keys) {
  for (const key of keys) await page.keyboard.down(key);
  await page.waitForTimeout(HELD);
  for (const key of keys) await page.keyboard.up(key);
}

async function openTimeline(page, base, query) {
  await page.goto(`${base}/trace${query}`);
  await page.waitForSelector(CANVAS);
  await page.waitForTimeout(3500); // lanes of goroutines take a pass, of two seconds
  const box = await page.locator(CANVAS).boundingBox();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5);
  return box;
}

async function drag(page, box) {
  const y = box.y + box.height * 0.7;
  await page.mouse.move(box.x + box.width - 40, y);
  await page.mouse.down();
  for (let i = 0; i < DRAG_STEPS; i++) await page.mouse.move(box.x + box.width - 40 - i * 9, y - i);
  await page.mouse.up();
}

async function wheel(page, by) {
  for (let i = 0; i < 60; i++) await page.mouse.wheel(0, by);
}

// Scrolls from frame to frame, as a held scroll bar does.
function scrollTable(page) {
  return page.$eval(
    ".table-scroll",
    (element, [frames, step]) =>
      new Promise((settle) => {
        let left = frames;
        const go = () => {
          element.scrollTop += step;
          if (--left > 0) requestAnimationFrame(go);
          else settle();
        };
        requestAnimationFrame(go);
      }),
    [TABLE_FRAMES, TABLE_STEP],
  );
}

async function measureFrames(page, base) {
  const { groups } = await api(base, "/api/groups");
  const largest = groups.reduce((best, group) => (group.count > best.count ? group : best));
  const rows = [];
  const note = async (name, act) => rows.push({ name, frames: await timed(page, act) });
  const box = await openTimeline(page, base, "");
  await note("zoom in, W", () => hold(page, "w"));
  await note("move, D", () => hold(page, "d"));
  await note("zoom out, S", () => hold(page, "s"));
  await note("zoom by wheel", async () => {
    await wheel(page, -40);
    await wheel(page, 40);
  });
  await page.keyboard.press("0");
  await hold(page, "w");
  await note("drag", () => drag(page, box));
  await openTimeline(page, base, "?fold=Counters&fold=Runtime");
  await note("scroll lanes", () => hold(page, "ArrowDown"));
  await note("scroll lanes fast", () => hold(page, "PageDown"));
  await openTimeline(page, base, "?arrows=1");
  await hold(page, "w");
  await note("move with arrows", () => hold(page, "a"));
  await page.goto(`${base}/goroutine?name=${encodeURIComponent(largest.name)}`);
  await page.locator(".table-scroll").first().waitFor();
  await note(`table of ${largest.count}`, () => scrollTable(page));
  return rows;
}

// Whether a process was started by this one, or by one that was.
function isOurs(pid) {
  while (pid > 1 && pid !== process.pid) pid = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(join("/proc", String(pid), "status"), "latin1"))[1]);
  return pid === process.pid;
}

// Of the process that shows the page: the largest of the browser's that show pages. Null where the system does not tell.
function pageMemory() {
  let most = null;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(join("/proc", pid, "cmdline"), "latin1").includes("--type=renderer") || !isOurs(Number(pid))) continue;
      const [, kib] = /^Pss:\s+(\d+)/m.exec(readFileSync(join("/proc", pid, "smaps_rollup"), "latin1"));
      most = Math.max(most ?? 0, (Number(kib) * 1024) / MIB);
    } catch {
      // It has ended, or is somebody else's.
    }
  }
  return most;
}

// ---- telling --------------------------------------------------------------------------------------------------------------

async function main() {
  const [build, trace, small = SMALL] = process.argv.slice(2);
  if (!trace) fail("usage: bench/feel BUILD TRACE [SMALL_TRACE]");
  if (!findBrowser("chromium") || !loadPlaywright()) fail("chromium or playwright-core is not installed");
  const kymo = join(build, "kymo");
  const browser = await launch();
  const missed = [];
  const judge = (name, value, budget) => {
    if (value > budget) missed.push(`${name}: ${value.toFixed(1)} instead of ${budget}`);
    return value.toFixed(1);
  };

  const picture = await firstPicture(browser, small, kymo);
  const server = await startServer(kymo, trace);
  const { page } = await openPage(browser, server.url);
  await page.addInitScript(watchFrames);
  const rows = await measureFrames(page, server.url);
  await openTimeline(page, server.url, "");
  const memory = pageMemory();
  server.stop();
  await browser.close();

  const table = [["frames", "number", "median ms", "p95 ms", "longest ms", "drawing p95 ms", "drawing longest ms"]];
  for (const { name, frames } of rows) {
    const lengths = frames.map(({ length }) => length);
    const drawing = frames.map((frame) => frame.drawing);
    const worst = [judge(`${name}, p95`, percentile(lengths, 0.95), BUDGETS.p95), judge(`${name}, longest`, Math.max(...lengths), BUDGETS.longest)];
    table.push([name, frames.length, median(lengths).toFixed(1), ...worst, percentile(drawing, 0.95).toFixed(1), Math.max(...drawing).toFixed(1)]);
  }
  table.push(["budget", "", "", BUDGETS.p95, BUDGETS.longest, "", ""]);
  print(table);
  const others = [["other", "", "budget"], ["first picture, ms", judge("first picture", picture, BUDGETS.picture), BUDGETS.picture]];
  if (memory !== null) others.push(["memory of the page, MiB", judge("memory", memory, BUDGETS.memory), BUDGETS.memory]);
  print(others);
  for (const what of missed) console.log(`over: ${what}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}

await main();
