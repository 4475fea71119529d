// A trace whose names are markup, quotes, control characters, other writing directions, 1,024 bytes long and not UTF-8: every page shows
// them as text, and nothing of them comes to life.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Programs } from "../../bench/kymo.mjs";
import { api, check, equal, skip, startServer } from "./harness.mjs";

const kymo = process.argv[2];
const done = new Set();

// The same whatever trace the other tests look at: once is enough.
async function withHostileServer(test, allow, look) {
  if (process.env.KYMO_TEST_URL || done.has(test)) skip("it has been looked at");
  done.add(test);
  const folder = mkdtempSync(join(tmpdir(), "kymo-hostile-"));
  const trace = join(folder, "<img src=x onerror=alert(1)>.trace");
  let server;
  try {
    new Programs(dirname(kymo)).generate(trace, "--shape", "hostile");
    server = await startServer(kymo, trace);
    allow(new RegExp(`request to ${server.url}`));
    await look(server.url);
  } finally {
    server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

// Elements that only a name could have made.
function alive(page) {
  return page.evaluate(() => {
    const made = 'img[src="x"], [onerror], [onload], a[href^="javascript:"], svg[onload], script:not([src])';
    return [...document.querySelectorAll(made)].map((element) => element.outerHTML.slice(0, 100));
  });
}

async function visit(page, base, path) {
  await page.goto(base + path);
  await page.locator("main").waitFor();
  await page.waitForLoadState("networkidle");
  const found = await alive(page);
  equal(found.length, 0, `${path}: elements of names: ${found.join(" ")}`);
}

async function askSql(base, sql) {
  return (await fetch(`${base}/api/query`, { method: "POST", headers: { "X-Kymo": "1" }, body: sql })).json();
}

const plain = (text) => text.replace(/\s+/g, " ").trim();

// Names are shown without their paths where there is little room.
const lastPart = (name) => plain(name.slice(name.lastIndexOf("/") + 1));

async function lookAtGoroutines(page, base) {
  await visit(page, base, "/goroutines");
  const { groups } = await api(base, "/api/groups");
  const names = groups.map(({ name }) => name).filter((name) => /onerror=alert\(1\)>$|&#0;$/.test(name));
  check(names.length > 3, `only ${names.length} names have markup`);
  const shown = plain(await page.locator("main").innerText());
  for (const name of names.slice(0, 5)) check(shown.includes(lastPart(name)), `${name} is not shown`);
  await visit(page, base, `/goroutine?name=${encodeURIComponent(names[0])}`);
  check(plain(await page.locator("main").innerText()).includes(lastPart(names[0])), `${names[0]} is not shown on its page`);
}

// Names, stacks and messages as cells; and one in an error.
const SQL = ["SELECT id, name, last_reason FROM goroutines LIMIT 200", "SELECT leaf, root, text FROM stacks", "SELECT name, * FROM events WHERE name IS NOT NULL LIMIT 200"].map((sql) => `/sql?query=${encodeURIComponent(sql)}`);

export const anyTrace = true;

export const tests = {
  "hostile names are text in the tables of goroutines": ({ page, allow }) =>
    withHostileServer("goroutines", allow, (base) => lookAtGoroutines(page, base)),

  "hostile names do not come to life on any page": ({ page, allow }) =>
    withHostileServer("pages", allow, async (base) => {
      for (const path of ["/", "/trace", "/goroutines", "/io", "/block", "/syscall", "/sched", "/regionblock", "/block?view=graph", "/#heatmap", "/trace?span=0:1000000", "/search?q=img", "/search?q=onerror&kind=function", "/trace?q=img", ...SQL]) await visit(page, base, path);
      const { rows: [goroutine] } = await api(base, "/api/lanes?group=goroutines&sort=waiting&limit=1");
      await visit(page, base, `/goroutine/${goroutine.id}`);
      check(plain(await page.locator("h1").innerText()).includes(lastPart(goroutine.name)), `${goroutine.name} is not shown on its page`);
      await visit(page, base, SQL[0]);
      const { rows: named } = await askSql(base, "SELECT id, name FROM goroutines LIMIT 20");
      const cells = await page.locator("table[aria-label='Result'] tbody tr:not(.spacer)").first().locator("td").allTextContents();
      equal(cells[2], named[0][1].slice(0, 300) + (named[0][1].length > 300 ? "…" : ""), "the first name in SQL");
      allow(/status of 400/); // there is no such column
      await visit(page, base, `/sql?query=${encodeURIComponent('SELECT "<img src=x onerror=alert(1)>" FROM nothing')}`);
      check((await page.locator(".sql-failure").innerText()).length > 0, "no error is shown");
      const { functions } = await api(base, "/api/profile?kind=sync");
      await visit(page, base, `/block?view=source&fn=${encodeURIComponent(functions[0].name)}`);
      allow(/status of 500/); // there is no such group
      await visit(page, base, "/block?name=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E");
    }),
};
