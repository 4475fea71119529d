// Runs the page tests: node tests/web/run.mjs PATH_TO_KYMO TRACE...
// KYMO_TEST_URL names a running server to test instead of starting kymo; KYMO_TEST_ONLY keeps the tests whose names contain it.
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { canvasColours, findChromium, launch, loadPlaywright, openPage, Skip, startServer } from "./harness.mjs";

const TEST_LIMIT = 45_000; // ms
const here = new URL(".", import.meta.url);

async function loadTests() {
  const files = readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort();
  const modules = await Promise.all(files.map((name) => import(new URL(name, here))));
  const only = process.env.KYMO_TEST_ONLY ?? "";
  return modules.flatMap((module) => Object.entries(module.tests)).filter(([name]) => name.includes(only));
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
  page.setDefaultTimeout(10_000);
  const allowed = [];
  try {
    await limited(test({ page, base, canvasColours, allow: (pattern) => allowed.push(pattern) }));
    const bad = complaints.filter((complaint) => !allowed.some((pattern) => pattern.test(complaint)));
    if (bad.length > 0) throw new Error(bad.join("; "));
  } finally {
    await close();
  }
}

async function main() {
  const [kymo, ...traces] = process.argv.slice(2);
  if (!kymo || traces.length === 0) {
    console.error("usage: node tests/web/run.mjs PATH_TO_KYMO TRACE...");
    return 2;
  }
  const chromium = findChromium();
  if (!chromium || !loadPlaywright()) {
    console.log(`skipped: ${chromium ? "playwright-core is not installed (npm ci in web/)" : "chromium is not installed"}`);
    console.log("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  const tests = await loadTests();
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const browser = await launch(chromium);
  try {
    for (const trace of traces) {
      const server = await startServer(kymo, trace);
      try {
        for (const [name, test] of tests) {
          try {
            await runTest(browser, server.url, test);
            totals.passed++;
          } catch (error) {
            if (error instanceof Skip) {
              totals.skipped++;
              continue;
            }
            totals.failed++;
            console.log(`FAIL ${basename(trace)}: ${name}: ${error.message.split("\n")[0]}`);
          }
        }
      } finally {
        server.stop();
      }
    }
  } finally {
    await browser.close();
  }
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
  console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
  return totals.failed > 0 ? 1 : 0;
}

process.exitCode = await main();
