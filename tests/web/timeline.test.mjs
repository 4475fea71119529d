// The timeline: it draws, moves, tells and selects.
import { api, check, clickSomeSlice, equal, skip, until } from "./harness.mjs";

const CANVAS = ".timeline-canvas canvas";
const fragment = (page) => new URL(page.url()).hash;

function shown(page) {
  const [from, to] = fragment(page).slice(1).split(":").map(Number);
  return { from, to, width: to - from };
}

async function open({ page, base, canvasColours }, at = "") {
  await page.goto(base + "/trace" + at);
  await page.waitForSelector(CANVAS);
  await until("a drawn timeline", async () => (await canvasColours(page, CANVAS)) > 12);
  await until("the fragment", () => fragment(page) !== "");
}

// Presses a key and waits until the span shown has changed and come to rest.
async function press(page, key) {
  const before = fragment(page);
  await page.keyboard.press(key);
  await until(`a change after ${key}`, () => fragment(page) !== before);
  await rest(page);
}

// The same for a key that is let go at once, which cannot be had through a busy machine from outside.
async function tap(page, key) {
  const before = fragment(page);
  await page.evaluate((pressed) => {
    const event = { key: pressed, code: `Key${pressed.toUpperCase()}`, bubbles: true, cancelable: true };
    for (const type of ["keydown", "keyup"]) document.activeElement.dispatchEvent(new KeyboardEvent(type, event));
  }, key);
  await until(`a change after a tap on ${key}`, () => fragment(page) !== before);
  await rest(page);
}

// Waits until the span shown has stayed the same for a while, however slow the machine is.
async function rest(page) {
  let last = fragment(page);
  let since = Date.now();
  await until("the timeline at rest", () => {
    if (fragment(page) !== last) {
      last = fragment(page);
      since = Date.now();
    }
    return Date.now() - since > 400;
  });
}

export const tests = {
  "timeline draws the whole trace": async (context) => {
    await open(context);
    const { span_ns: span } = await api(context.base, "/api/timeline");
    const { from, to } = shown(context.page);
    equal(from, 0, "start of the span shown");
    check(Math.abs(to * 1e6 - span) <= span * 1e-3, `shows up to ${to} ms of ${span} ns`);
  },

  "keys zoom and pan": async (context) => {
    await open(context);
    const { page } = context;
    const box = await page.locator(CANVAS).boundingBox();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 300);
    const whole = shown(page).width;
    await press(page, "w");
    await press(page, "w");
    const near = shown(page);
    check(near.width < whole * 0.7, `zoomed in from ${whole} to ${near.width} only`);
    await press(page, "d");
    const right = shown(page);
    check(right.from > near.from, "D did not move right");
    await press(page, "ArrowLeft");
    check(shown(page).from < right.from, "the left arrow did not move left");
    const before = shown(page);
    await tap(page, "d");
    check(shown(page).from > before.from, "a tap on D did not move right");
    await tap(page, "a");
    check(Math.abs(shown(page).from - before.from) < before.width * 1e-3, "a tap on A did not undo one on D");
    await press(page, "s");
    check(shown(page).width > near.width, "S did not zoom out");
    await tap(page, "w"); // a slow machine may have held S until the whole was shown
    await press(page, "0");
    check(Math.abs(shown(page).width - whole) < whole * 1e-3, "0 did not show the whole trace");
  },

  "the wheel zooms at the pointer": async (context) => {
    await open(context);
    const { page } = context;
    const box = await page.locator(CANVAS).boundingBox();
    const whole = shown(page);
    const names = 168;
    const share = 0.5;
    await page.mouse.move(box.x + names + (box.width - names) * share, box.y + 300);
    for (let i = 0; i < 5; i++) await page.mouse.wheel(0, -200);
    await until("a zoom to a fifth", () => shown(page).width < whole.width * 0.2);
    await rest(page);
    const near = shown(page);
    const middle = near.from + near.width * share;
    check(Math.abs(middle - (whole.from + whole.width * share)) < whole.width * 0.005, "the moment under the pointer moved");
  },

  "dragging pans": async (context) => {
    const { span_ns: span } = await api(context.base, "/api/timeline");
    await open(context, `#${(span * 0.4) / 1e6}:${(span * 0.5) / 1e6}`);
    const { page } = context;
    const box = await page.locator(CANVAS).boundingBox();
    const before = shown(page);
    await page.mouse.move(box.x + 700, box.y + 300);
    await page.mouse.down();
    await page.mouse.move(box.x + 500, box.y + 300, { steps: 5 });
    await page.mouse.up();
    await until("another span", () => shown(page).from !== before.from);
    await rest(page);
    const after = shown(page);
    const moved = (after.from - before.from) / before.width;
    check(Math.abs(moved - 200 / (box.width - 168)) < 0.01, `moved by ${moved} of the view`);
    check(Math.abs(after.width - before.width) < before.width * 1e-3, "the width changed");
  },

  "shift and drag select a span, F fits it, Escape clears": async (context) => {
    await open(context);
    const { page } = context;
    const box = await page.locator(CANVAS).boundingBox();
    const plot = box.width - 168;
    const whole = shown(page).width;
    await page.keyboard.down("Shift");
    await page.mouse.move(box.x + 168 + plot * 0.4, box.y + 300);
    await page.mouse.down();
    await page.mouse.move(box.x + 168 + plot * 0.6, box.y + 300, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await press(page, "f");
    const { from, to } = shown(page);
    check(from < whole * 0.4 && from > whole * 0.35 && to > whole * 0.6 && to < whole * 0.65, `fitted to ${from}:${to} of ${whole}`);
    await page.keyboard.press("Escape");
    const before = fragment(page);
    await page.keyboard.press("f");
    await page.waitForTimeout(400);
    equal(fragment(page), before, "fragment after F without a selection");
  },

  "a click opens the slice with its stacks": async (context) => {
    await open(context);
    const { page, base } = context;
    const asked = [];
    page.on("response", (response) => response.url().includes("/api/slice") && asked.push(response.url()));
    const { details } = await clickSomeSlice(page);
    check(asked.length > 0, "nothing was asked of the server");
    const missing = async () => {
      const slice = await api(base, asked[asked.length - 1].slice(base.length)); // an earlier click's reply may still have come
      const said = await details.innerText();
      const facts = [slice.name, ...(slice.start_stack ?? []).map(({ func }) => func), ...slice.events.map(({ text }) => text)];
      if (slice.goroutine !== null) facts.push(`G${slice.goroutine} `);
      return facts.find((fact) => !said.includes(fact));
    };
    let lacks;
    await until("the slice in the details", async () => (lacks = await missing()) === undefined).catch((error) => {
      throw new Error(`${error.message}: ${lacks} is missing`);
    });
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "detached" });
  },

  "some slice has a stack, and its neighbours follow": async (context) => {
    await open(context);
    const { page, base } = context;
    const { lanes } = await api(base, "/api/timeline");
    const lane = lanes.find(({ kind, group, slices }) => kind === "slices" && group === "Processors" && slices > 0);
    if (!lane) skip("no processor ran anything");
    await clickSomeSlice(page);
    const title = page.locator(".details-title"); // the rest may still be on its way
    const next = page.locator(".details button >> text=Next");
    if (await next.isDisabled()) skip("the slice has no successor");
    const before = await title.innerText();
    await page.mouse.move(5, 5);
    await page.keyboard.press(".");
    await until("the next slice", async () => (await title.innerText()) !== before);
    await page.keyboard.press(",");
    await until("the slice before", async () => (await title.innerText()) === before);
  },

  "an event in the details centres the timeline": async (context) => {
    await open(context);
    const { page } = context;
    const { details } = await clickSomeSlice(page);
    await press(page, "f");
    const events = details.locator(".events button");
    if ((await events.count()) === 0) skip("the slice holds no events");
    const before = fragment(page);
    await events.last().click();
    await until("another span", () => fragment(page) !== before);
  },

  "the tooltip tells what is under the pointer": async (context) => {
    await open(context);
    const { page } = context;
    const box = await page.locator(CANVAS).boundingBox();
    await until("a tooltip", async () => {
      for (let y = 90; y < box.height; y += 20) {
        await page.mouse.move(box.x + box.width / 2, box.y + y);
        if ((await page.locator(".tooltip").count()) > 0) return true;
      }
      return false;
    });
  },

  "the fragment is obeyed": async (context) => {
    const { span_ns: span } = await api(context.base, "/api/timeline");
    const [from, to] = [(span * 0.25) / 1e6, (span * 0.5) / 1e6];
    await open(context, `#${from}:${to}`);
    const { page } = context;
    const first = shown(page);
    check(Math.abs(first.from - from) < 1e-3 * from && Math.abs(first.to - to) < 1e-3 * to, `shows ${first.from}:${first.to}`);
    await page.evaluate((hash) => (location.hash = hash), `#${from / 2}:${from}`);
    await until("the new span", () => Math.abs(shown(page).to - from) < 1e-3 * from);
  },

  "groups fold": async (context) => {
    await open(context);
    const { page } = context;
    const box = await page.locator(CANVAS).boundingBox();
    const picture = () => page.$eval(CANVAS, (canvas) => canvas.toDataURL().length);
    const before = await picture();
    await page.mouse.click(box.x + 60, box.y + 74 + 11);
    await until("another picture", async () => Math.abs((await picture()) - before) > 100);
  },

  "? shows the keys": async (context) => {
    await open(context);
    await context.page.keyboard.press("?");
    await context.page.waitForSelector("dialog.help[open]");
    await context.page.keyboard.press("Escape");
    await context.page.waitForSelector("dialog.help", { state: "detached" });
  },

  "deep zoom stays drawn down to a nanosecond": async (context) => {
    const { span_ns: span } = await api(context.base, "/api/timeline");
    const middle = span / 2 / 1e6;
    await open(context, `#${middle}:${middle + 1e-6}`);
    const { width } = shown(context.page);
    check(width > 0 && width <= 2e-6, `shows ${width} ms`);
  },
};
