// What the page tests share: a running kymo, a browser, and a list of tests.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("../../web/", import.meta.url));
const require = createRequire(join(web, "package.json"));
const START_LIMIT = 60_000;

// The browsers that pages are tested in: what their programs are called, the variable that names another, how many
// tests they take at once, and how they are started.
export const BROWSERS = {
  chromium: {
    names: ["chromium", "chromium-browser", "google-chrome"],
    variable: "KYMO_TEST_CHROMIUM",
    most: Infinity,
    start: (playwright, executablePath) => {
      const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
      args.push("--disable-component-update", "--disable-sync");
      // Each window would have two more pages of the browser's own, for its address bar. The others are features that Playwright switches
      // off, too: the last of such lists is the one that counts.
      args.push("--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,Translate,HttpsUpgrades,PaintHolding,OptimizationHints,MediaRouter");
      return playwright.chromium.launch({ executablePath, args });
    },
  },
  firefox: {
    names: ["firefox-esr", "firefox"],
    variable: "KYMO_TEST_FIREFOX",
    most: 1, // only one window is active, and shows what has the focus
    // As it comes from Mozilla or Debian, through WebDriver BiDi.
    start: (playwright, executablePath) => playwright.firefox.launch({ executablePath, channel: "moz-firefox" }),
  },
};

export function findBrowser(which) {
  const { names, variable } = BROWSERS[which];
  const paths = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env[variable], ...paths].filter(Boolean).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export function loadPlaywright() {
  try {
    return require("playwright-core");
  } catch {
    return null;
  }
}

export function launch(which = "chromium") {
  return BROWSERS[which].start(loadPlaywright(), findBrowser(which));
}

// Starts kymo on a trace and waits for its address. With KYMO_TEST_URL, uses the server that is running there.
export async function startServer(kymo, trace) {
  if (process.env.KYMO_TEST_URL) return { url: process.env.KYMO_TEST_URL.replace(/\/$/, ""), stop: () => {} };
  const env = { ...process.env, BROWSER: "true", KYMO_NO_BROWSER: "1" };
  const child = spawn(kymo, ["-http=127.0.0.1:0", trace], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`kymo did not listen in time: ${said}`)), START_LIMIT);
    const finish = (settle, value) => {
      clearTimeout(timer);
      settle(value);
    };
    child.stderr.on("data", (data) => {
      said += data;
      const match = /listening on (http:\/\/[^\s/]+)/.exec(said);
      if (match) finish(resolve, match[1]);
    });
    child.on("error", (error) => finish(reject, error));
    child.on("exit", (code) => finish(reject, new Error(`kymo ended with ${code}: ${said}`)));
  }).catch((error) => {
    child.kill();
    throw error;
  });
  await until("the end of reading", async () => (await api(url, "/api/overview")).reading === null);
  return { url, stop: () => child.kill() };
}

export async function api(base, path) {
  const response = await fetch(base + path);
  const reply = await response.json();
  if (!response.ok) throw new Error(`${path}: ${reply.error}`);
  return reply;
}

// Has the server's reply at a path changed on its way to the page; returns it.
export async function changeReply(page, base, path, edit) {
  const reply = await api(base, path);
  edit(reply);
  await page.route("**" + path, (route) => route.fulfill({ json: reply }));
  return reply;
}

// A page that notes what must not happen: errors, dialogs, requests elsewhere.
export async function openPage(browser, base, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "light", ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith("data:") && !url.startsWith("blob:")) complaints.push(`request to ${url}`);
  });
  return { page, complaints, close: () => context.close() };
}

export class Skip extends Error {}

export function skip(why) {
  throw new Skip(why);
}

// Firefox is asked through WebDriver BiDi, which tells neither what a request's body is nor of downloads.
export const isChromium = (page) => page.context().browser().browserType().name() === "chromium";

export function needsRequestBodies(page) {
  if (!isChromium(page)) skip("this browser does not tell what is asked for");
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

export function equal(actual, expected, what) {
  check(Object.is(actual, expected), `${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`);
}

// Waits until a function run here gives something true.
export async function until(what, ask, limit = 30000) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await ask();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

// A source file of the pages, bundled on the fly: for what needs no browser.
export async function load(file) {
  const options = { entryPoints: [join(web, "src", file)], bundle: true, write: false, format: "esm", platform: "node", loader: { ".md": "text" }, logLevel: "silent" };
  const { outputFiles } = await require("esbuild").build(options);
  return import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));
}

// How many colours a canvas shows.
export function canvasColours(page, selector) {
  return page.$eval(selector, (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
}

// Places on the timeline's canvas, from the top, that have the same strong colour all around: a slice's, mostly.
function colouredPlaces(page) {
  return page.$eval(".timeline-canvas canvas", (canvas) => {
    const [NAMES, HEAD, STEP, ROOM] = [180, 100, 4, 3]; // CSS pixels
    const { width, height } = canvas;
    const ratio = width / canvas.clientWidth;
    const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer);
    const at = (x, y) => pixels[Math.round(y * ratio) * width + Math.round(x * ratio)];
    const strong = (pixel) => {
      const channels = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
      return Math.max(...channels) - Math.min(...channels) > 40;
    };
    const places = [];
    for (let y = HEAD; y < canvas.clientHeight - 10; y += STEP) {
      for (let x = NAMES; x < canvas.clientWidth - 10; x += STEP) {
        const pixel = at(x, y);
        if (!strong(pixel) || ![-ROOM, ROOM].every((by) => at(x + by, y) === pixel && at(x, y + by) === pixel)) continue;
        places.push({ x, y });
        y += 2 * STEP; // another row
        break;
      }
    }
    return places;
  });
}

// Clicks what is drawn on the timeline until a slice opens its details.
export async function clickSomeSlice(page) {
  const box = await page.locator(".timeline-canvas").boundingBox();
  const details = page.locator(".details");
  const places = await until("something drawn", async () => {
    const found = await colouredPlaces(page);
    return found.length > 0 && found;
  });
  for (const { x, y } of places) {
    await page.mouse.click(box.x + x, box.y + y);
    const opened = await details.waitFor({ timeout: 250 }).then(() => true, () => false);
    if (opened) return { details, x: box.x + x, y: box.y + y };
  }
  throw new Error("no slice was found to click");
}
