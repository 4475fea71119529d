// kymo events and the filters that all commands share, on real traces.
import { check, run } from "../tally.mjs";
import { misused } from "./ways.mjs";

const trace = "examples/webload.trace";

// The parsed dump, by other code than the command's own: {time, m, p, g, kind, text, stack}.
function parsedEvents(kymo) {
  const events = [];
  for (const line of String(run(kymo, ["-d=parsed", trace]).out).split("\n")) {
    const found = /^M=(-?\d+) P=(-?\d+) G=(-?\d+) (\w+) Time=(\d+)(.*)$/.exec(line);
    if (found) events.push({ m: +found[1], p: +found[2], g: +found[3], kind: found[4], time: +found[5], text: found[6], stack: "" });
    else if (events.length > 0) events.at(-1).stack += `${line}\n`;
  }
  return events;
}

const goroutineOf = ({ kind, text }) => Number(/^ GoID=(\d+) /.exec(text)?.[1] ?? (kind.startsWith("Range") || kind === "Label" ? /Goroutine\((\d+)\)/.exec(text)?.[1] : undefined));
const transition = ({ text }) => / (\w+->\w+) Reason="(.*)"/.exec(text) ?? [];

export async function events({ kymo, tally }) {
  const all = parsedEvents(kymo);
  const first = all[0].time;
  const found = (...args) => {
    const { status, out, said } = run(kymo, ["events", "--json", ...args, trace]);
    check(status === 0 && said === "", `ended with ${status}: ${said}`);
    return JSON.parse(out);
  };
  const same = (rows, wanted) => {
    check(wanted.length > 0, "the test wants nothing");
    const times = rows.map(({ time_ns }) => time_ns);
    const expected = wanted.map(({ time }) => time - first);
    const at = expected.findIndex((time, i) => time !== times[i]);
    check(times.length === expected.length && at < 0, `${times.length} events instead of ${expected.length}, the first that differs is ${at}: ${times[at]} instead of ${expected[at]}`);
  };
  const finds = (args, wanted) => tally.test(`events ${args.join(" ")}`, () => same(found(...args), all.filter(wanted)));

  await finds([], () => true);
  await finds(["--kind=block"], (event) => transition(event)[1] === "Running->Waiting");
  await finds(["--kind=unblock,create"], (event) => ["Waiting->Runnable", "NotExist->Runnable", "NotExist->Waiting"].includes(transition(event)[1]) && event.kind === "StateTransition" && event.text.startsWith(" GoID"));
  await finds(["--kind=proc"], ({ text }) => text.startsWith(" ProcID="));
  await finds(["--kind", "metric"], ({ kind }) => kind === "Metric");
  await finds(["--proc=2"], ({ p, text }) => p === 2 || / ProcID=2 |Proc\(2\)/.test(text));
  await finds([`--thread=${all[5].m}`], ({ m }) => m === all[5].m);
  await finds(["--reason=^chan"], (event) => transition(event)[2]?.startsWith("chan"));
  await finds(["--name=^data"], ({ text, kind }) => kind !== "Metric" && / (Type|Category|Label|Name)="data/.test(text));
  await finds(["--function=net/http\\..*Serve"], ({ stack }) => /^\tnet\/http\..*Serve.* @/m.test(stack));
  await finds(["--log=miss 8"], ({ kind, text }) => kind === "Log" && text.includes("miss 8"));
  await finds(["--goroutine=76"], (event) => event.g === 76 || goroutineOf(event) === 76);
  await finds(["--goroutine=G76", "--kind=start"], (event) => goroutineOf(event) === 76 && transition(event)[1] === "Runnable->Running");
  await finds(["--follow-goroutine=76"], (event) => event.g === 76 || goroutineOf(event) === 76);
  await finds(["--from=10ms", "--to=12ms"], ({ time }) => time - first >= 10e6 && time - first <= 12e6);
  await finds(["--from=-1ms"], ({ time }) => time >= all.at(-1).time - 1e6);
  await finds(["--from=50%", "--to=50.5%"], ({ time }) => time - first >= Math.floor((all.at(-1).time - first) * 0.5) && time - first <= Math.floor((all.at(-1).time - first) * 0.505));

  await tally.test("events --task tells of nothing else", () => {
    const rows = found("--task=1");
    check(rows[0].kind === "task-begin" && rows.some(({ kind }) => kind === "task-end"), JSON.stringify(rows[0]));
    const tasks = rows.filter(({ task }) => task !== undefined && task !== 0);
    check(tasks.length > 5 && tasks.every(({ task, kind, parent_task }) => task === 1 || (kind === "task-begin" && parent_task === 1)), JSON.stringify(tasks.find(({ task }) => task !== 1)));
    const wanted = all.filter(({ kind, text }) => (/^Task/.test(kind) && / ID=1 /.test(text)) || (/^(Region|Log)/.test(kind) && / Task=1 /.test(text)));
    same(tasks.filter(({ task }) => task === 1), wanted);
  });
  await tally.test("events --task=TYPE is all tasks of the type", () => {
    const rows = found("--task=processRequest", "--kind=task-begin,task-end");
    same(rows, all.filter(({ kind, text }) => /^Task/.test(kind) && text.endsWith(' Type="processRequest"')));
  });
  await tally.test("events --region is what lies within regions of that name", () => {
    const rows = found("--region=database");
    const begins = rows.filter(({ kind, name }) => kind === "region-begin" && name === "database");
    same(begins, all.filter(({ kind, text }) => kind === "RegionBegin" && text.endsWith(' Type="database"')));
    check(rows.some(({ kind }) => kind === "block") && !rows.some(({ kind }) => kind === "proc-start"), "a wait within, no processor");
  });
  await tally.test("events --group is the goroutines that began there", () => {
    const { goroutines } = JSON.parse(run(kymo, ["goroutines", "--json", trace]).out);
    const ids = new Set(goroutines.filter(({ name }) => name === "net/http.(*conn).serve").map(({ id }) => id));
    check(ids.size > 1, "the example has several");
    same(found("--group=net/http.(*conn).serve"), all.filter((event) => ids.has(event.g) || ids.has(goroutineOf(event))));
    same(found("--group=conn..serve$"), all.filter((event) => ids.has(event.g) || ids.has(goroutineOf(event))));
  });
  await tally.test("events --json tells whom an event is about, and why", () => {
    const wanted = all.filter((event) => transition(event)[1] === "Running->Waiting");
    const rows = found("--kind=block");
    const at = rows.findIndex((row, i) => row.of_goroutine !== goroutineOf(wanted[i]) || (row.name ?? "") !== transition(wanted[i])[2] || `${row.from}->${row.to}` !== "Running->Waiting");
    check(at < 0, `${JSON.stringify(rows[at])} is not ${wanted[at]?.text}`);
  });
  await tally.test("events --limit ends early", () => same(found("--limit=7", "--kind=log"), all.filter(({ kind }) => kind === "Log").slice(0, 7)));
  await tally.test("events --stacks prints stacks", () => {
    const [row] = found("--kind=block", "--limit=1", "--stacks");
    const wanted = all.find((event) => transition(event)[1] === "Running->Waiting").stack.split("\n").find((line) => line.includes(" @ ")).trim();
    check(row.stack[0].startsWith(wanted.split(" @")[0]), `${row.stack[0]} is not ${wanted}`);
    const text = String(run(kymo, ["events", "--kind=block", "--limit=1", "--stacks", trace]).out);
    check(text.split("\n").slice(2, -1).map((line) => line.trim()).join() === row.stack.join(), text);
  });
  await tally.test("events --count adds up", () => {
    const { events: total, kinds } = found("--count");
    check(total === all.length && Object.values(kinds).reduce((a, b) => a + b) === total, `${total} of ${all.length}`);
    const lines = String(run(kymo, ["events", "--count", trace]).out).trim().split("\n").slice(1);
    for (const line of lines) {
      const [name, count] = line.split(/ +/);
      check(Number(count) === (name === "all" ? total : kinds[name]), line);
    }
    check(lines.length === Object.keys(kinds).length + 1, "a row each");
  });
  await tally.test("events --kinds lists what --kind takes", () => {
    const names = String(run(kymo, ["events", "--kinds"]).out).trim().split("\n").map((line) => line.split(" ")[0]);
    check(names.length > 20, names.join());
    for (const name of names) check(run(kymo, ["events", `--kind=${name}`, "--limit=1", "examples/daisy.trace"]).status === 0, name);
  });
  await tally.test("events --follow-goroutine tells how long each state took", () => {
    const lines = String(run(kymo, ["events", "--follow-goroutine=34", "--kind=goroutine", trace]).out).split("\n");
    check(/^ +Time +After as +G +P +Thread +Event$/.test(lines[0]), lines[0]);
    check(/3\.264µs Runnable .* G34 starts$/.test(lines[2]), lines[2]);
  });
  await tally.test("events in one line each", () => {
    const lines = String(run(kymo, ["events", "--limit=3", "--kind=log", trace]).out).split("\n");
    check(lines.length === 5 && lines[1].trim().split(/ {2,}/).join("|").endsWith("|log (orderID): 86"), lines[1]);
  });
  await tally.test("events of which there is none", () => {
    const { status, out } = run(kymo, ["events", "--log=not there at all", trace]);
    check(status === 0 && /No event/.test(out), String(out));
    check(found("--log=not there at all").length === 0, "an empty array");
  });
  for (const [option, value] of [["goroutine", "99999999"], ["group", "no.such"], ["group", "("], ["task", "99999999"], ["task", "no such"], ["region", "no such"], ["from", "1h"], ["from", "10ms"]]) {
    const args = option === "from" && value === "10ms" ? ["--from=10ms", "--to=9ms"] : [`--${option}=${value}`];
    await tally.test(`events ${args.join(" ")} says that there is nothing`, () => {
      const { status, out, said } = run(kymo, ["events", ...args, trace]);
      check(status === 1 && out.length === 0 && /nothing/.test(said), `${status}: ${said}`);
    });
  }
  const wrong = [["--from=x", /x/], ["--to=101%", /101%/], ["--from=5", /5/], ["--goroutine=x", /x/], ["--goroutine=-1", /-1/], ["--kind=nonsense", /nonsense/], ["--kind=", /kind/], ["--proc=x", /x/], ["--thread=-5", /-5/], ["--limit=x", /x/], ["--reason=(", /\(/], ["--function=(", /\(/], ["--name=(", /\(/], ["--follow-goroutine=x", /x/]];
  for (const [option, pattern] of wrong) await tally.test(`kymo events ${option}`, () => misused(run(kymo, ["events", option, trace]), pattern));
}
