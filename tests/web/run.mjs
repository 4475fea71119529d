// Runs the page tests: node tests/web/run.mjs PATH_TO_KYMO TRACE...
// Every test on every trace in Chromium, and on the first one in Firefox; KYMO_TEST_BROWSERS names others. A file that exports
// `anyTrace` tests what does not depend on the trace: on the first one alone; `anyBrowser`, nor on the browser: in the first one alone.
// Several run at once; a few that fail are tried once more alone, as what was late for want of a processor tells nothing of the page. Both are said.
// KYMO_TEST_URL names a running server to test instead of starting kymo; KYMO_TEST_ONLY keeps the tests whose names contain it.
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { BROWSERS, canvasColours, findBrowser, launch, loadPlaywright, openPage, Skip, startServer } from "./harness.mjs";

const TEST_LIMIT = 120_000; // ms: it hangs
const WAIT_LIMIT = 30_000; // for what is to come, on a busy machine
const MOST_ALONE = 8; // tests that may be tried once more: where more fail, something is wrong
const AT_ONCE = Number(process.env.KYMO_TEST_AT_ONCE ?? 2); // tests; most of their time is waiting
const here = new URL(".", import.meta.url);

async function loadTests() {
  const files = readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort();
  const modules = await Promise.all(files.map((name) => import(new URL(name, here))));
  const only = process.env.KYMO_TEST_ONLY ?? "";
  const tests = modules.flatMap(({ tests, anyTrace = false, anyBrowser = false }) =>
    Object.entries(tests).map(([name, test]) => ({ name, test, anyTrace: anyTrace || anyBrowser, anyBrowser })));
  return tests.filter(({ name }) => name.includes(only));
}

function limited(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("took too long")), TEST_LIMIT);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function runTest(browser, base, test) {
  const { page, complaints, close } = await openPage(browser, base);
  page.setDefaultTimeout(WAIT_LIMIT);
  const allowed = [];
  try {
    await limited(test({ page, base, canvasColours, allow: (pattern) => allowed.push(pattern) }));
    const bad = complaints.filter((complaint) => !allowed.some((pattern) => pattern.test(complaint)));
    if (bad.length > 0) throw new Error(bad.join("; "));
  } finally {
    await close();
  }
}

// One test on one trace in one browser, into the totals. Returns why it failed.
async function count({ browser, url, name, test, label }, totals) {
  const begun = Date.now();
  try {
    await runTest(browser, url, test);
    totals.passed++;
    if (process.env.KYMO_TEST_TIMES) console.log(`${((Date.now() - begun) / 1000).toFixed(1)} s ${label}: ${name}`);
  } catch (error) {
    if (!(error instanceof Skip)) return error.message.split("\n")[0];
    totals.skipped++;
  }
  return null;
}

// Those that failed, once more and one by one.
async function countAlone(failed, totals) {
  for (const { task, why } of failed) {
    const again = failed.length <= MOST_ALONE ? await count(task, totals) : why;
    if (again === null) {
      console.log(`alone, ${task.label}: ${task.name} passes; beside others: ${why}`);
      continue;
    }
    totals.failed++;
    console.log(`FAIL ${task.label}: ${task.name}: ${again}${again === why ? "" : `; beside others: ${why}`}`);
  }
}

// Null if it is not there. Chromium must start; of the others some are mere stubs that would install a browser.
async function start(which, totals) {
  const there = findBrowser(which);
  const browser = there ? await launch(which).catch((error) => (which === "chromium" ? Promise.reject(error) : null)) : null;
  if (browser) return browser;
  console.log(`skipped: ${which} ${there ? "does not start" : "is not installed"}`);
  totals.skipped++;
  return null;
}

async function main() {
  const [kymo, ...traces] = process.argv.slice(2);
  if (!kymo || traces.length === 0) {
    console.error("usage: node tests/web/run.mjs PATH_TO_KYMO TRACE...");
    return 2;
  }
  if (!loadPlaywright()) {
    console.log("skipped: playwright-core is not installed (npm ci in web/)");
    console.log("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  const tests = await loadTests();
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const tasks = [];
  const toEnd = [];
  const wanted = process.env.KYMO_TEST_BROWSERS?.split(",") ?? Object.keys(BROWSERS);
  try {
    const servers = [];
    for (const trace of traces) {
      servers.push(await startServer(kymo, trace));
      toEnd.push(() => servers.pop().stop());
    }
    for (const which of wanted) {
      const browser = await start(which, totals);
      if (!browser) continue;
      toEnd.push(() => browser.close());
      // What differs between browsers does not depend on the trace.
      for (let i = 0; i < (which === "chromium" ? traces.length : 1); i++)
        for (const { name, test, anyTrace, anyBrowser } of tests)
          if ((i === 0 || !anyTrace) && (which === wanted[0] || !anyBrowser))
            tasks.push({ which, browser, url: servers[i].url, name, test, label: `${basename(traces[i])} in ${which}` });
    }
    const failed = [];
    const runInTurn = async (queue) => {
      for (let task = queue.shift(); task; task = queue.shift()) {
        const why = await count(task, totals);
        if (why !== null) failed.push({ task, why });
      }
    };
    const turns = wanted.flatMap((which) => {
      const queue = tasks.filter((task) => task.which === which);
      return Array.from({ length: Math.min(AT_ONCE, BROWSERS[which].most) }, () => runInTurn(queue));
    });
    await Promise.all(turns);
    await countAlone(failed, totals);
  } finally {
    for (const end of toEnd.reverse()) await end();
  }
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
  console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
  return totals.failed > 0 ? 1 : 0;
}

process.exitCode = await main();
