// Truncated and damaged traces: what is readable is printed, and a line says where that ends.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pprofText } from "../pprof-text.mjs";
import { check, root, run } from "../tally.mjs";

const place = /^kymo: [^\n]+ \((?:generation \d+, )?(?:batch \d+, )?(?:thread \d+, )?byte \d+\)\n$/;

function saidWhere({ said }, generation) {
  check(place.test(said), `no place in ${JSON.stringify(said)}`);
  if (generation) check(said.includes(`generation ${generation}`), said);
}

export async function damage({ kymo, folder, tally }) {
  const whole = readFileSync(join(root, "examples/webload.trace"));
  const half = whole.length >> 1;
  const cut = join(folder, "cut.trace");
  writeFileSync(cut, whole.subarray(0, half));
  const flipped = join(folder, "flipped.trace");
  const bytes = Buffer.from(whole);
  for (let at = half; at < half + 64; at++) bytes[at] ^= 0xa5;
  writeFileSync(flipped, bytes);
  const lines = (out) => String(out).split("\n").length - 1;

  // What can be read: of the damaged one the events before the damage; of the truncated one, whose only generation has lost its
  // tables of stacks and strings with its end, no more than its first event, but all of the raw ones.
  const readable = [
    [["-d=wire"], 1, 10_000, 10_000],
    [["-d=parsed"], 1, 1, 10_000],
    [["-d=footprint"], 1, 0, 0],
    [["info"], 0, 10, 10],
    [["info", "--json"], 0, 1, 1],
    [["goroutines"], 0, 1, 10],
    [["goroutines", "--json"], 0, 1, 100],
    [["mmu"], 0, 3, 3],
    [["mmu", "--json"], 0, 5, 5],
  ];
  for (const [what, path] of [["truncated", cut], ["damaged", flipped]]) {
    for (const [args, status, ofCut, ofFlipped] of readable) {
      await tally.test(`kymo ${args.join(" ")}, ${what}`, () => {
        const done = run(kymo, [...args, path]);
        check(done.status === status, `ended with ${done.signal ?? done.status}`);
        check(lines(done.out) >= (path === cut ? ofCut : ofFlipped), `${lines(done.out)} lines`);
        if (args.includes("--json")) JSON.parse(done.out);
        saidWhere(done, ["-d=wire", "-d=footprint"].includes(args[0]) ? 0 : 1);
      });
    }
    for (const type of ["net", "sync", "syscall", "sched"]) {
      await tally.test(`kymo -pprof=${type}, ${what}`, () => {
        const done = run(kymo, [`-pprof=${type}`, path]);
        check(done.status === 0, `ended with ${done.signal ?? done.status}`);
        check(pprofText(done.out).startsWith("sample types: "), "no profile");
        saidWhere(done, 1);
      });
    }
  }
  await tally.test("kymo goroutines --group=main.main, damaged", () => {
    const done = run(kymo, ["goroutines", "--group=main.main", flipped]);
    check(done.status === 0 && lines(done.out) > 1, `ended with ${done.signal ?? done.status}, ${lines(done.out)} lines`);
    saidWhere(done, 1);
  });
  await tally.test("a name in an error does not steer the terminal", () => {
    // The string table's second entry gets the id of the first, whose text becomes an escape sequence: the error quotes both.
    const bytes = Buffer.from(readFileSync(join(root, "examples/daisy.trace")));
    const first = bytes.indexOf("Not worker");
    const second = first + "Not worker".length;
    check(bytes[second] === 5 && bytes[second + 1] === 2, "the example's string table is laid out otherwise");
    bytes[second + 1] = 1;
    bytes.write("\u001b[31mred\u0007", first, "latin1");
    const path = join(folder, "escape.trace");
    writeFileSync(path, bytes);
    const { said, status } = run(kymo, ["-d=parsed", path]);
    check(status === 1 && said.includes("existing=?[31mred?"), `${status} ${JSON.stringify(said)}`);
    check(!/[\u0000-\u0009\u000b-\u001f]/.test(said), JSON.stringify(said));
  });
  await tally.test("a truncated trace's events are those of the whole one, up to there", () => {
    const part = run(kymo, ["-d=wire", cut]).out;
    const all = run(kymo, ["-d=wire", "examples/webload.trace"]).out;
    check(part.length > 0 && all.subarray(0, part.length).equals(part), "they differ");
  });
}
