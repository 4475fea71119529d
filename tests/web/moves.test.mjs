// Moving about: undo and redo, zoom to a box, arrows and following them, the palette, and the keys on every page.
import { api, check, clickSomeSlice, equal, load, skip, until } from "./harness.mjs";

const CANVAS = ".timeline-canvas canvas";
const LEFT = 168; // px: the names
const LONELY = 400; // ms without a move: what comes next is another one

const place = (page) => new URL(page.url());

function shown(page) {
  const [from, to] = place(page).hash.slice(1).split(":").map(Number);
  return { from, to, width: to - from };
}

async function open({ page, base, canvasColours }, at = "") {
  await page.goto(base + "/trace" + at);
  await page.waitForSelector(CANVAS);
  await until("a drawn timeline", async () => (await canvasColours(page, CANVAS)) > 12);
  await until("the fragment", () => place(page).hash !== "");
  await page.waitForTimeout(LONELY);
}

// Waits until the URL has another span or query than before, and no further one for a while.
async function settle(page, before) {
  await until("another place", () => page.url() !== before);
  let [last, since] = [page.url(), Date.now()];
  await until("the timeline at rest", () => {
    if (page.url() !== last) [last, since] = [page.url(), Date.now()];
    return Date.now() - since > LONELY;
  });
}

async function press(page, key) {
  const before = page.url();
  await page.keyboard.press(key);
  await settle(page, before);
}

// The stretch in the middle of the trace with some arrows in it, and these.
async function someArrows(base) {
  const { span_ns: span } = await api(base, "/api/overview");
  for (let parts = 1024; parts >= 1; parts /= 2) {
    const [from, to] = [Math.floor(span * 0.3), Math.floor(span * 0.3 + span / parts)];
    const reply = await api(base, `/api/arrows?from=${from}&to=${to}&limit=4000`);
    const whole = reply.arrows.filter(({ kind, run_ns: run, from: end }) => kind === "wake" && run !== null && end.proc !== null && end.goroutine !== null);
    if (whole.length > 3) return { from, to, arrows: whole, count: reply.count, at: `#${from / 1e6}:${to / 1e6}` };
  }
  return skip("the trace has no arrows");
}

export const tests = {
  "undo and redo go through every move, of time and of lanes": async (context) => {
    await open(context);
    const { page } = context;
    const places = [page.url()];
    for (const key of ["w", "d", "w"]) {
      await press(page, key);
      places.push(page.url());
    }
    const before = page.url();
    await page.mouse.click(60, (await page.locator(CANVAS).boundingBox()).y + 74 + 11);
    await settle(page, before);
    places.push(page.url());
    check(place(page).searchParams.has("fold"), "no group was folded");
    for (const [i, key] of ["Backspace", "Control+z", "Backspace", "Control+z"].entries()) {
      await press(page, key);
      equal(page.url(), places[places.length - 2 - i], `place after ${i + 1} undone`);
    }
    for (const [i, key] of ["Control+Shift+z", "Shift+Backspace", "Control+y", "Control+Shift+Z"].entries()) {
      await press(page, key);
      equal(page.url(), places[i + 1], `place after ${i + 1} redone`);
    }
  },

  "a held key, and moves close together, are one move": async (context) => {
    await open(context);
    const { page } = context;
    const whole = page.url();
    await page.keyboard.down("w");
    await page.waitForTimeout(900);
    await page.keyboard.up("w");
    await settle(page, whole);
    await press(page, "Backspace");
    equal(page.url(), whole, "place after a held key was undone");
    // All at once, as a slow machine would not send them.
    await page.$eval(CANVAS, (canvas) => {
      for (let i = 0; i < 6; i++) canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: -60, clientX: 700, clientY: 300, cancelable: true }));
    });
    await settle(page, whole);
    await press(page, "Backspace");
    equal(page.url(), whole, "place after turning the wheel was undone");
  },

  "zoom to a box, with the right button or Alt": async (context) => {
    const { page } = context;
    for (const how of ["right", "alt"]) {
      await open(context);
      const box = await page.locator(CANVAS).boundingBox();
      const whole = shown(page).width;
      const plot = box.width - LEFT;
      const before = page.url();
      if (how === "alt") await page.keyboard.down("Alt");
      await page.mouse.move(box.x + LEFT + plot * 0.5, box.y + 200);
      await page.mouse.down({ button: how === "right" ? "right" : "left" });
      await page.mouse.move(box.x + LEFT + plot * 0.75, box.y + 500, { steps: 4 });
      await page.mouse.up({ button: how === "right" ? "right" : "left" });
      if (how === "alt") await page.keyboard.up("Alt");
      await settle(page, before);
      const { from, to } = shown(page);
      check(Math.abs(from - whole * 0.5) < whole * 0.004 && Math.abs(to - whole * 0.75) < whole * 0.004, `${how}: shows ${from}:${to} of ${whole}`);
    }
  },

  "E draws arrows, counts them, and is in the URL": async (context) => {
    const { from, to, count, at } = await someArrows(context.base);
    await open(context, at);
    const { page } = context;
    const picture = () => page.$eval(CANVAS, (canvas) => canvas.toDataURL());
    const before = await picture();
    await page.keyboard.press("e");
    await until("the query", () => place(page).searchParams.get("arrows") === "1");
    const told = page.locator(".arrow-count");
    await until("the count", async () => (await told.innerText()).includes("arrow") && !/^0 /.test(await told.innerText()));
    const figures = (await told.innerText()).replaceAll(",", "").match(/\d+/g).map(Number);
    const near = await api(context.base, `/api/arrows?from=${from}&to=${to}&limit=0`);
    check(Math.abs(figures.at(-1) - near.count) <= 2 && near.count === count, `tells of ${figures} arrows of ${near.count}`);
    await until("arrows in the picture", async () => (await picture()) !== before);
    await page.keyboard.press("e");
    await until("the query without", () => !place(page).searchParams.has("arrows"));
    equal(await told.count(), 0, "counts of arrows");
  },

  "[ goes to the waker, ] to the one that was woken": async (context) => {
    const { base, page } = context;
    const { arrows } = await someArrows(base);
    // One of which the woken slice, on its processor, is by it.
    for (const arrow of arrows) {
      const { lanes } = await api(base, "/api/timeline");
      if (!lanes.some(({ id }) => id === arrow.to.proc) || arrow.from.lane === arrow.to.lane) continue;
      const middle = arrow.run_ns / 1e6;
      await open(context, `?pin=${arrow.to.proc}#${middle - 0.0004}:${middle + 0.0004}`);
      const box = await page.locator(CANVAS).boundingBox();
      const y = box.y + 74 + 11;
      await page.mouse.click(box.x + LEFT + (box.width - LEFT) / 2 + 5, y);
      await page.locator(".wakes").waitFor();
      const title = page.locator(".details-title strong");
      if (!(await title.innerText()).includes(`G${arrow.to.goroutine} `)) continue;
      const by = page.locator(".wakes li").first();
      check((await by.innerText()).includes(`G${arrow.from.goroutine} `), `woken by ${await by.innerText()} instead of G${arrow.from.goroutine}`);
      await page.keyboard.press("[");
      await until("the waker", async () => (await title.innerText()).includes(`G${arrow.from.goroutine} `));
      const woken = page.locator(".wakes li", { hasText: `G${arrow.to.goroutine} ` });
      await until("the list of whom it woke", async () => (await woken.count()) > 0);
      const first = await page.locator(".wakes h3:has-text('Woke or created') + ol li").first().innerText();
      await page.keyboard.press("]");
      await until("one that it woke", async () => first.includes((await title.innerText()).trim().split(" ")[0] + " "));
      return;
    }
    skip("no arrow ends in a slice that can be clicked");
  },

  "the details tell whom a slice woke, as the server does": async (context) => {
    await open(context, (await someArrows(context.base)).at);
    const { page, base } = context;
    const asked = [];
    page.on("response", (response) => response.url().includes("/api/arrows?lane=") && asked.push(response.url()));
    const { details } = await clickSomeSlice(page);
    await details.locator(".wakes").waitFor();
    await until("those that the server names", async () => {
      const { by, woke } = await api(base, asked.at(-1).slice(base.length)); // an earlier click's reply may still have come
      const said = await details.locator(".wakes").innerText().catch(() => "");
      return (await details.locator(".wakes li").count()) === woke.length + (by ? 1 : 0) && woke.every(({ to }) => said.includes(`G${to.goroutine} `));
    });
  },

  "the palette finds pages, commands, lanes, functions and goroutines": async (context) => {
    const { page, base } = context;
    const { rows } = await api(base, "/api/lanes?group=functions&limit=1");
    await page.goto(base + "/goroutines");
    await page.locator("main").waitFor();
    const chosen = page.locator("dialog.finder [aria-selected=true]");
    const find = async (text, kind) => {
      await page.keyboard.press("Control+k");
      await page.locator("dialog.finder input").fill(text);
      await until(`${kind} ${text}`, async () => (await chosen.count()) === 1 && (await chosen.innerText()).startsWith(kind));
      await page.keyboard.press("Enter");
      await page.locator("dialog.finder").waitFor({ state: "detached" });
    };
    await find("timel", "page");
    equal(place(page).pathname, "/trace", "page after the palette");
    await page.waitForSelector(CANVAS);
    await until("the fragment", () => place(page).hash !== "");
    await find("compact", "command");
    await find("proc 0", "lane");
    await find("g1", "goroutine");
    equal(place(page).searchParams.get("goid"), "1", "goroutine after the palette");
    if (rows[0]?.name && /^[\w./*()]+$/.test(rows[0].name)) {
      await find(rows[0].name, "function");
      equal(place(page).searchParams.get("name"), rows[0].name, "group after the palette");
    }
    await page.keyboard.press("Control+k");
    await page.locator("dialog.finder input").fill("qqzzxxqq");
    await page.locator("dialog.finder p").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog.finder").waitFor({ state: "detached" });
  },

  "? shows the keys of each page": async ({ page, base }) => {
    const pages = { "/": "Tables", "/trace": "Timeline", "/wall": "Flame graph", "/mmu": "Curve", "/goroutines": "Tables", "/usertasks": "Tables", "/gc": "Tables" };
    for (const [path, title] of Object.entries(pages)) {
      await page.goto(base + path);
      await page.locator(".find-button").waitFor();
      await page.keyboard.press("?");
      const help = page.locator("dialog.help[open]");
      await help.waitFor();
      const said = await help.innerText();
      check(said.includes(title) && said.includes("On every page"), `${path} has no keys for ${title}`);
      await page.keyboard.press("Escape");
      await help.waitFor({ state: "detached" });
    }
  },

  "every command has a key of its own": async () => {
    const { COMMANDS } = await load("keys.ts");
    const seen = new Map();
    for (const { id, scope, keys } of COMMANDS) {
      for (const key of keys) {
        const among = scope === "everywhere" ? ["everywhere", "timeline"] : [scope];
        for (const where of among) {
          check(!seen.has(where + key), `${key} is ${id} and ${seen.get(where + key)}`);
          seen.set(where + key, id);
        }
      }
    }
  },

  "what is typed is found by letters in order, words first": async () => {
    const { fuzzyFind, fuzzyScore } = await load("fuzzy.ts");
    equal(fuzzyScore("abc", "acb"), null, "letters in another order");
    equal(fuzzyScore("", "x"), 0, "nothing typed");
    check(fuzzyScore("G12", "g12") !== null, "case counts");
    const names = ["main.remote", "main.(*T).Run", "runtime.gcBgMarkWorker", "Mutator utilisation", "main.worker"];
    const find = (typed) => fuzzyFind(typed, names, (name) => name, 10)[0];
    equal(find("worker"), "main.worker", "best for worker");
    equal(find("gmw"), "runtime.gcBgMarkWorker", "best for gmw");
    equal(find("mu"), "Mutator utilisation", "best for mu");
    equal(fuzzyFind("zz", names, (name) => name, 10).length, 0, "found for zz");
    // By brute force: a text is found if and only if it holds the letters in order.
    for (let i = 0; i < 500; i++) {
      const random = (letters, n) => Array.from({ length: n }, (_, j) => letters[(i * 7 + j * (3 + (i % 5))) % letters.length]).join("");
      const [typed, text] = [random("abc", 1 + (i % 4)), random("aXbycZ.a b", 1 + (i % 13))];
      let at = 0;
      for (const c of text.toLowerCase()) if (c === typed[at]) at++;
      equal(fuzzyScore(typed, text) !== null, at === typed.length, `${typed} in ${text}`);
    }
  },

  "moves are told apart by time and by gesture": async () => {
    const { MoveHistory } = await load("pages/timeline/history.ts");
    const history = new MoveHistory(0, (a, b) => a === b);
    history.note(1, 1000);
    history.note(2, 1200); // with it
    history.note(3, 2000);
    history.beginGesture();
    history.note(4, 9000);
    history.note(5, 99000);
    history.endGesture();
    equal(history.undo(), 3, "before the gesture");
    equal(history.undo(), 2, "before that");
    equal(history.undo(), 0, "at first");
    equal(history.undo(), null, "before the first");
    equal(history.redo(), 2, "redone");
    history.settle(20);
    history.note(20, 1e6);
    equal(history.redo(), 3, "redone after a change that nobody made");
    history.note(7, 2e6);
    equal(history.redo(), null, "to redo after a new move");
    equal(history.undo(), 3, "before the new move");
  },
};
