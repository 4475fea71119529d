// kymo query: SQL over real traces, against what the other commands say of them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostileTrace } from "../hostile.mjs";
import { check, root, run, Skip } from "../tally.mjs";

const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".trace")).map((name) => `examples/${name}`);
const web = "examples/webload.trace";
const TABLES = ["goroutines", "states", "events", "stacks", "frames", "procs", "threads", "ranges", "counters", "tasks", "regions", "logs", "samples", "wakeups"];

const same = (found, wanted, what) => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  check(a === b, `${what}: ${a?.slice(0, 300)} instead of ${b?.slice(0, 300)}`);
};

// What SQLite is kept from: the statement must end the command soon, with this status and these words.
const refused = [
  ["ATTACH ':memory:' AS x", 2, /not allowed/],
  ["ATTACH 'x.db' AS x", 2, /not allowed/],
  ["CREATE TABLE t(x)", 2, /not allowed/],
  ["CREATE TEMP TABLE t(x)", 2, /not allowed/],
  ["CREATE TEMP VIEW v AS SELECT 1", 2, /not allowed/],
  ["DELETE FROM states", 2, /not allowed|may not be modified/],
  ["INSERT INTO states(goroutine) VALUES(1)", 2, /not allowed|may not be modified/],
  ["UPDATE tasks SET name = 'x'", 2, /not allowed|may not be modified/],
  ["DROP TABLE states", 2, /not allowed|may not be dropped/],
  ["PRAGMA journal_mode = WAL", 2, /not allowed/],
  ["PRAGMA hard_heap_limit = 0", 2, /not allowed/],
  ["PRAGMA temp_store_directory = '/'", 2, /not allowed/],
  ["BEGIN", 2, /not allowed/],
  ["VACUUM INTO 'x.db'", 2, /not allowed/],
  ["SELECT load_extension('x')", 2, /not authorized|no such function|not allowed/],
  ["SELECT readfile('/etc/passwd')", 2, /no such function|not allowed/],
  ["SELECT length(randomblob(1000000000))", 2, /too big/],
  ["SELECT length(zeroblob(1000000000))", 2, /too big/],
  ["SELECT length(group_concat(printf('%.1000c', 'x'))) FROM events", 2, /too big/],
  [`SELECT ${"(".repeat(500)}1${")".repeat(500)}`, 2, /depth|stack overflow/],
  [`SELECT 1 ${"UNION ALL SELECT 1 ".repeat(60)}`, 2, /too many terms/],
  [`SELECT 'a' LIKE '${"%a".repeat(300)}'`, 2, /too complex/],
  ["WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c", 1, /longer than it is given/],
  ["SELECT count(*) FROM events a, events b, events c", 1, /longer than it is given/],
  ["SELECT percentile(a.time_ns, 50) FROM events a, events b", 1, /longer than it is given|memory/],
];

// Predicates that are answered from orders and searches, each also with a plus before the column, which keeps SQLite
// from handing it down.
const predicates = [
  ["states", "@goroutine = 81"], ["states", "@goroutine = '81'", "+goroutine = 81"], ["states", "@goroutine = 81.0"], ["states", "@goroutine = 81.5"], ["states", "@goroutine = 'x'"],
  ["states", "@goroutine IS NULL"], ["states", "@proc IS NULL"], ["states", "@proc IS 2"], ["states", "@proc IN (0, 2)"], ["states", "@proc = NULL"],
  ["states", "@start_ns < 5000000"], ["states", "@start_ns <= 1963200.5"], ["states", "@start_ns > 'x'"], ["states", "@start_ns < 'x'"], ["states", "@start_ns BETWEEN 100000000 AND 100100000"],
  ["states", "@start_ns >= 250000000 AND @goroutine = 20"], ["states", "@end_ns > 253000000"], ["states", "@end_ns > 100000000 AND @start_ns < 100050000"],
  ["states", "@state = 'waiting'"], ["states", "@state = 'Waiting'"], ["states", "@state = 'nonsense'"], ["states", "@state = 5"], ["states", "@state COLLATE NOCASE = 'WAITING'"],
  ["states", "@reason = 'select'"], ["states", "@reason IS NULL"], ["states", "@reason = ''"], ["states", "@reason = 'select' AND @state = 'waiting' AND @proc IS NULL"],
  ["states", "@duration_ns > 10000000"], ["states", "@duration_ns = 128"], ["states", "@life = 12"], ["states", "@stack = 20 OR @by = 81"],
  ["states", "@start_ns = 9223372036854775807"], ["states", "@start_ns > -9223372036854775808"], ["states", "@start_ns < 1e300"], ["states", "@start_ns > 1e300"], ["states", "@start_ns > -1e300"],
  ["events", "@time_ns = 96064"], ["events", "@kind = 'metric'"], ["events", "@kind = 'metric' AND @time_ns > 200000000"], ["events", "@message = 'miss 86'"], ["events", "@task = 7"],
  ["tasks", "@id = 7"], ["tasks", "@parent IS NULL"], ["regions", "@task = 7"], ["regions", "@name = 'shard' AND @depth = 1"], ["frames", "@stack = 7"], ["frames", "@function = 'main.main'"],
  ["stacks", "@id = 9"], ["stacks", "@text LIKE 'main.main;%'"], ["goroutines", "@name = 'main.main'"], ["goroutines", "@ended = 0"], ["wakeups", "@latency_ns > 1000000"], ["logs", "@category = 'cache'"],
];

// The same for what rows are grouped and sorted by.
const groupings = [
  "SELECT @state, count(*), sum(duration_ns) FROM states GROUP BY @state",
  "SELECT @goroutine, @state, count(*) FROM states GROUP BY @goroutine, @state",
  "SELECT @reason, count(*) FROM states WHERE @state = 'waiting' GROUP BY @reason",
  "SELECT @proc, count(*) FROM states WHERE @state = 'running' AND @start_ns > 1000000 GROUP BY @proc",
  "SELECT DISTINCT @name FROM regions",
  "SELECT DISTINCT @goroutine, @proc FROM states WHERE @state = 'syscall'",
  "SELECT @stack, min(start_ns) FROM states WHERE @state IN ('waiting', 'syscall') GROUP BY @stack",
  "SELECT @goroutine FROM states ORDER BY @goroutine",
  "SELECT @proc, @goroutine FROM states ORDER BY @proc, @goroutine LIMIT 5000",
  "SELECT @start_ns FROM states ORDER BY @start_ns",
  "SELECT @start_ns FROM states WHERE @goroutine = 20 ORDER BY @start_ns",
  "SELECT @start_ns FROM states WHERE @goroutine = 20 ORDER BY @goroutine, @start_ns DESC",
  "SELECT @name FROM goroutines ORDER BY @name",
  "SELECT @kind, count(*) FROM events GROUP BY @kind ORDER BY @kind",
  "SELECT @kind, count(*) FROM events GROUP BY @kind ORDER BY @kind DESC",
  "SELECT DISTINCT @reason FROM states ORDER BY @reason DESC",
  "SELECT DISTINCT @reason FROM states ORDER BY @reason",
  "SELECT @name, @category FROM logs JOIN tasks ON tasks.id = task ORDER BY @name, @category",
  "SELECT @kind, @name, count(*) FROM events GROUP BY @kind, @name",
  "SELECT @life, count(*) FROM states GROUP BY @life HAVING count(*) > 100 ORDER BY 2 DESC",
];

// Pairs of statements that must answer the same, whatever the trace.
const invariants = [
  ["intervals follow each other", "SELECT count(*) FROM (SELECT start_ns, lag(end_ns) OVER (PARTITION BY life ORDER BY start_ns, end_ns) AS before FROM states) WHERE before IS NOT NULL AND before != start_ns", "SELECT 0"],
  ["no interval ends before it begins", "SELECT count(*) FROM states WHERE duration_ns < 0", "SELECT 0"],
  ["lives are their intervals", "SELECT count(*) FROM goroutines g WHERE duration_ns != (SELECT sum(duration_ns) FROM states s WHERE s.life = g.life)", "SELECT 0"],
  ["sums of lives are those of states", "SELECT sum(running_ns), sum(runnable_ns), sum(waiting_ns), sum(syscall_ns), sum(states) FROM goroutines",
    "SELECT sum(duration_ns) FILTER (WHERE state = 'running'), sum(duration_ns) FILTER (WHERE state = 'runnable'), sum(duration_ns) FILTER (WHERE state = 'waiting'), sum(duration_ns) FILTER (WHERE state = 'syscall'), count(*) FROM states"],
  ["what processors ran is what goroutines did", "SELECT sum(goroutines_ns) FROM procs", "SELECT sum(duration_ns) FROM states WHERE state = 'running' AND proc IS NOT NULL"],
  ["what threads ran is, too", "SELECT sum(running_ns) FROM threads", "SELECT sum(duration_ns) FROM states WHERE state = 'running' AND thread IS NOT NULL"],
  ["threads' events are the events", "SELECT sum(events) FROM threads", "SELECT count(*) FROM events WHERE thread IS NOT NULL"],
  ["frames are as many as stacks are deep", "SELECT sum(depth) FROM stacks", "SELECT count(*) FROM frames"],
  ["leaf and root are frames", "SELECT count(*) FROM stacks s WHERE leaf IS NOT (SELECT function FROM frames WHERE stack = s.id AND depth = 0) OR root IS NOT (SELECT function FROM frames WHERE stack = s.id ORDER BY depth DESC LIMIT 1)", "SELECT 0"],
  ["wake-ups are changes of state", "SELECT count(*) FROM wakeups", "SELECT count(*) FROM events WHERE kind = 'unblock' OR (kind = 'create' AND to_state = 'runnable') OR (kind = 'syscall-end' AND to_state = 'runnable') OR (kind = 'switch' AND from_state = 'waiting')"],
  ["who runs was let run", "SELECT count(*) FROM wakeups WHERE ran_ns IS NOT NULL AND latency_ns < 0", "SELECT 0"],
  ["counters are metrics", "SELECT count(*), sum(value) FROM counters", "SELECT count(*), sum(value) FROM events WHERE kind = 'metric'"],
  ["regions begin as often as events say", "SELECT count(*) FROM regions WHERE began", "SELECT count(*) FROM events WHERE kind = 'region-begin'"],
  ["regions end as often", "SELECT count(*) FROM regions WHERE ended", "SELECT count(*) FROM events WHERE kind = 'region-end'"],
  ["ranges begin as often", "SELECT count(*) FROM ranges WHERE began", "SELECT count(*) FROM events WHERE kind = 'range-begin'"],
  ["a task has the regions and logs that it says", "SELECT count(*) FROM tasks t WHERE logs != (SELECT count(*) FROM logs l WHERE l.task = t.id)", "SELECT 0"],
  ["times are in order", "SELECT count(*) FROM (SELECT time_ns, lag(time_ns) OVER () AS before FROM events) WHERE time_ns < before", "SELECT 0"],
  ["states are in order", "SELECT count(*) FROM (SELECT start_ns, lag(start_ns) OVER () AS before FROM states) WHERE start_ns < before", "SELECT 0"],
];

export async function query({ kymo, tally, folder }) {
  const ask = (trace, sql, ...options) => {
    const { status, signal, out, said } = run(kymo, ["query", "--json", ...options, trace, sql]);
    check(status === 0 && said === "", `${sql}: ended with ${signal ?? status}: ${said}`);
    return JSON.parse(out);
  };
  const values = (...args) => ask(...args).map(Object.values);
  const one = (...args) => values(...args)[0][0];
  const printed = (trace, ...args) => JSON.parse(run(kymo, [...args, "--json", trace]).out);
  const visited = (sql) => Number(/visited (\d+)/.exec(run(kymo, ["query", "--stats", web, sql]).said)[1]);

  // ---- what other commands say -------------------------------------------------------------------------------------------

  for (const trace of examples) {
    await tally.test(`query ${trace}: counts are those of kymo info`, () => {
      const info = printed(trace, "info");
      const [counts] = ask(trace, `SELECT (SELECT count(*) FROM events) AS events, (SELECT count(DISTINCT id) FROM goroutines) AS goroutines,
        (SELECT count(*) FROM procs) AS procs, (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM regions WHERE began) AS regions,
        (SELECT count(*) FROM logs) AS logs, (SELECT count(*) FROM samples) AS cpu_samples, (SELECT count(*) FROM ranges WHERE kind = 'gc') AS gc_cycles,
        (SELECT coalesce(sum(duration_ns), 0) FROM ranges WHERE kind = 'gc' AND ended) AS gc_ns, (SELECT count(*) FROM ranges WHERE kind = 'stw') AS stw_count,
        (SELECT coalesce(sum(duration_ns), 0) FROM ranges WHERE kind = 'stw' AND ended) AS stw_ns, (SELECT max(end_ns) FROM states) AS duration_ns`);
      same(counts, Object.fromEntries(Object.keys(counts).map((name) => [name, info[name]])), "counts");
    });
    await tally.test(`query ${trace}: what is asked alone is what is asked together`, () => {
      const parts = ["max(end_ns) FROM states", "sum(end_ns) FROM goroutines", "sum(end_ns) FROM tasks", "sum(end_ns) FROM regions", "sum(end_ns) FROM ranges", "sum(running_ns) FROM procs", "sum(value) FROM counters", "count(*) FROM logs", "count(*) FROM samples", "sum(ran_ns) FROM wakeups"];
      same(parts.map((part) => one(trace, `SELECT ${part}`)), values(trace, `SELECT ${parts.map((part) => `(SELECT ${part})`)}, (SELECT count(*) FROM events)`)[0].slice(0, -1), "values");
    });
    await tally.test(`query ${trace}: kinds of events are those of kymo events`, () => {
      same(Object.fromEntries(values(trace, "SELECT kind, count(*) FROM events GROUP BY kind ORDER BY kind")),
        Object.fromEntries(Object.entries(printed(trace, "events", "--count").kinds).sort(([a], [b]) => (a < b ? -1 : 1))), "kinds");
    });
    await tally.test(`query ${trace}: goroutines are those of kymo goroutines`, () => {
      const wanted = printed(trace, "goroutines").goroutines.map(({ id, name, end_ns, stats }) => [id, name || null, end_ns >= 0 ? 1 : 0, stats["Execution time"] ?? 0]);
      same(values(trace, "SELECT id, name, ended, running_ns FROM goroutines ORDER BY id"), wanted, "goroutines");
    });
    await tally.test(`query ${trace}: waits by reason are those of kymo goroutines`, () => {
      const wanted = {};
      for (const { stats } of printed(trace, "goroutines").goroutines)
        for (const [name, ns] of Object.entries(stats)) {
          const reason = /^Block time \((.*)\)$/.exec(name)?.[1];
          if (reason !== undefined && reason !== "syscall" && ns > 0) wanted[reason] = (wanted[reason] ?? 0) + ns;
        }
      const sorted = Object.entries(wanted).sort(([a], [b]) => (a < b ? -1 : 1));
      same(values(trace, "SELECT coalesce(reason, ''), sum(duration_ns) FROM states WHERE state = 'waiting' GROUP BY 1 HAVING sum(duration_ns) > 0 ORDER BY 1"), sorted, "waits");
    });
    await tally.test(`query ${trace}: tasks are those of kymo tasks`, () => {
      const wanted = printed(trace, "tasks").tasks.map((t) => [t.id, t.name || null, t.parent || null, t.start_ns < 0 ? null : t.start_ns, t.end_ns < 0 ? null : t.end_ns, t.goroutines.length, t.regions, t.logs.length]);
      same(values(trace, "SELECT id, name, parent, iif(began, start_ns, NULL), iif(ended, end_ns, NULL), goroutines, regions, logs FROM tasks ORDER BY id"), wanted, "tasks");
      const logs = printed(trace, "tasks").tasks.flatMap((t) => t.logs.map((line) => `${t.id} ${line}`)).sort();
      same(values(trace, "SELECT task || ' ' || time_ns || ' ' || coalesce(category, '') || '=' || message FROM logs").flat().sort(), logs, "logs");
    });
    for (const [name, a, b] of invariants) await tally.test(`query ${trace}: ${name}`, () => same(values(trace, a), values(trace, b), name));
  }

  // ---- what is handed down -----------------------------------------------------------------------------------------------

  const plain = (sql) => sql.replaceAll("@", "");
  const kept = (sql) => sql.replaceAll("@", "+");
  const sorted = (rows) => rows.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  for (const [table, where, other = where] of predicates)
    await tally.test(`query ${table} WHERE ${plain(where)}`, () => {
      same(sorted(values(web, plain(`SELECT * FROM ${table} WHERE ${where}`))), sorted(values(web, kept(`SELECT * FROM ${table} WHERE ${other}`))), "rows");
    });
  for (const sql of groupings)
    await tally.test(`query ${plain(sql)}`, () => {
      const [found, wanted] = [values(web, plain(sql)), values(web, kept(sql))];
      check(wanted.length > 0, "the test wants nothing");
      if (!sql.includes("ORDER BY")) [found, wanted].forEach(sorted);
      same(found, wanted, "rows");
    });
  const touches = {
    "SELECT * FROM states WHERE goroutine = 81": one(web, "SELECT count(*) FROM states WHERE goroutine = 81"),
    "SELECT * FROM events WHERE time_ns BETWEEN 100000000 AND 101000000": one(web, "SELECT count(*) FROM events WHERE time_ns BETWEEN 100000000 AND 101000000"),
    "SELECT * FROM states WHERE start_ns >= 250000000": one(web, "SELECT count(*) FROM states WHERE start_ns >= 250000000"),
    "SELECT * FROM states WHERE goroutine = 81 AND start_ns > 20000000": one(web, "SELECT count(*) FROM states WHERE goroutine = 81 AND start_ns > 20000000"),
    "SELECT * FROM tasks WHERE id = 7": 1,
    "SELECT * FROM frames WHERE stack = 7": one(web, "SELECT depth FROM stacks WHERE id = 7"),
    "SELECT * FROM tasks t JOIN regions r ON r.task = t.id WHERE t.id = 7": 1 + one(web, "SELECT count(*) FROM regions WHERE task = 7"),
    "SELECT * FROM regions r JOIN tasks t ON r.task = t.id WHERE t.id = 7": 1 + one(web, "SELECT count(*) FROM regions WHERE task = 7"),
    "SELECT * FROM events ORDER BY time_ns LIMIT 10": 10,
    "SELECT * FROM states ORDER BY start_ns LIMIT 10": 10,
  };
  for (const [sql, rows] of Object.entries(touches))
    await tally.test(`query ${sql} looks at what it needs`, () => {
      check(rows > 0 && rows < 20000, `a bad test: ${rows}`);
      check(visited(sql) <= rows + 1, `${visited(sql)} rows instead of ${rows}`);
    });

  // ---- options -----------------------------------------------------------------------------------------------------------

  const answer = (args, options) => run(kymo, ["query", ...args], options);
  const says = (result, status, out, said = "") => {
    check(result.status === status, `ended with ${result.signal ?? result.status}: ${result.said}`);
    check(out instanceof RegExp ? out.test(String(result.out)) : String(result.out) === out, `printed ${JSON.stringify(String(result.out).slice(0, 300))}`);
    check(said instanceof RegExp ? said.test(result.said) : result.said === said, `said ${result.said.slice(0, 300)}`);
  };
  const mixed = `SELECT 1 AS n, 'a"b,c' AS t, NULL AS none, 1.5 AS r, x'00ff' AS b`;
  await tally.test("query prints a table", () => says(answer([web, mixed]), 0, "n  t      none    r  b\n1  a\"b,c        1.5  x'00ff'\n"));
  await tally.test("query --json", () => says(answer(["--json", web, mixed]), 0, `[{"n":1,"t":"a\\"b,c","none":null,"r":1.5,"b":"x'00ff'"}\n]\n`));
  await tally.test("query --csv", () => says(answer(["--csv", web, mixed]), 0, `n,t,none,r,b\n1,"a""b,c",,1.5,x'00ff'\n`));
  await tally.test("query takes several statements", () => says(answer(["--csv", web, "SELECT 1 AS a; SELECT 2 AS b;"]), 0, "a\n1\nb\n2\n"));
  await tally.test("query takes statements from standard input", () => says(answer(["--csv", web], { input: "-- a comment; with a semicolon\nSELECT 1 AS a;\n\n.tables\nSELECT 2 AS b", stdio: "pipe" }), 0, /^a\n1\ngoroutines [^]*\nb\n2\n$/));
  await tally.test("query --file", () => {
    writeFileSync(join(folder, "q.sql"), "SELECT 3 AS a;\n");
    says(answer(["--csv", `--file=${join(folder, "q.sql")}`, web]), 0, "a\n3\n");
    says(answer([`--file=${join(folder, "none.sql")}`, web]), 1, "", /none\.sql/);
  });
  await tally.test("query of nothing", () => says(answer([web, " ; -- nothing\n"]), 0, ""));
  await tally.test("query --limit", () => {
    says(answer(["--csv", "--limit=2", web, "SELECT id FROM tasks ORDER BY id"]), 0, "id\n1\n2\n", /more rows/);
    says(answer(["--csv", "--limit=2", web, "SELECT id FROM tasks ORDER BY id LIMIT 2"]), 0, "id\n1\n2\n");
  });
  await tally.test("query --timeout", () => {
    const begun = Date.now();
    says(answer(["--timeout=200ms", web, "SELECT count(*) FROM events a, events b"]), 1, /^count/, /longer than it is given/);
    check(Date.now() - begun < 20000, `took ${Date.now() - begun} ms`);
    says(answer(["--timeout=1ns", web, "SELECT count(*) FROM events"]), 1, "", /longer than it is given/);
    says(answer(["--timeout=1m", "--csv", web, "SELECT 1 AS a"]), 0, "a\n1\n");
  });
  await tally.test("query --stats", () => says(answer(["--stats", "--csv", web, "SELECT id FROM tasks WHERE id = 7"]), 0, "id\n7\n", /^rows 1, visited 1, took .*, of which reading the trace /));
  await tally.test("query --threads", () => {
    const all = ["--csv", web, "SELECT * FROM states; SELECT * FROM stacks"];
    check(answer(["--threads=1", ...all]).out.equals(answer(["--threads=8", ...all]).out), "they differ");
  });
  await tally.test("query .tables", () => {
    const { out } = answer([".tables"]);
    same(String(out).trim().split("\n").map((line) => line.split(" ")[0]), TABLES, "tables");
    check(answer([web, ".tables"]).out.equals(out), "with a trace it is something else");
  });
  await tally.test("query .schema is what there is", () => {
    const schema = String(answer([".schema"]).out);
    for (const table of TABLES) {
      const text = String(answer([".schema", table]).out);
      check(schema.includes(text), `${table} is not in .schema`);
      const columns = [...text.matchAll(/^ {2}(\w+) +(INTEGER|TEXT),? +-- (\S.*)$/gm)].map(([, name, type]) => [name, type]);
      same(values(web, `SELECT name, type FROM pragma_table_info('${table}')`), columns, table);
      for (const [row] of [values(web, `SELECT * FROM ${table} LIMIT 1`)]) if (row) check(row.length === columns.length, `${table} has ${row.length} columns`);
      for (const [name, type] of columns) {
        const types = values(web, `SELECT DISTINCT typeof(${name}) FROM ${table}`).flat().filter((found) => found !== "null");
        check(types.every((found) => found === type.toLowerCase()), `${table}.${name} holds ${types}`);
      }
    }
    says(answer([".schema", "nonsense"]), 2, "", /no such table/);
    says(answer([web, ".nonsense"]), 2, "", /\.tables and \.schema/);
  });
  await tally.test("docs/sql.md lists what .schema prints", () => {
    check(readFileSync(join(root, "docs/sql.md"), "utf8").includes(`\`\`\`sql\n${answer([".schema"]).out}\`\`\`\n`), "it does not");
  });
  await tally.test("query says where a statement is wrong", () => {
    says(answer([web, "SELECT nonsense FROM states"]), 2, "", /no such column: nonsense\n {2}SELECT nonsense FROM states\n {9}\^\n$/);
    says(answer([web, "SELECT 1; SELEC 2"]), 2, /^1\n1\n$/, /syntax error\n.*SELEC 2\n/);
    says(answer([web, "SELECT * FROM nonsense"]), 2, "", /no such table/);
    says(answer([web, "SELECT '"]), 2, "", /unrecognized token/);
  });
  await tally.test("query's own functions", () => {
    same(values(web, "SELECT duration(1500000), duration(NULL), duration(-1), bytes(1536), bytes(NULL), bytes(-5)"), [["1.5ms", null, "-1ns", "1.5 KiB", null, "-5 B"]], "values");
    const types = String(run(kymo, ["tasks", web]).out).split("\n")[1].trim().split(/\s+/);
    const [row] = values(web, "SELECT count(*), duration(percentile(duration_ns, 50)), duration(percentile(duration_ns, 90)), duration(percentile(duration_ns, 99)), duration(percentile(duration_ns, 100)) FROM tasks WHERE began AND ended");
    check(row.every((value) => types.includes(String(value))), `${row} are not among ${types}`);
    same(values(web, "SELECT percentile(x, 50) FROM (SELECT 1 AS x WHERE 0)"), [[null]], "of nothing");
    says(answer([web, "SELECT percentile(id, 101) FROM tasks"]), 2, /percentile/, /0 to 100/);
  });

  // ---- what is hostile ---------------------------------------------------------------------------------------------------

  for (const [sql, status, words] of refused)
    await tally.test(`query refuses ${sql.slice(0, 60)}`, () => {
      const result = answer([status === 1 ? "--timeout=1s" : "--timeout=1m", web, sql]);
      check(result.status === status && words.test(result.said), `ended with ${result.signal ?? result.status}: ${result.said.slice(0, 200)}`);
    });
  await tally.test("query of a trace whose names are markup", () => {
    const names = values(hostileTrace(folder), "SELECT DISTINCT function FROM frames").flat();
    check(names.some((name) => name.startsWith("<script>0//</a")), "the name is missing");
  });
  await tally.test("query of names that are no text, and steer terminals", () => {
    const bytes = readFileSync(join(root, "examples/daisy.trace"));
    const at = bytes.indexOf("main.sendFirst");
    Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0x00, 0xff, 0xc3]).copy(bytes, at);
    const path = join(folder, "bytes.trace");
    writeFileSync(path, bytes);
    const sql = "SELECT DISTINCT function FROM frames WHERE function LIKE '%ndFirst'";
    same(values(path, sql), [["\u001b[2J\ufffd\ufffd\ufffdndFirst"]], "name");
    same(values(path, "SELECT count(*) > 0 FROM frames WHERE function = char(27) || '[2J' || char(0xfffd, 0xfffd, 0xfffd) || 'ndFirst'"), [[1]], "found");
    const table = String(answer([path, sql]).out);
    check(!/[\0-\x09\x0b-\x1f]/.test(table) && table.includes("?[2J"), JSON.stringify(table));
  });
  await tally.test("query of what is no trace", () => {
    writeFileSync(join(folder, "none.trace"), "this is no trace");
    says(answer([join(folder, "none.trace"), "SELECT count(*) FROM events"]), 1, "", /none\.trace/);
  });
  const corpus = join(root, "../shared/corpus");
  for (const part of ["damaged", "traces"])
    await tally.test(`query of ${part} traces of the corpus`, () => {
      if (!existsSync(join(corpus, part))) throw new Skip();
      const list = readdirSync(join(corpus, part)).filter((name) => name.endsWith(".trace"));
      for (const name of part === "damaged" ? list : list.slice(0, 30)) {
        const path = join(corpus, part, name);
        const sql = `${TABLES.map((table) => `SELECT count(*) FROM (SELECT * FROM ${table} ORDER BY 2)`).join(";")};${invariants.slice(0, 4).map(([, a]) => a).join(";")}`;
        const result = answer(["--csv", path, sql]);
        check(result.status === 0 || (result.status === 1 && result.said !== ""), `${name}: ended with ${result.signal ?? result.status}: ${result.said}`);
        if (result.status) continue;
        const lines = String(result.out).trim().split("\n");
        same([lines.at(-7), lines.at(-5), lines.at(-3)], ["0", "0", "0"], name);
      }
    });
}
