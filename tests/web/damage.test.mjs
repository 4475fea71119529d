// What was lost of a damaged trace is shown, and nothing of the kind for a sound one.
import { api, changeReply, check, equal, load, skip, until } from "./harness.mjs";

const CANVAS = ".timeline-canvas canvas";
const NAMES = 168; // px: the column with the lanes' names
const COUNTERS = [100, 240]; // px: the three counter lanes, from the canvas' top
const MINIMAP = [46, 68];
const SHOWN = 5; // losses before the list is folded

const hasLosses = async (base) => (await api(base, "/api/overview")).losses.length > 0;

// Columns of a canvas: [from, to) in CSS pixels, rows [top, bottom). Of each: its runs of one colour, and its colours.
function columns(page, selector, from, to, [top, bottom]) {
  const area = { from: Math.round(from), to: Math.round(to), top, bottom };
  return page.$eval(
    selector,
    (canvas, { from, to, top, bottom }) => {
      const context = canvas.getContext("2d");
      return Array.from({ length: to - from }, (_, i) => {
        const { data } = context.getImageData(from + i, top, 1, bottom - top);
        const pixels = Array.from({ length: bottom - top }, (_, y) => [...data.slice(4 * y, 4 * y + 3)]);
        const runs = pixels.filter((pixel, y) => y > 0 && Math.abs(pixel[1] - pixels[y - 1][1]) > 25).length;
        return { runs, grey: pixels.every((pixel) => Math.max(...pixel) - Math.min(...pixel) < 45), colours: [...new Set(pixels.map(String))] };
      });
    },
    area,
  );
}

async function stripeColour() {
  const { STATES } = await load("states.ts");
  const { rgb } = await load("colour.ts");
  return String(rgb(STATES[13].light));
}

// Columns that are the line at a band's edge, from top to bottom.
async function edges(page, selector, from, to, rows) {
  const colour = await stripeColour();
  return (await columns(page, selector, from, to, rows)).filter(({ colours }) => colours.length === 1 && colours[0] === colour).length;
}

// A stretch of the trace is hatched, or a line where there is no room to hatch. `axis` is where the whole trace is drawn.
async function checkBand(page, selector, gap, axis, rows, where) {
  const x = (time) => axis.left + (time / axis.span) * axis.width;
  const [from, to] = [x(gap.from_ns), x(gap.to_ns)];
  const right = axis.left + axis.width;
  equal(await edges(page, selector, Math.max(axis.left, from - 4), Math.min(right, to + 4), rows), 2, `edges of the gap ${where}`);
  if (to - from < 24) return;
  const inside = await columns(page, selector, from + 3, from + (to - from) / 4, rows);
  for (const { runs, grey } of inside) {
    check(grey, `something shines through the gap ${where}`);
    check(runs >= 4, `the gap ${where} is not hatched`);
  }
}

async function timelineAxis(page, span) {
  const { width } = await page.locator(CANVAS).boundingBox();
  return { left: NAMES, width: width - NAMES, span };
}

async function openTimeline({ page, base, canvasColours }, at = "") {
  await page.goto(base + "/trace" + at);
  await page.waitForSelector(CANVAS);
  await until("a drawn timeline", async () => (await canvasColours(page, CANVAS)) > 12);
}

const gapAt = (span, from, to) => ({ from_ns: Math.round(from * span), to_ns: Math.round(to * span) + 1 });

// The reply about a trace that lost what lies in these gaps.
function damage(page, base, gaps) {
  return changeReply(page, base, "/api/overview", (overview) => {
    overview.lost_bytes = Math.round(overview.size_bytes / 4);
    overview.losses = gaps.map((gap, i) => {
      const cause = `<img src=x onerror=alert(${i})>`;
      return { generation: i + 1, ...gap, bytes: 1024 * (i + 1), share: 0.01, further: 0, cause, text: `generation ${i + 1}: ${cause}` };
    });
  });
}

export const tests = {
  "losses are told, and only where there are any": async ({ page, base }) => {
    const { losses } = await api(base, "/api/overview");
    await page.goto(base + "/");
    await page.waitForSelector(".key-figures");
    equal(await page.locator(".losses").count(), losses.length > 0 ? 1 : 0, "panels");
    const lines = await page.locator(".losses li").allInnerTexts();
    equal(lines.join("\n"), losses.slice(0, SHOWN).map(({ text }) => text).join("\n"), "lines");
    for (const path of ["/", "/trace", "/goroutines", "/block"]) {
      await page.goto(base + path);
      await page.waitForSelector("header .figure");
      equal(await page.locator(".damage-mark").count(), losses.length > 0 ? 1 : 0, `marks on ${path}`);
    }
  },

  "the mark of damage says how much and leads to the panel": async ({ page, base }) => {
    if (!(await hasLosses(base))) skip("nothing was lost");
    await page.goto(base + "/goroutines");
    const mark = page.locator(".damage-mark");
    const said = await mark.getAttribute("title");
    await mark.click();
    check((await page.locator(".losses").innerText()).includes(said), `the panel does not say: ${said}`);
    check(/lost in |damaged in /.test(said), said);
  },

  "a loss links to its stretch": async ({ page, base }) => {
    const { losses, span_ns: span } = await api(base, "/api/overview");
    if (losses.length === 0) skip("nothing was lost");
    await page.goto(base + "/");
    await page.click(".losses li a");
    await page.waitForSelector(CANVAS);
    const [from, to] = new URL(page.url()).hash.slice(1).split(":").map((ms) => Number(ms) * 1e6);
    const [first, last] = [Math.max(0, losses[0].from_ns), Math.min(span, losses[0].to_ns)];
    const rounding = (to - from) * 1e-3;
    check(from <= first + rounding && to >= last - rounding, `${first} to ${last} is not within ${from}:${to}`);
    check(to - from <= Math.max(span * 0.02, (last - first) * 2), `${first} to ${last} is a small part of ${from}:${to}`);
  },

  "gaps of the trace are bands on the timeline, and a sound trace has none": async (context) => {
    const { page, base } = context;
    const { gaps, span_ns: span } = await api(base, "/api/timeline");
    await openTimeline(context);
    const axis = await timelineAxis(page, span);
    if (gaps.length === 0) {
      equal(await edges(page, CANVAS, axis.left, axis.left + axis.width, COUNTERS), 0, "edges of gaps");
      return;
    }
    const widest = gaps.reduce((best, gap) => (gap.to_ns - gap.from_ns > best.to_ns - best.from_ns ? gap : best));
    await until("the band", async () => (await edges(page, CANVAS, axis.left, axis.left + axis.width, COUNTERS)) > 0);
    if (gaps.length === 1) await checkBand(page, CANVAS, widest, axis, COUNTERS, "in the lanes");
    const box = await page.locator(CANVAS).boundingBox();
    const middle = axis.left + ((widest.from_ns + widest.to_ns) / 2 / span) * axis.width;
    await page.mouse.move(box.x + Math.min(middle, box.width - 1), box.y + COUNTERS[0] + 60);
    await until("the tooltip", async () => /Events are missing/.test(await page.locator(".tooltip").innerText()));
  },

  "gaps are hatched in the lanes, the minimap and the overview, however short": async (context) => {
    const { page, base } = context;
    const { span_ns: span } = await api(base, "/api/overview");
    if (span < 1e4) skip("the trace is too short to hold a short gap");
    const gaps = [gapAt(span, 0, 0), gapAt(span, 0.3, 0.4), gapAt(span, 0.6, 0.6), gapAt(span, 1, 1)];
    await damage(page, base, gaps);
    await changeReply(page, base, "/api/timeline", (timeline) => (timeline.gaps = gaps));
    await openTimeline(context);
    const axis = await timelineAxis(page, span);
    for (const gap of gaps) {
      await checkBand(page, CANVAS, gap, axis, COUNTERS, "in the lanes");
      // The frame of the shown span covers the ends.
      if (gap.from_ns > 0 && gap.to_ns < span) await checkBand(page, CANVAS, gap, axis, MINIMAP, "in the minimap");
    }
    const box = await page.locator(CANVAS).boundingBox();
    const x = box.x + axis.left;
    await page.mouse.move(x + axis.width * 0.33, box.y + COUNTERS[0] + 60);
    const tooltip = page.locator(".tooltip");
    const { exactDuration } = await load("format.ts");
    const said = await tooltip.innerText();
    check(said.includes(`Events are missing from ${exactDuration(gaps[1].from_ns)} to ${exactDuration(gaps[1].to_ns)}`), said);
    check(said.includes("2.00 KiB lost: <img src=x onerror=alert(1)>"), said);
    await page.mouse.move(x + axis.width * 0.5, box.y + COUNTERS[0] + 60);
    await until("a tooltip on what is known", async () => !(await tooltip.allInnerTexts()).join().includes("missing"));

    await page.click("[data-theme-choice=dark]");
    await until("a hatched band in the dark", async () => {
      const inside = await columns(page, CANVAS, axis.left + axis.width * 0.31, axis.left + axis.width * 0.32, COUNTERS);
      return inside.every(({ runs, grey }) => grey && runs >= 4);
    });
    await page.click("[data-theme-choice=light]");
    await page.goto(base + "/");
    const picture = ".utilisation canvas";
    await page.waitForSelector(picture);
    const { width } = await page.locator(picture).boundingBox();
    await until("bands in the overview", async () => (await edges(page, picture, 0, width, [2, 165])) >= 2 * gaps.length);
    for (const gap of gaps) await checkBand(page, picture, gap, { left: 0, width, span }, [2, 165], "in the overview");
  },

  "many losses are folded, and are text": async ({ page, base }) => {
    const { span_ns: span } = await api(base, "/api/overview");
    const { losses } = await damage(page, base, Array.from({ length: 12 }, (_, i) => gapAt(span, i / 12, i / 12)));
    await page.goto(base + "/");
    const lines = page.locator(".losses li");
    await page.waitForSelector(".losses li");
    equal(await lines.count(), SHOWN, "lines at first");
    await page.click(".losses button >> text=Show all 12");
    equal((await lines.allInnerTexts()).join("\n"), losses.map(({ text }) => text).join("\n"), "all lines");
    equal(await page.locator(".losses img").count(), 0, "elements made from causes");
    check((await page.locator(".losses").innerText()).includes("in 12 places"), "the number of places is missing");
    await page.click(".losses button");
    equal(await lines.count(), SHOWN, "lines folded again");
  },
};
