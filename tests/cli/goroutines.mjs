// kymo goroutines: groups, each, filters, several traces.
import { check, run } from "../tally.mjs";
import { lines, lister, ofCorpus, same } from "./lists.mjs";
import { failedInOneLine } from "./ways.mjs";

const trace = "examples/webload.trace";
const cells = (line) => line.trim().split(/ {2,}/);
const sum = (stats) => Object.values(stats).reduce((total, ns) => total + ns, 0);

// All time in system calls together: parts of lives do not tell blocked ones apart.
function joined(stats) {
  const { "Syscall execution time": running = 0, "Block time (syscall)": blocked = 0, "Unknown time": _unknown, ...rest } = stats;
  return { ...rest, ...(running + blocked ? { syscall: running + blocked } : {}) };
}
const sorted = (stats) => Object.entries(stats).sort();

export async function goroutines({ kymo, tally }) {
  const { text, json, fails } = lister(kymo, "goroutines", trace);
  const all = json().goroutines;
  const byId = new Map(all.map((goroutine) => [goroutine.id, goroutine]));
  const wholes = (args, wanted) =>
    tally.test(`goroutines ${args.join(" ")}`, () => {
      const expected = all.filter(wanted);
      check(expected.length > 0 && expected.length < all.length, `the test wants ${expected.length}`);
      same(json(...args).goroutines, expected, "goroutines");
      same(lines(text(...args)).length, expected.length + 1, "rows");
    });

  await wholes(["--group=main.process.func1"], ({ name }) => name === "main.process.func1");
  await wholes(["--group=^net/http"], ({ name }) => /^net\/http/.test(name));
  await wholes(["--goroutine=82"], ({ id }) => id === 82);
  await wholes(["--goroutine=G82", "--group=serve"], ({ id }) => id === 82);
  await tally.test("goroutines --each has a row for each, with its function", () => {
    const rows = lines(text("--each"));
    same(rows.length, all.length + 1, "rows");
    check(/ Start function$/.test(rows[0]), rows[0]);
    check(!/Start function/.test(text("--group=main.process.func1")), "of one function it is repeated");
  });
  await tally.test("goroutines that there are none of", () => {
    fails(/no\.such/, "--group=no.such");
    fails(/no goroutine 999999/, "--goroutine=999999");
    fails(/goroutine 82 .* main\.main/, "--goroutine=82", "--group=main.main");
    fails(/what was asked for/, "--task=999999");
    fails(/what was asked for/, "--region=no such", "--json");
  });

  // ---- parts of lives ----

  await tally.test("goroutines --from 0%: exact lives, in the whole trace, are the official figures", () => {
    const parts = json("--from=0%").goroutines;
    let compared = 0;
    for (const part of parts) {
      const whole = byId.get(part.id);
      same(sum(part.stats), part.total_ns, `the parts of ${part.id}`);
      if (whole.stats["Unknown time"]) continue; // which the official figures do not explain
      same(sorted(joined(part.stats)), sorted(joined(whole.stats)), `goroutine ${part.id}`);
      compared++;
    }
    check(compared > 0.9 * all.length, `only ${compared} compared`);
  });
  await tally.test("goroutines --from --to: parts of the time add up to the whole", () => {
    const found = [["--to=30%"], ["--from=30%", "--to=31%"], ["--from=31%"], ["--from=0%"]].map((args) => new Map(json(...args).goroutines.map(({ id, total_ns, stats }) => [id, { total_ns, stats }])));
    for (const id of found[3].keys()) {
      same(found.slice(0, 3).reduce((total, part) => total + (part.get(id)?.total_ns ?? 0), 0), found[3].get(id).total_ns, `goroutine ${id}`);
      for (const name of Object.keys(found[3].get(id).stats)) same(found.slice(0, 3).reduce((total, part) => total + (part.get(id)?.stats[name] ?? 0), 0), found[3].get(id).stats[name], `${name} of ${id}`);
    }
    check(found[1].size < found[3].size, "all goroutines lived in one percent of the time");
  });
  await tally.test("goroutines --region: what the regions' own figures say", () => {
    const { regions } = lister(kymo, "regions", trace).json("--type=shard");
    const wanted = new Map();
    for (const { goroutine, duration_ns } of regions) wanted.set(goroutine, (wanted.get(goroutine) ?? 0) + duration_ns);
    const found = json("--region=shard").goroutines;
    same(found.map(({ id, total_ns }) => [id, total_ns]), [...wanted].filter(([, ns]) => ns > 0).sort(([a], [b]) => a - b), "times");
    const own = new Map();
    for (const { goroutine, parts } of regions) for (const { name, ns } of parts) own.set(`${goroutine} ${name}`, (own.get(`${goroutine} ${name}`) ?? 0) + ns);
    for (const { id, stats } of found) for (const [name, ns] of Object.entries(stats)) same(ns, own.get(`${id} ${name}`), `${name} of ${id}`);
    check(found.every(({ regions: own_ }) => own_.some(({ name }) => name === "shard")), "there are none of the regions");
  });
  await tally.test("goroutines --task: as long as the task's own goroutine took, and in its regions", () => {
    const [task] = lister(kymo, "tasks", trace).json("--task=322").tasks;
    const found = json("--task=322").goroutines;
    same(found.map(({ id }) => id), task.goroutines, "goroutines");
    same(found.find(({ id }) => id === 82).total_ns, task.end_ns - task.start_ns, "time");
    check(Number(cells(lines(text("--task=322"))[1])[0]) === 4, text("--task=322")); // four of main.process.func1
  });
  await tally.test("goroutines --group and --from: only theirs, within that time", () => {
    const found = json("--group=serve$", "--from=50%").goroutines;
    check(found.length > 0 && found.every(({ name }) => /serve$/.test(name)), `${found.length}`);
    const whole = new Map(json("--from=50%").goroutines.map((goroutine) => [goroutine.id, goroutine]));
    for (const goroutine of found) same(goroutine.stats, whole.get(goroutine.id).stats, `goroutine ${goroutine.id}`);
  });
  await tally.test("goroutines: filters on old traces and on annotations", () => {
    const old = lister(kymo, "goroutines", ofCorpus("contention-1.19"));
    const [whole, from] = [old.json().goroutines, old.json("--from=0%").goroutines];
    same(from.map(({ stats }) => stats["Execution time"] ?? 0), whole.filter(({ id }) => from.some((part) => part.id === id)).map(({ stats }) => stats["Execution time"] ?? 0), "execution times");
    const annotated = lister(kymo, "goroutines", ofCorpus("std-annotations-1.27"));
    check(annotated.json("--region=.").goroutines.length > 0, "none was in a region");
  });

  // ---- several traces ----

  const others = ["contention", "daisy", "workerpool"].map((name) => `examples/${name}.trace`);
  await tally.test("goroutines of several traces: a row each", () => {
    const { status, out, said } = run(kymo, ["goroutines", ...others]);
    check(status === 0 && said === "", `ended with ${status}: ${said}`);
    const rows = lines(String(out)).map(cells);
    same(rows[0], ["Goroutines", "Functions", "Execution", "Sched wait", "Syscall", "Blocked", "Total", "Trace"], "headings");
    same(rows.slice(1).map((row) => row.at(-1)), others, "traces");
    for (const [i, name] of others.entries()) {
      const alone = lister(kymo, "goroutines", name).json().goroutines;
      same(rows[i + 1].slice(0, 2).map(Number), [alone.length, new Set(alone.map((goroutine) => goroutine.name)).size], name);
    }
  });
  await tally.test("goroutines --json of several traces: an array", () => {
    const { out } = run(kymo, ["goroutines", "--json", ...others]);
    same(JSON.parse(out), others.map((name) => ({ name, ...lister(kymo, "goroutines", name).json() })), "traces");
  });
  for (const json_ of [[], ["--json"]]) {
    await tally.test(`goroutines ${json_}: a bad trace does not stop the others`, () => {
      const { status, out, said } = run(kymo, ["goroutines", ...json_, others[0], "/no/such", "README.md", others[1]]);
      check(status === 1 && /^kymo: \/no\/such: No such file or directory\nkymo: README\.md: [^\n]+\n$/.test(said), `ended with ${status}: ${said}`);
      same(json_.length > 0 ? JSON.parse(out).map(({ name }) => name) : lines(String(out)).slice(1).map((line) => cells(line).at(-1)), others.slice(0, 2), "traces");
    });
  }
  await tally.test("goroutines of several traces with a filter that one has nothing of", () => {
    const { status, out, said } = run(kymo, ["goroutines", "--group=main.worker", ...others]);
    check(status === 1 && (said.match(/\n/g) ?? []).length === 2 && /daisy.*main\.worker/.test(said), `ended with ${status}: ${said}`);
    same(lines(String(out)).slice(1).map((line) => cells(line).at(-1)), [others[0]], "traces");
  });
  await tally.test("goroutines of no trace that can be read", () => {
    const { status, said } = run(kymo, ["goroutines", "/no/such", "/nor/such"]);
    check(status === 1 && said.split("\n").length === 3, `ended with ${status}: ${said}`);
    failedInOneLine(run(kymo, ["goroutines", "/no/such"]), /no\/such/);
  });
}
