// The SQL page: statements and their answers, against the API; errors, limits, stopping, links, the address, and keys.
import { readFileSync } from "node:fs";
import { api, check, equal, isChromium, load, startServer, until } from "./harness.mjs";

const { duration } = await load("format.ts");
const { columnsOf, compareCells, asJson } = await load("pages/sql/columns.ts");
const { placeOf } = await load("pages/sql/place.ts");
const { RECIPES } = await load("pages/sql/cookbook.ts");

const FIELD = ".sql-text";
const ROWS = "table[aria-label='Result'] tbody tr:not(.spacer)";
const FOR_EVER = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

export const anyTrace = true;

const sqlPath = (sql, more = "") => `/sql?query=${encodeURIComponent(sql)}${more}`;
const shown = (page) => new URL(page.url()).searchParams.get("query");
const summary = (page) => page.locator(".sql-main .table-tools").innerText();

async function ask(base, sql, more = "") {
  const response = await fetch(`${base}/api/query${more}`, { method: "POST", headers: { "X-Kymo": "1" }, body: sql });
  const reply = await response.json();
  check(response.ok, `${sql}: ${reply.error}`);
  return reply;
}

async function open(page, base, sql, more) {
  await page.goto(base + (sql === null ? "/sql" : sqlPath(sql, more)));
  await page.locator(FIELD).waitFor();
}

async function answered(page) {
  await page.locator(ROWS).first().waitFor();
}

// The cells of a row, but for its number.
const cells = async (page, row) => (await page.locator(ROWS).nth(row).locator("td").allInnerTexts()).slice(1).map((text) => text.trim());

// With a server of its own: of what is left running there may be only two at once.
async function alone(allow, look) {
  const [, , kymo, trace] = process.argv;
  const server = await startServer(kymo, trace);
  allow(new RegExp(`request to ${server.url}`));
  try {
    await look(server.url);
  } finally {
    server.stop();
  }
}

export const tests = {
  "sql: a statement is typed and run by Ctrl+Enter, and its answer is the server's": async ({ page, base }) => {
    const sql = "SELECT id, name, running_ns FROM goroutines WHERE name IS NOT NULL ORDER BY running_ns DESC LIMIT 5";
    const { rows } = await ask(base, sql);
    await open(page, base, null);
    check((await page.locator(".page-sql").innerText()).includes("Nothing has been asked yet"), "the page does not say that it is empty");
    check(await page.locator(".sql-run").isDisabled(), "nothing can be run");
    await page.fill(FIELD, sql);
    await page.press(FIELD, "Control+Enter");
    await answered(page);
    equal(await page.locator(ROWS).count(), rows.length, "rows");
    for (const [i, [id, name, ns]] of rows.entries()) equal((await cells(page, i)).slice(0, 3).join("|"), [id, name, duration(ns)].join("|"), `row ${i}`);
    check((await summary(page)).startsWith(`${rows.length} row`), "the summary does not count them");
    equal(shown(page), sql, "the address");
    const ns = page.locator(ROWS).first().locator("td").nth(3);
    check((await ns.getAttribute("title")).startsWith(`${rows[0][2]} ns`), "the exact figure is not told");
    equal(await ns.evaluate((cell) => getComputedStyle(cell).textAlign), "right", "figures stand");
    await page.getByRole("button", { name: "Raw numbers" }).click();
    equal((await cells(page, 0))[2], String(rows[0][2]), "as a plain number");
  },

  "sql: a heading sorts what came, and # brings back the order it came in": async ({ page, base }) => {
    await open(page, base, "VALUES (2, 'b'), (NULL, 'c'), (10, 'a')");
    await answered(page);
    const column = async () => (await Promise.all([0, 1, 2].map((i) => cells(page, i)))).map((row) => row[0]).join(" ");
    equal(await column(), "2 NULL 10", "as they came");
    await page.getByRole("button", { name: "column1" }).click();
    await until("largest first", async () => (await column()) === "10 2 NULL");
    await page.getByRole("button", { name: "column1" }).click();
    await until("least first", async () => (await column()) === "NULL 2 10");
    await page.getByRole("button", { name: "#" }).click();
    await page.getByRole("button", { name: "#" }).click();
    await until("as they came", async () => (await column()) === "2 NULL 10");
  },

  "sql: ids and moments are links": async ({ page, base }) => {
    const sql = "SELECT goroutine, start_ns, duration_ns, stack, proc FROM states WHERE stack IS NOT NULL AND proc IS NOT NULL ORDER BY duration_ns DESC LIMIT 1";
    const { rows: [[goroutine, start, length, stack, proc]] } = await ask(base, sql);
    await open(page, base, sql);
    await answered(page);
    const links = await page.locator(ROWS).first().locator("a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    equal(links[0], `/goroutine/${goroutine}`, "goroutine");
    const [from, to] = links[1].split("#")[1].split(":").map((ms) => Number(ms) * 1e6);
    check(from <= start + 1 && to >= start + length - 1, `the timeline shows ${from} to ${to}, not ${start} and ${length} ns`);
    check(new URL(links[2], base).searchParams.get("query").includes(`stack = ${stack}\n`), "stack");
    equal(links[3], `/trace?pin=p${proc}`, "processor");
    await page.locator(ROWS).first().locator("a").nth(2).click();
    await until("the frames", async () => /FROM frames/.test(await page.locator(FIELD).inputValue()));
    const { rows } = await ask(base, `SELECT function FROM frames WHERE stack = ${stack} ORDER BY depth`);
    await until("the leaf", async () => (await cells(page, 0))[1] === rows[0][0]);
    await page.goBack();
    await until("the statement before", async () => (await page.locator(FIELD).inputValue()) === sql);
    await page.locator(ROWS).first().locator("a").first().click();
    await until("the goroutine's page", async () => new URL(page.url()).pathname === `/goroutine/${goroutine}`);
    await page.locator("h1").first().waitFor();
  },

  "sql: a row that tells whose life it is about leads to that one": async ({ page, base }) => {
    const sql = "SELECT goroutine, life, start_ns, end_ns, by FROM states WHERE by IS NOT NULL AND goroutine <> by LIMIT 1";
    const { rows: [[goroutine, life, , , by]] } = await ask(base, sql);
    await open(page, base, sql);
    await answered(page);
    const links = await page.locator(ROWS).first().locator("a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    equal(links[0], `/goroutine/${goroutine}?number=${life - 1}`, "goroutine");
    equal(links[1].split("#")[0], `/trace?pin=g${life - 1}`, "its lane");
    equal(links[3], `/goroutine/${by}`, "the other goroutine");
    const { rows: [lane] } = await api(base, `/api/lanes?group=goroutines&number=${life - 1}`);
    equal(lane.id, goroutine, "the number is that of the viewer");
  },

  "sql: an error is shown with its place, which the field marks": async ({ page, base, allow }) => {
    allow(/400/);
    const sql = "SELECT 'é🙂',\n  nope\nFROM goroutines";
    await open(page, base, sql);
    const notice = page.locator(".sql-failure");
    await notice.waitFor();
    check(/Line 2, column 3: no such column: nope/.test(await notice.innerText()), await notice.innerText());
    equal(await page.locator(".sql-marks mark").innerText(), "nope", "marked");
    equal(await page.locator(FIELD).getAttribute("aria-invalid"), "true", "invalid");
    await page.getByRole("button", { name: "Go there" }).click();
    equal(await page.$eval(FIELD, (field) => field.value.slice(field.selectionStart, field.selectionEnd)), "nope", "selected");
    await page.keyboard.type("id");
    await page.keyboard.press("Control+Enter");
    await answered(page);
    equal(await notice.count(), 0, "the error is gone");
    equal(await page.locator(".sql-marks mark").count(), 0, "and its mark");
    await page.fill(FIELD, "SELECT 1; SELECT 2");
    await page.press(FIELD, "Control+Enter");
    await until("the second statement", async () => /column 11: only one statement/.test(await notice.innerText()));
  },

  "sql: what is running is stopped within a second, by key or button": ({ page, allow }) => alone(allow, async (base) => {
    await open(page, base, null);
    for (const stop of [() => page.press(FIELD, "Escape"), () => page.getByRole("button", { name: "Stop", exact: true }).click(), () => page.locator("h1").click().then(() => page.keyboard.press("Escape"))]) {
      await page.fill(FIELD, `${FOR_EVER} SELECT count(*) FROM c`);
      await page.press(FIELD, "Control+Enter");
      await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
      await page.waitForTimeout(400);
      check(/running: \d/.test(await page.locator(".sql-tools").innerText()), "it does not say that it runs");
      const begun = Date.now();
      await stop();
      await page.getByRole("button", { name: "Run", exact: true }).waitFor();
      check(Date.now() - begun < 1500, `it took ${Date.now() - begun} ms`);
      await until("why", async () => /It was stopped: no row had come/.test(await page.locator(".sql-more").innerText()));
    }
  }),

  "sql: who leaves the page stops what it was running": ({ page, allow }) => alone(allow, async (base) => {
    for (let i = 0; i < 3; i++) {
      await open(page, base, `${FOR_EVER} SELECT count(*) + ${i} FROM c`, "&time=60s");
      await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
      await page.waitForTimeout(100);
      if (i % 2 === 0) await page.getByRole("link", { name: "Overview" }).click();
    }
    await page.goto(base + "/");
    // Two may run at once: were these still running, no other could.
    await until("an answer", async () => (await fetch(`${base}/api/query`, { method: "POST", headers: { "X-Kymo": "1" }, body: "SELECT 1" })).ok, 5000);
  }),

  "sql: limits are told, and can be raised": async ({ page, base }) => {
    const sql = `${FOR_EVER} SELECT x FROM c`;
    await open(page, base, sql);
    await answered(page);
    const more = page.locator(".sql-more");
    check((await more.innerText()).includes("these are the first 1,000"), await more.innerText());
    await more.getByRole("button").click();
    await until("more rows", async () => (await summary(page)).startsWith("10,000 rows"));
    check((await more.innerText()).includes("these are the first 10,000"), await more.innerText());
    equal(await more.getByRole("button").count(), 0, "buttons for still more");
    equal(new URL(page.url()).searchParams.get("rows"), "10000", "the address");
    await page.reload();
    await until("more rows again", async () => (await page.locator(".sql-main .table-tools").count()) > 0 && (await summary(page)).startsWith("10,000 rows"));
    const scroller = page.locator(".sql-main .table-scroll");
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await until("the last row", async () => (await page.locator(ROWS).last().innerText()).includes("10000"));
    if (!isChromium(page)) return; // others do not let requests be changed
    await page.route("**/api/query?*", (route) => route.continue({ url: route.request().url().replace("time=10s", "time=50ms") }));
    await page.selectOption("[aria-label='Rows at most']", "1000");
    await page.fill(FIELD, `${FOR_EVER} SELECT count(*) FROM c`);
    await page.press(FIELD, "Control+Enter");
    await until("the limit of time", async () => /longer than 10 seconds/.test(await more.innerText()));
    check((await more.innerText()).includes("Take up to 60 s"), "time cannot be raised");
  },

  "sql: the address holds what is typed, and steps lead back": async ({ page, base }) => {
    await open(page, base, "SELECT 11");
    await until("the first", async () => (await page.locator(ROWS).count()) === 1 && (await cells(page, 0))[0] === "11");
    await page.fill(FIELD, "SELECT 2");
    await page.fill(FIELD, "SELECT 22");
    await until("the address", () => shown(page) === "SELECT 22");
    equal((await cells(page, 0))[0], "11", "not run yet");
    await page.press(FIELD, "Control+Enter");
    await until("the second", async () => (await cells(page, 0))[0] === "22");
    await page.goBack();
    await until("the first again", async () => (await page.locator(FIELD).inputValue()) === "SELECT 11" && (await cells(page, 0))[0] === "11");
    await page.goForward();
    await until("the second again", async () => (await cells(page, 0))[0] === "22");
    await page.getByRole("link", { name: "Goroutines" }).click();
    await page.locator("table").first().waitFor();
    await page.getByRole("link", { name: "SQL" }).click();
    equal(await page.locator(FIELD).inputValue(), "SELECT 22", "the text is still there");
    await page.getByRole("button", { name: "History" }).click();
    equal((await page.locator(".sql-choice").allInnerTexts()).map((text) => text.split("\n")[0]).join("; "), "SELECT 22; SELECT 11", "history");
    await page.locator(".sql-choice").nth(1).click();
    await until("from the history", async () => (await page.locator(ROWS).count()) === 1 && (await cells(page, 0))[0] === "11");
  },

  "sql: tables tell of their columns, and give their names to the statement": async ({ page, base }) => {
    const { tables } = await api(base, "/api/query/schema");
    await open(page, base, null);
    await until("the tables", async () => (await page.locator(".sql-table").count()) === tables.length);
    const states = page.locator(".sql-table").filter({ has: page.locator("summary .code", { hasText: /^states$/ }) });
    await states.locator("summary").click();
    const said = await states.innerText();
    for (const { name, about } of tables.find((table) => table.name === "states").columns) check(said.includes(name) && said.includes(about), `${name} is not told of`);
    await page.fill(FIELD, "SELECT ");
    await states.locator(".sql-column", { hasText: "duration_ns" }).first().click();
    equal(await page.locator(FIELD).inputValue(), "SELECT duration_ns", "inserted");
    equal(await page.evaluate(() => document.activeElement.className), "sql-text", "the focus");
    await page.keyboard.type(" FROM ");
    await states.getByRole("button", { name: "Insert its name" }).click();
    equal(await page.locator(FIELD).inputValue(), "SELECT duration_ns FROM states", "the table's name");
    await states.getByRole("button", { name: "Show 100 rows" }).click();
    await answered(page);
    const { rows } = await ask(base, "SELECT 1 FROM states LIMIT 100");
    check((await summary(page)).startsWith(`${rows.length} row`), await summary(page));
  },

  "sql: the examples are those of the handbook, and each is answered": async ({ page, base }) => {
    const written = readFileSync(new URL("../../docs/sql.md", import.meta.url), "utf8").match(/^### \d+\. .+$/gm);
    equal(RECIPES.length, written.length, "examples");
    check(RECIPES.length >= 20, `only ${RECIPES.length}`);
    for (const { title, sql } of RECIPES) {
      const { columns } = await ask(base, sql);
      check(columns.length > 0, title);
    }
    await open(page, base, null);
    await page.getByRole("button", { name: "Examples" }).click();
    equal((await page.locator(".sql-choice").allInnerTexts()).join("\n"), RECIPES.map(({ title }) => title).join("\n"), "listed");
    await page.locator(".sql-choice").first().click();
    await answered(page);
    equal(await page.locator(FIELD).inputValue(), RECIPES[0].sql, "the statement");
    equal(shown(page), RECIPES[0].sql, "the address");
  },

  "sql: rows are saved as CSV and JSON": async ({ page, base }) => {
    await open(page, base, "SELECT 1 AS a, 'x,\"y' AS b, NULL AS a UNION ALL SELECT 9223372036854775807, '=1+1', -1.5");
    await answered(page);
    if (!isChromium(page)) return;
    const saved = async (name) => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      return readFileSync(await download.path(), "utf8");
    };
    equal(await saved("Save CSV"), "a,b,a\r\n1,\"x,\"\"y\",\r\n9223372036854775807,'=1+1,-1.5\r\n", "CSV");
    equal(
      JSON.stringify(JSON.parse(await saved("Save JSON"))),
      JSON.stringify([{ a: 1, b: 'x,"y', "a 2": null }, { a: "9223372036854775807", b: "=1+1", "a 2": -1.5 }]),
      "JSON",
    );
  },

  "sql: the palette leads there, and runs": async ({ page, base }) => {
    await page.goto(base + "/");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("SQL");
    await page.keyboard.press("Enter");
    await page.locator(FIELD).waitFor();
    equal(new URL(page.url()).pathname, "/sql", "page");
    await page.fill(FIELD, "SELECT 7");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("run the statement");
    await page.keyboard.press("Enter");
    await until("the answer", async () => (await page.locator(ROWS).count()) === 1 && (await cells(page, 0))[0] === "7");
    await page.locator("h1").click();
    await page.keyboard.press("?");
    check((await page.locator(".help").innerText()).includes("run the statement"), "the help does not know the key");
  },

  "sql: texts stay texts": async ({ page, base }) => {
    const markup = "<img src=x onerror=alert(1)>";
    await open(page, base, `SELECT '${markup}' AS "${markup}", '${"long ".repeat(200)}' AS long, x'0102' AS blob, 9e999 AS inf, 'javascript:alert(1)' AS goroutine`);
    await answered(page);
    const [first, long, blob, inf] = await cells(page, 0);
    equal(first, markup, "as text");
    check(long.length < 310, "a long text is not cut");
    equal(`${blob} ${inf}`, "x'0102' Inf", "others");
    check((await page.locator("th").allInnerTexts()).includes(markup), "the heading");
    equal(await page.locator("main img, main [onerror], main a[href^=javascript]").count(), 0, "elements of texts");
  },

  "sql: columns are told by their names": async () => {
    const tables = [
      { name: "goroutines", about: "", columns: [{ name: "id", unit: "id" }, { name: "start_ns", unit: "ns" }, { name: "creator", unit: "goroutines.id" }] },
      { name: "tasks", about: "", columns: [{ name: "id", unit: "id" }, { name: "parent", unit: "tasks.id" }] },
      { name: "events", about: "", columns: [{ name: "parent", unit: "tasks.id" }] },
    ];
    const of = (names, row, sql) => columnsOf({ columns: names.map((name) => ({ name })), rows: [row], more: null, elapsed_ns: 0, loading_ns: 0, visited: 0 }, sql, tables);
    const things = (names, row, sql) => of(names, row, sql).map(({ thing, unit, moment }) => thing ?? (moment ? "moment" : unit || "-")).join(" ");
    equal(things(["id", "start_ns", "creator"], [1, 2, 3], "SELECT * FROM Goroutines"), "goroutine moment goroutine", "goroutines");
    equal(things(["id"], [1], "SELECT id FROM tasks"), "task", "tasks");
    equal(things(["id"], [1], "SELECT id FROM tasks, goroutines"), "-", "whose id it is is not known");
    equal(things(["parent", "wait_ns", "freed_bytes", "n"], [1, 2, 3, 4], ""), "task ns bytes -", "by any table, or by the end of the name");
    equal(things(["sum(g.start_ns)", "max(id)", "percentile(start_ns, 50)"], [1, 2, 3], "FROM goroutines g"), "ns - ns", "aggregates are amounts");
    equal(things(["creator"], ["1"], "FROM goroutines"), "-", "a text is no id");
    const mixed = ["b", 2, null, { integer: "9007199254740993" }, { real: "-Inf" }, "a", 1.5];
    equal(JSON.stringify(mixed.sort(compareCells)), '[null,{"real":"-Inf"},1.5,2,{"integer":"9007199254740993"},"a","b"]', "order");
    equal(JSON.parse(asJson(["a", "a", "a 2"], [[1, 2, 3]]))[0]["a 2 2"], 3, "names that come twice");
    equal(JSON.stringify(placeOf("a\né x", 5)), JSON.stringify({ at: 4, end: 5, line: 2, column: 3 }), "a place");
  },
};
