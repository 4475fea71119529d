// kymo profile: what it prints is what the stacks of the pprof file that it writes add up to.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostileTrace } from "../hostile.mjs";
import { pprofText } from "../pprof-text.mjs";
import { differenceOfRows, differenceOfTops, graphOf, rowsOf, samplesOf, topOf } from "../samples.mjs";
import { check, run, Skip } from "../tally.mjs";
import { failedInOneLine } from "./ways.mjs";

const KINDS = ["net", "sync", "syscall", "sched", "offcpu", "cpu", "wall"];
const EXAMPLES = ["contention", "cpuprof", "daisy", "webload", "workerpool"];
const webload = "examples/webload.trace";
const contention = "examples/contention.trace";

// What a filter of functions leaves, by pprof's rules.
function filtered(samples, { focus, ignore, hide, show }) {
  const matches = (pattern) => ({ name, file }) => pattern.test(name) || pattern.test(file);
  return samples
    .filter(({ frames }) => (!ignore || !frames.some(matches(ignore))) && (!focus || frames.some(matches(focus))))
    .map((sample) => ({ ...sample, frames: sample.frames.filter((frame) => (!hide || !matches(hide)(frame)) && (!show || matches(show)(frame))) }))
    .filter(({ frames }) => frames.length > 0);
}

const none = (why) => check(why === null, why);
const drawing = (result) => {
  if (result.status === 1 && /built without Graphviz/.test(result.said)) throw new Skip();
};

export async function profile(context) {
  const { kymo, folder, tally } = context;
  const runs = (...args) => run(kymo, ["profile", ...args]);
  const printed = (...args) => {
    const { status, out, said } = runs(...args);
    check(status === 0 && said === "", `ended with ${status}: ${said}`);
    return String(out);
  };
  const json = (...args) => JSON.parse(printed(...args, "--json"));
  const samples = (...args) => samplesOf(pprofText(run(kymo, ["profile", ...args, "--proto"]).out));

  for (const name of EXAMPLES) {
    for (const kind of KINDS) {
      await tally.test(`profile ${kind} of ${name} is what its pprof file adds up to`, () => {
        const file = join(folder, `${name}.pb.gz`);
        const trace = `examples/${name}.trace`;
        check(printed(kind, "-o", file, trace) === "", "something on standard output");
        check(readFileSync(file).equals(run(kymo, [`-pprof=${kind}`, trace]).out), "the file is not that of -pprof");
        const stacks = samplesOf(pprofText(readFileSync(file)));
        for (const value of ["ns", "count"]) {
          const wanted = graphOf(stacks, value);
          const found = json(kind, "--count=0", `--sample=${value}`, trace);
          check(found.total === wanted.total && found.kind === kind, `a total of ${found.total} instead of ${wanted.total}`);
          none(differenceOfTops(found.functions, topOf(wanted)));
          none(differenceOfRows(rowsOf(printed(kind, "--count=0", `--sample=${value}`, trace)), topOf(wanted), wanted.total));
        }
      });
    }
  }

  await trimming(context, { printed, json, samples });
  await trees(context, { printed, json, samples, runs });
  await lists(context, { printed, json, samples, runs });
  await conditions(context, { printed, json, samples, runs });
  await comparisons(context, { printed, json, samples });
  await filters(context, { json });
  await drawings(context, { printed, runs });

  await tally.test("profile --folded is a line for each stack of functions", () => {
    for (const value of ["ns", "count"]) {
      const wanted = new Map();
      for (const { frames, [value]: weight } of samples("offcpu", webload)) {
        const key = frames.map(({ name }) => name.replaceAll(";", ":")).reverse().join(";") || "<unknown>";
        wanted.set(key, (wanted.get(key) ?? 0) + weight);
      }
      const lines = printed("offcpu", "--folded", `--sample=${value}`, webload).trimEnd().split("\n");
      const found = new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
      const weighty = [...wanted].filter(([, weight]) => weight !== 0);
      check(found.size === lines.length && found.size === weighty.length, `${lines.length} lines, ${found.size} stacks, instead of ${weighty.length}`);
      for (const [key, weight] of weighty) check(found.get(key) === weight, `${key}: ${found.get(key)} instead of ${weight}`);
    }
  });
  await tally.test("profile -o writes what is printed", () => {
    const file = join(folder, "top.txt");
    writeFileSync(file, "what was there before, and is longer than nothing".repeat(1000));
    check(printed("sync", "-o", file, webload) === "", "something on standard output");
    check(readFileSync(file, "utf8") === printed("sync", webload), "something else");
  });
  await tally.test("profile -o of a file that cannot be", () => failedInOneLine(runs("sync", "-o", join(folder, "no/such/file"), webload), /no\/such\/file/));
  await tally.test("profile -o of a full device", () => {
    if (!existsSync("/dev/full")) throw new Skip();
    failedInOneLine(runs("sync", "-o", "/dev/full", webload), /dev\/full/);
  });
  await tally.test("profile -o leaves a file alone if there is nothing to write", () => {
    const file = join(folder, "kept.txt");
    writeFileSync(file, "kept");
    failedInOneLine(runs("sync", "-o", file, "--peek=nothing is called that", webload), /no function/);
    check(readFileSync(file, "utf8") === "kept", "it was written to");
  });
  await tally.test("profile --proto is nothing for a terminal", () => {
    const script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    const { status, out } = run("python3", ["-c", script, kymo, "profile", "sync", "--proto", webload]);
    check(status === 2 && /terminal/.test(String(out)), `ended with ${status}: ${String(out).slice(0, 100)}`);
  });
}

async function trimming({ tally }, { printed, json, samples }) {
  await tally.test("profile drops what is below half a percent, and says so", () => {
    const wanted = graphOf(samples("wall", webload), "ns");
    const cutoff = Math.trunc(wanted.total * 0.005); // here all that there is ends in some function
    const kept = new Map([...wanted.functions].filter(([, { cum }]) => cum >= cutoff));
    const dropped = wanted.functions.size - kept.size;
    check(dropped > 100 && kept.size > 20, "the test drops too little");
    const found = json("wall", webload);
    check(found.dropped === dropped, `${found.dropped} dropped instead of ${dropped}`);
    check(found.functions.every(({ name, cum }) => kept.get(name)?.cum === cum), "cum of what is kept has changed");
    const text = printed("wall", webload);
    check(text.includes(`\nDropped ${dropped} nodes (cum <= `), text.slice(0, 300));
    check(rowsOf(text).length === kept.size, "rows");
  });
  await tally.test("profile counts no flat for what is dropped", () => {
    const [stacks, found] = [samples("wall", webload), json("wall", webload)];
    const kept = new Set(found.functions.map(({ name }) => name));
    const wanted = stacks.filter(({ frames }) => frames.length > 0 && kept.has(frames[0].name)).reduce((sum, { ns }) => sum + ns, 0);
    check(found.shown === wanted && wanted < found.total, `${found.shown} shown instead of ${wanted} of ${found.total}`);
  });
  await tally.test("profile --count", () => {
    const all = json("wall", "--count=0", webload);
    const five = json("wall", "--count=5", webload);
    check(five.functions.length === 5 && five.cut > 0, `${five.functions.length} functions`);
    none(differenceOfTops(five.functions, all.functions.slice(0, 5)));
    const text = printed("wall", "--count=5", webload);
    check(new RegExp(`\nShowing top 5 nodes out of ${5 + five.cut}\n`).test(text), text);
    check(all.dropped === 0 && all.cut === 0 && all.functions.length === 5 + five.cut + five.dropped, "something is lost");
  });
  await tally.test("profile --sort=cum", () => {
    const { functions } = json("wall", "--sort=cum", "--count=0", webload);
    check(functions.every(({ cum }, i) => i === 0 || cum <= functions[i - 1].cum) && functions.some(({ flat }, i) => i > 0 && flat > functions[i - 1].flat), "not in order");
  });
}

async function trees({ tally }, { printed, json, samples, runs }) {
  const neighbours = (functions) =>
    new Map(functions.flatMap(({ name, callers, callees }) => [
      ...callers.map((other) => [`${other.name} -> ${name}`, other.weight]),
      ...callees.map((other) => [`${name} -> ${other.name}`, other.weight]),
    ]));
  await tally.test("profile --tree has all calls", () => {
    const { edges } = graphOf(samples("wall", webload), "ns");
    const found = neighbours(json("wall", "--tree", "--count=0", webload).functions);
    const wanted = [...edges].filter(([, weight]) => weight !== 0);
    check(wanted.length > 100 && found.size === wanted.length, `${found.size} calls instead of ${wanted.length}`);
    for (const [call, weight] of wanted) check(found.get(call) === weight, `${call}: ${found.get(call)} instead of ${weight}`);
  });
  await tally.test("profile --tree joins over what it leaves out", () => {
    const { functions } = json("sync", "--tree", webload);
    check(functions.length <= 80, `${functions.length} functions`);
    const joined = functions.flatMap(({ callees }) => callees).filter((callee) => callee.joined);
    check(joined.length > 0 && joined.every(({ weight }) => weight > 0), "none is joined");
  });
  await tally.test("profile --tree as text", () => {
    const blocks = printed("sync", "--tree", contention).split(/^-+\+-+\n/m).slice(2, -1);
    const block = blocks.find((text) => / \| main\.updateTable\n/.test(text));
    check(/^ +[\d.]+ms +100% \|   main\.worker\n +0 +0% .* \| main\.updateTable\n +[\d.]+ms +100% \|   sync\.\(\*Mutex\)\.Lock\n$/.test(block), block);
  });
  await tally.test("profile --peek is --tree of what matches, with all of it", () => {
    const all = json("wall", "--tree", "--count=0", webload).functions;
    const { functions } = json("wall", "--peek=^main\\.", webload);
    const wanted = all.filter(({ name }) => name.startsWith("main."));
    check(wanted.length > 3 && JSON.stringify(functions) === JSON.stringify(wanted), "something else");
    const text = printed("wall", "--peek=^main\\.", webload);
    for (const { name } of wanted) check(text.includes(`                | ${name}\n`), `${name} is missing`);
  });
  await tally.test("profile --peek of a name that is no expression, or one that does not match itself", () => {
    for (const name of ["net/http.(*conn).serve", "main.(*pool).run"]) {
      const trace = name.startsWith("net") ? webload : "examples/workerpool.trace";
      const { functions } = json("offcpu", `--peek=${name}`, trace);
      check(functions.length === 1 && functions[0].name === name, JSON.stringify(functions.map((fn) => fn.name)));
      const focused = json("offcpu", "--count=0", `--focus=${name}`, trace).functions;
      check(focused.length > 1 && focused.find((fn) => fn.name === name).cum === functions[0].cum, "--focus means something else");
    }
  });
  await tally.test("profile --peek of nothing", () => failedInOneLine(runs("wall", "--peek=nothing is called that", webload), /nothing is called that/));
}

async function lists({ folder, tally }, { printed, json, samples, runs }) {
  const root = join(folder, "source");
  const source = Array.from({ length: 60 }, (_, i) => `\tline ${i + 1} <&> \x1b[31m`);
  const byLine = (name) => graphOf(samples("sync", contention), "ns", (frame) => `${frame.name} ${frame.line}`).functions;
  mkdirSync(join(root, "deep"), { recursive: true });
  writeFileSync(join(root, "contention.go"), source.join("\n"));

  await tally.test("profile --list annotates lines", () => {
    const found = json("sync", "--list=^main\\.worker$", `--source-root=${root}`, contention).functions;
    check(found.length === 1 && found[0].path === "contention.go", JSON.stringify(found).slice(0, 200));
    const wanted = new Map([...byLine()].filter(([key]) => key.startsWith("main.worker ")).map(([key, amounts]) => [Number(key.split(" ")[1]), amounts]));
    const numbers = [...wanted.keys()].sort((a, b) => a - b);
    check(numbers.length > 1 && found[0].lines[0].line === numbers[0] - 5 && found[0].lines.at(-1).line === numbers.at(-1) + 5, "the lines around them");
    for (const { line, flat, cum, text } of found[0].lines) {
      const amounts = wanted.get(line) ?? { flat: 0, cum: 0 };
      check(flat === amounts.flat && cum === amounts.cum && text === source[line - 1], `line ${line}: ${flat} ${cum} ${text}`);
    }
  });
  await tally.test("profile --list as text cannot steer the terminal", () => {
    const text = printed("sync", "--list=^main\\.worker$", `--source-root=${root}`, contention);
    check(/^ROUTINE =+ main\.worker in contention\.go\n +0 +[\d.]+us \(flat, cum\) 85\.00% of Total\n/m.test(text), text);
    check(/^ +\. +[\d.]+us +37:\tline 37 <&> \?\[31m$/m.test(text) && /^ +\. +\. +38:\tline 38/m.test(text) && !text.includes("\x1b"), text);
  });
  await tally.test("profile --list without the source", () => {
    const args = ["sync", "--list=^main\\.worker$", `--source-root=${join(root, "deep")}`, contention];
    const [found] = json(...args).functions;
    check(found.path === null && found.lines.length > 1 && found.lines.every(({ cum, text }) => cum > 0 && text === undefined), JSON.stringify(found));
    check(/the source is not there/.test(printed(...args)), "it does not say so");
  });
  await tally.test("profile --list of nothing", () => failedInOneLine(runs("sync", "--list=nothing is called that", contention), /nothing is called that/));
  await tally.test("profile --list beneath no folder", () => failedInOneLine(runs("sync", "--list=main", "--source-root=/no/such/folder", contention), /no\/such\/folder/));
}

async function conditions({ tally }, { printed, json, samples, runs }) {
  const stacks = samples("wall", webload);
  const { total } = graphOf(stacks, "ns");
  const cases = [
    { focus: "^main\\." },
    { focus: "net/http.*\\.go" },
    { ignore: "runtime" },
    { hide: "^(runtime|internal/poll|net)\\." },
    { show: "main" },
    { focus: "Client", ignore: "selectgo" },
    { focus: "main", ignore: "chan", hide: "^runtime", show: "[.]" },
  ];
  for (const one of cases) {
    const args = Object.entries(one).map(([key, value]) => `--${key}=${value}`);
    const patterns = Object.fromEntries(Object.entries(one).map(([key, value]) => [key, new RegExp(value)]));
    await tally.test(`profile ${args.join(" ")}`, () => {
      const left = filtered(stacks, patterns);
      check(left.length > 3 && JSON.stringify(left) !== JSON.stringify(stacks), "the test leaves too little");
      const found = json("wall", "--count=0", ...args, webload);
      check(found.total === total, `a total of ${found.total} instead of ${total}`);
      none(differenceOfTops(found.functions, topOf(graphOf(left, "ns"))));
      const own = graphOf(samples("wall", ...args, webload), "ns");
      none(differenceOfTops(topOf(own), topOf(graphOf(left, "ns"))));
      const text = printed("wall", ...args, webload);
      for (const [key, value] of Object.entries(one)) check(text.includes(`\n   ${key}=${value}\n`), `the head does not say ${key}`);
    });
  }
  for (const option of ["focus", "ignore", "hide", "show"]) {
    await tally.test(`profile --${option} of what is not there says so`, () => {
      const { status, said } = runs("wall", `--${option}=nothing is called that`, webload);
      check(status === 0 && said === `kymo: --${option} matches no function of the profile\n`, `${status}: ${said}`);
    });
  }
}

async function comparisons({ tally }, { printed, json, samples }) {
  await tally.test("profile --diff-base is the difference", () => {
    const other = "examples/daisy.trace";
    const [own, base] = [samples("wall", webload), samples("wall", other)];
    const wanted = graphOf([...own, ...base.map(({ frames, ns, count }) => ({ frames, ns: -ns, count: -count }))], "ns");
    const found = json("wall", "--count=0", `--diff-base=${other}`, webload);
    check(found.total === graphOf(base, "ns").total, `a total of ${found.total}`);
    none(differenceOfTops(found.functions, topOf(wanted)));
    check(found.functions.some(({ flat }) => flat < 0) && found.functions.some(({ flat }) => flat > 0), "all of one sign");
    none(differenceOfRows(rowsOf(printed("wall", "--count=0", `--diff-base=${other}`, webload)), topOf(wanted), found.total));
  });
  await tally.test("profile --diff-base of the same trace", () => {
    const { functions, total } = json("wall", "--count=0", `--diff-base=${webload}`, webload);
    check(functions.length === 0 && total > 0, `${functions.length} functions`);
  });
}

async function filters({ tally }, { json }) {
  const total = (...args) => json("offcpu", "--count=0", ...args, webload).total;
  await tally.test("profile --from and --to", () => {
    const [all, early, late] = [total(), total("--to=40%"), total("--from=40%")];
    check(early > 0 && late > 0 && early + late === all, `${early} + ${late} is not ${all}`);
  });
  await tally.test("profile --goroutine and --group", () => {
    const groups = json("offcpu", "--count=0", "--group=main.main", webload).functions;
    check(groups.find(({ name }) => name === "main.main").cum > 0, "it is not about main.main");
    check(total("--goroutine=1") === total("--group=main.main") && total("--goroutine=1") < total(), "goroutine 1 is not main's");
  });
  await tally.test("profile --region and --task", () => {
    const [all, region, task] = [total(), total("--region=database"), total("--task=processRequest")];
    check(region > 0 && region < all && task > 0 && task < all, `${region}, ${task} of ${all}`);
  });
}

async function drawings({ folder, tally }, { printed, runs }) {
  const parsed = "import sys, xml.dom.minidom; d = xml.dom.minidom.parse(sys.argv[1]); print(len(d.getElementsByTagName('script')))";
  await tally.test("profile --svg draws functions", () => {
    const result = runs("sync", "--svg", webload);
    drawing(result);
    const svg = String(result.out);
    check(result.status === 0 && result.said === "", `ended with ${result.status}: ${result.said}`);
    check(svg.includes("<svg") && svg.includes(">selectgo<") && svg.includes("Synchronization blocking profile") && svg.includes("id=\"node1\""), svg.slice(0, 300));
    const file = join(folder, "drawn.svg");
    check(printed("sync", "-o", file, webload) === "" && statSync(file).size === result.out.length, "-o FILE.svg is something else");
  });
  await tally.test("profile --svg of names that are markup", () => {
    const file = join(folder, "hostile.svg");
    const result = runs("wall", "--svg", "-o", file, hostileTrace(folder));
    drawing(result);
    check(result.status === 0, result.said);
    const { status, out, said } = run("python3", ["-c", parsed, file]);
    check(status === 0 && String(out) === "0\n", `${out}${said}`);
    check(readFileSync(file, "utf8").includes("&lt;img"), "the name is not there");
  });
  await tally.test("profile --svg of nothing", () => {
    const result = runs("cpu", "--svg", webload);
    drawing(result);
    check(result.status === 0 && String(result.out).includes("of 0 total"), `${result.status}: ${result.said}`);
  });
}
