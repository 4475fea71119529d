// Options and operands: help, version, wrong use.
import { check, run } from "../tally.mjs";
import { misused, trace } from "./ways.mjs";

const wrong = [
  [["--nonsense", trace], /--nonsense/],
  [["-x", trace], /-x/],
  [["-d", trace, "-pprof"], /invalid -d/],
  [["-d"], /d/],
  [["-pprof"], /pprof/],
  [["-http"], /http/],
  [[], /trace/],
  [["a", "b", trace], /trace/],
  [["-d=nonsense", trace], /nonsense/],
  [["-pprof=nonsense", trace], /nonsense/],
  [["-pprof=", trace], /pprof/],
  [["-http=nonsense", trace], /nonsense/],
  [["-http=localhost:99999", trace], /99999/],
  [["-http=localhost:http", trace], /localhost:http/],
  [["-http=::1:0", trace], /::1:0/],
  [["-http=", trace], /http/],
  [["info"], /trace/],
  [["info", "--nonsense", trace], /--nonsense/],
  [["events"], /trace/],
  [["events", trace, trace], /trace/],
  [["export", "--format=csv"], /trace/],
  [["export", trace], /format/],
  [["info", "--json=yes", trace], /json/],
  [["fetch"], /address/],
  [["fetch", "-o", "/dev/null"], /address/],
  [["fetch", "-o", "/dev/null", trace], /address/],
  [["fetch", "-o", "/dev/null", "http://127.0.0.1:1", "http://127.0.0.1:1"], /address/],
  [["fetch", "http://127.0.0.1:1"], /-o FILE/],
  [["fetch", "-o"], /o/],
  ...["0", "-1", "x", "", "5s", "nan", "inf", "1e3", " 5", "+5", "0x5", "1.2.3", "86401"].map((n) => [["fetch", `--seconds=${n}`, "-o", "/dev/null", "http://127.0.0.1:1"], /seconds/]),
  [["goroutines"], /trace/],
  [["goroutines", trace, "--group"], /group/],
  [["goroutines", "--goroutine=x", trace], /x/],
  [["goroutines", "--each=yes", trace], /each/],
  [["goroutines", "--from=5", trace, trace], /5/],
  [["goroutines", "-d=parsed", trace], /-d/],
  [["tasks"], /trace/],
  [["tasks", trace, trace], /trace/],
  [["tasks", trace, "--type"], /type/],
  [["tasks", "--id=x", trace], /x/],
  [["tasks", "--id=", trace], /task/],
  [["tasks", "--id=-1", "--region=x", trace], /-1/],
  [["tasks", "--longer=10", trace], /longer/],
  [["tasks", "--shorter=x", "--group=main", trace], /shorter/],
  [["tasks", "--whole=perhaps", trace], /perhaps/],
  [["regions"], /trace/],
  [["regions", trace, trace], /trace/],
  [["regions", trace, "--type"], /type/],
  [["regions", "--id=1", trace], /id/],
  [["regions", "--longer=", trace], /longer/],
  [["regions", "--from=101%", trace], /101%/],
  [["query"], /trace/],
  [["query", "--json", "--csv", trace, "select 1"], /--csv/],
  [["query", "--limit=0", trace, "select 1"], /invalid number of rows 0/],
  [["query", "--limit=-1", trace, "select 1"], /-1/],
  [["query", "--limit=1x", trace, "select 1"], /1x/],
  [["query", "--timeout=5", trace, "select 1"], /duration 5/],
  [["query", "--timeout=-1s", trace, "select 1"], /-1s/],
  [["query", "--file=x.sql", trace, "select 1"], /--file/],
  [["query", "-"], /standard input/],
  [["mmu"], /trace/],
  [["mmu", trace, trace], /trace/],
  [["mmu", "--flags=stw,nonsense", trace], /nonsense/],
  [["mmu", "--flags=", trace], /flags/],
  [["mmu", "--flags=stw,", trace], /stw,/],
  [["mmu", "--window=10", trace], /10/],
  [["mmu", "--window=-10ms", trace], /-10ms/],
  [["mmu", "--window=0s", trace], /0s/],
  [["profile"], /kind of profile/],
  [["profile", trace], /unknown profile/],
  [["profile", "sync"], /trace/],
  [["profile", "sync", trace, trace], /trace/],
  [["profile", "nonsense", trace], /nonsense/],
  [["profile", "sync", "--top", "--tree", trace], /one form/],
  [["profile", "sync", "--peek=x", "--list=x", trace], /one form/],
  [["profile", "sync", "--folded", "--json", trace], /--json/],
  [["profile", "sync", "--json", "-o", "/tmp/kymo.svg", trace], /--json/],
  [["profile", "sync", "--source-root=.", trace], /--source-root/],
  [["profile", "sync", "--proto", `--diff-base=${trace}`, trace], /--diff-base/],
  [["profile", "sync", "--sample=bytes", trace], /bytes/],
  [["profile", "sync", "--sort=name", trace], /name/],
  ...["-1", "x", "", "1x", "99999999999999999999"].map((n) => [["profile", "sync", `--count=${n}`, trace], /number of functions/]),
  [["profile", "sync", "--from=nonsense", trace], /nonsense/],
  [["mmu", "--plot", "--json", trace], /plot/],
  [["mmu", "--task=1", trace], /task/],
  [["mmu", "--to=x", trace], /to/],
];

// The forms that mean the same.
const same = [
  [["-d=wire", trace], ["--d=wire", trace]],
  [["-d=wire", trace], ["-d", "wire", trace]],
  [["-d=wire", trace], [trace, "-d", "wire"]],
  [["-d=wire", trace], ["-d=wire", "--", trace]],
  [["-d=wire", trace], ["-d=wire", "/no/such/binary", trace]],
  [["-pprof=sync", trace], ["-pprof", "sync", "/no/such/binary", trace]],
  [["info", "--json", trace], ["info", trace, "-json"]],
  [["profile", "wall", trace], ["profile", "wall", "--top", "--sort=flat", "--sample=ns", trace]],
  [["-pprof=wall", trace], ["profile", "wall", "--proto", trace]],
  [["profile", "wall", trace], ["profile", "wall", "--threads=1", "-o=-", trace]],
  [["mmu", trace], ["mmu", "--flags=assist,stw,background", trace]],
  [["mmu", "--flags=perProc|sweep", "--json", trace], ["mmu", "--flags=sweep,perProc,sweep", "--json", trace]],
];

export async function usage({ kymo, tally }) {
  for (const [args, pattern] of wrong) await tally.test(`kymo ${args.join(" ")}`, () => misused(run(kymo, args), pattern));

  for (const [one, other] of same) {
    await tally.test(`kymo ${other.join(" ")} is kymo ${one.join(" ")}`, () => {
      const [a, b] = [run(kymo, one), run(kymo, other)];
      check(a.status === 0 && b.status === 0, `ended with ${a.status}, ${b.status}: ${b.said}`);
      check(a.out.length > 0 && a.out.equals(b.out), `${a.out.length} and ${b.out.length} bytes`);
    });
  }

  const commands = [...String(run(kymo, ["--help"]).out).matchAll(/^ {2}kymo ([a-z-]+) /gm)].map(([, name]) => [name]);
  for (const command of [[], ...commands]) {
    for (const option of ["--help", "-help", "-h"]) {
      await tally.test(`kymo ${[...command, option].join(" ")}`, () => {
        const { status, out, said } = run(kymo, [...command, option]);
        check(status === 0 && said === "", `ended with ${status}: ${said}`);
        check(String(out).startsWith(`usage: ${["kymo", ...command].join(" ")} `), String(out).split("\n")[0]);
      });
    }
  }

  await tally.test("a command's help wins over what comes after it", () => {
    const { status, out } = run(kymo, ["goroutines", "--help", "--nonsense"]);
    check(status === 0 && out.length > 0, `ended with ${status}`);
  });

  for (const option of ["--version", "-version"]) {
    await tally.test(`kymo ${option}`, () => {
      const { status, out, said } = run(kymo, [option]);
      check(status === 0 && said === "", `ended with ${status}: ${said}`);
      check(/^kymo \d+\.\d+\.\d+\n$/.test(String(out)), JSON.stringify(String(out)));
    });
  }
}
