// kymo regions: types, lists, and what narrows them.
import { check, run } from "../tally.mjs";
import { drawn, figuresAre, lines, lister, same } from "./lists.mjs";

const trace = "examples/webload.trace";

export async function regions({ kymo, tally }) {
  const { text, json, fails } = lister(kymo, "regions", trace);
  const { regions: all, types } = json();
  const { goroutines } = lister(kymo, "goroutines", trace).json();
  const { tasks } = lister(kymo, "tasks", trace).json();
  const nameOf = new Map(goroutines.map(({ id, name }) => [id, name]));
  const order = (list) => list.map((region) => JSON.stringify(region));
  const finds = (args, wanted) =>
    tally.test(`regions ${args.join(" ")}`, () => {
      const found = json(...args);
      const expected = all.filter(wanted);
      check(expected.length > 0 && expected.length < all.length, `the test wants ${expected.length} of ${all.length}`);
      same(order(found.regions), order(expected), "regions");
      const counts = {};
      for (const { type } of expected) counts[type] = (counts[type] ?? 0) + 1;
      const told = {};
      for (const { type, count } of found.types) told[type] = (told[type] ?? 0) + count;
      same(Object.entries(told).sort(), Object.entries(counts).sort(), "types");
    });

  await tally.test("regions are those of kymo goroutines", () => {
    const theirs = goroutines.flatMap(({ id, regions: own }) => own.map(({ name, start_ns, end_ns }) => [id, name, start_ns, end_ns]));
    same(all.map(({ goroutine, type, start_ns, end_ns }) => [goroutine, type, start_ns, end_ns]), theirs, "regions");
  });
  await tally.test("regions: the figures of a type are those of its regions", () => {
    check(types.length === 5, `${types.length} types`);
    for (const type of types) {
      check(types.filter((other) => other.type === type.type).length === 1, "a type begins in two places");
      figuresAre(type, all.filter((region) => region.type === type.type).map(({ duration_ns }) => duration_ns));
    }
    const totals = types.map(({ total_ns }) => total_ns);
    check(totals.every((ns, i) => i === 0 || ns <= totals[i - 1]), "the order is another");
  });
  await tally.test("regions: where their time went adds up", () => {
    for (const { type, duration_ns, parts } of all.filter((region) => region.type !== "")) {
      const sum = parts.reduce((total, { ns }) => total + ns, 0);
      check(sum === duration_ns, `${type}: ${sum} of ${duration_ns}`);
    }
  });
  await tally.test("regions: a table, and a histogram for each type", () => {
    const out = text();
    check(lines(out)[1].includes("net/http.(*conn).serve net/http/server.go:"), lines(out)[1]);
    for (const type of types) same(drawn(out, `${type.type || "(inherited)"}, ${type.func}`).map(([count]) => count), type.histogram.map(([, , count]) => count), type.type);
  });

  await finds(["--type=shard"], ({ type }) => type === "shard");
  await finds(["--type="], ({ type }) => type === "");
  await finds(["--region=shard"], ({ type }) => type === "shard");
  await finds(["--region=^(shard|process)$"], ({ type }) => ["shard", "process"].includes(type));
  await finds(["--goroutine=76"], ({ goroutine }) => goroutine === 76);
  await finds(["--group=main.process.func1"], ({ goroutine }) => nameOf.get(goroutine) === "main.process.func1");
  await finds(["--task=322"], ({ task }) => task === 322);
  await finds(["--from=10ms", "--to=12ms", "--region=database"], ({ type, start_ns, end_ns }) => type === "database" && start_ns <= 12e6 && end_ns >= 10e6);
  await finds(["--longer=3ms"], ({ duration_ns }) => duration_ns >= 3e6);
  await finds(["--shorter=500ns"], ({ duration_ns }) => duration_ns <= 500);
  await tally.test("regions --task TYPE", () => same(json("--task=^processR").regions.length, all.filter(({ task }) => task !== null).length));

  await tally.test("regions --log: those in which such a log was written, or that are called so", () => {
    const logs = tasks.flatMap(({ logs: own }) => own.map((log) => /^(\d+) (.*)$/.exec(log)).map(([, time, said]) => ({ time: Number(time), said })));
    const found = json("--log=miss 88").regions;
    const times = logs.filter(({ said }) => said.includes("miss 88")).map(({ time }) => time);
    check(found.length > 0 && found.length < 100 && times.length > 0, `${found.length} regions, ${times.length} logs`);
    // The events tell on which goroutine.
    const events = JSON.parse(run(kymo, ["events", "--json", "--kind=log", "--log=miss 88", trace]).out);
    same(events.map(({ time_ns }) => time_ns), times.sort((a, b) => a - b), "logs");
    const wanted = all.filter(({ goroutine, start_ns, end_ns }) => events.some((event) => event.goroutine === goroutine && event.time_ns >= start_ns && (end_ns < 0 || event.time_ns <= end_ns)));
    same(order(found), order(wanted), "regions");
    same(json("--log=shar").regions.length, all.filter(({ type }) => type.includes("shar")).length, "by name");
  });
  await tally.test("regions --type and --each list them, the longest first", () => {
    const rows = lines(text("--type=shard"));
    same(rows[0].trim().split(/ {2,}/), ["Start", "Duration", "Goroutine", "Task", "Execution", "Sched wait", "Syscall", "Blocked"], "headings");
    const [longest] = all.filter(({ type }) => type === "shard").sort((a, b) => b.duration_ns - a.duration_ns);
    const [start, , goroutine, task] = rows[1].trim().split(/ +/);
    same([Number(goroutine), Number(task)], [longest.goroutine, longest.task], "the first");
    check(start === `${longest.start_ns / 1e6}ms`, start);
    same(lines(text("--each")).length, all.length + 1, "rows");
    check(/ Type$/.test(lines(text("--each"))[0]), "no types");
  });
  await tally.test("regions of which there are none", () => {
    fails(/no such region of type query/, "--type=query");
    fails(/what was asked for/, "--region=query");
    fails(/what was asked for/, "--log=no such text", "--json");
    fails(/nothing of the trace/, "--from=1h");
    check(lister(kymo, "regions", "examples/daisy.trace").text() === "The trace has no regions.\n", "of a trace without");
  });
}
