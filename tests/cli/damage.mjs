// Truncated and damaged traces: what is readable is printed, and a line says what was lost, when, where and why. What the
// official tool prints too (-d) ends where it does.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pprofText } from "../pprof-text.mjs";
import { check, root, run } from "../tally.mjs";

// What is said of the examples below, to the byte. The cut one has lost its end: the last batch of one thread, and every
// table of names and stacks. The other one has lost the end of that batch, which hides what other threads waited for.
const losses = {
  cut:
    "damaged: generation 1, 3.25888ms to 209.649024ms: 907 B lost, 0.19% of the file: 1632 events mended or left out: " +
    "failed to read full batch: read 13351 but wanted 65455 (generation 1, batch 9, byte 458367)",
  flipped:
    "damaged: generation 1, 137.801152ms to 236.03136ms: 51.7 KiB lost, 5.61% of the file: 754 events mended or left out: " +
    "found invalid uvarint (generation 1, batch 9, thread 5568, byte 471716)",
};

// Where the official tool stops.
const stops = {
  cut: {
    "-d=wire": "unexpected EOF (byte 471717)",
    "-d=parsed": "failed to read full batch: read 13351 but wanted 65455 (generation 1, batch 9, byte 458367)",
    "-d=footprint": "unexpected EOF (byte 471717)",
  },
  flipped: {
    "-d=wire": "binary: varint overflows a 64-bit integer (byte 471726)",
    "-d=parsed": "found invalid uvarint (generation 1, batch 9, thread 5568, byte 471716)",
    "-d=footprint": "binary: varint overflows a 64-bit integer (byte 471726)",
  },
};

function saidExactly({ said }, path, text) {
  check(said === `kymo: ${path}: ${text}\n`, JSON.stringify(said));
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

  // How many lines: -d stops at the damage, all else goes on past it.
  const readable = [
    [["-d=wire"], 1, 95_124, 95_124],
    [["-d=parsed"], 1, 1, 1_063_306],
    [["-d=footprint"], 1, 0, 0],
    [["-d=parsed", "--salvage"], 0, 102_345, 1_686_101],
    [["info"], 0, 20, 20],
    [["info", "--json"], 0, 1, 1],
    [["goroutines"], 0, 2, 20],
    [["goroutines", "--json"], 0, 3779, 7213],
    [["tasks"], 0, 32, 34],
    [["tasks", "--json"], 0, 864, 1465],
    [["mmu"], 0, 20, 20],
    [["mmu", "--json"], 0, 5, 5],
  ];
  for (const [what, path] of [["cut", cut], ["flipped", flipped]]) {
    for (const [args, status, ofCut, ofFlipped] of readable) {
      await tally.test(`kymo ${args.join(" ")}, ${what}`, () => {
        const done = run(kymo, [...args, path]);
        check(done.status === status, `ended with ${done.signal ?? done.status}`);
        check(lines(done.out) === (path === cut ? ofCut : ofFlipped), `${lines(done.out)} lines`);
        if (args.includes("--json")) JSON.parse(done.out);
        saidExactly(done, path, status === 0 ? losses[what] : stops[what][args[0]]);
      });
    }
    for (const type of ["net", "sync", "syscall", "sched"]) {
      await tally.test(`kymo -pprof=${type}, ${what}`, () => {
        const done = run(kymo, [`-pprof=${type}`, path]);
        check(done.status === 0, `ended with ${done.signal ?? done.status}`);
        check(pprofText(done.out).startsWith("sample types: "), "no profile");
        saidExactly(done, path, losses[what]);
      });
    }
    await tally.test(`kymo info --json has the loss in numbers, ${what}`, () => {
      const { size, valid_bytes, losses: told } = JSON.parse(run(kymo, ["info", "--json", path]).out);
      check(told.length === 1 && told[0].generation === 1, JSON.stringify(told));
      const [{ bytes, share, mended, from_ns, to_ns, text, cause }] = told;
      check(`damaged: ${text}` === losses[what] && text.includes(`: ${cause} (`), text);
      check(Math.abs(share - bytes / size) < 1e-9, `${share}, ${bytes} of ${size}`);
      check(valid_bytes === size - bytes, `${valid_bytes} valid, ${bytes} lost of ${size}`);
      const exact = what === "cut" ? [907, 1632, 3_258_880, 209_649_024] : [bytes, 754, 137_801_152, 236_031_360];
      check(JSON.stringify([bytes, mended, from_ns, to_ns]) === JSON.stringify(exact), JSON.stringify(told));
    });
  }
  await tally.test("kymo -d=parsed --salvage begins with what is read without it", () => {
    const strict = run(kymo, ["-d=parsed", flipped]).out;
    const all = run(kymo, ["-d=parsed", "--salvage", flipped]).out;
    check(all.subarray(0, strict.length).equals(strict), "they differ");
  });
  await tally.test("kymo -d=parsed --salvage of a whole trace is kymo -d=parsed", () => {
    for (const name of ["daisy", "workerpool", "contention"]) {
      const path = `examples/${name}.trace`;
      const [strict, salvaged] = [run(kymo, ["-d=parsed", path]), run(kymo, ["-d=parsed", "--salvage", path])];
      check(salvaged.status === 0 && salvaged.said === "" && strict.out.length > 0, `${salvaged.status} ${salvaged.said}`);
      check(strict.out.equals(salvaged.out), `${name} differs`);
    }
  });
  await tally.test("kymo goroutines --group=main.main, damaged", () => {
    const done = run(kymo, ["goroutines", "--group=main.main", flipped]);
    check(done.status === 0 && lines(done.out) === 2, `ended with ${done.signal ?? done.status}, ${lines(done.out)} lines`);
    saidExactly(done, flipped, losses.flipped);
  });
  await tally.test("a file of which nothing can be read is an error", () => {
    const path = join(folder, "nothing.trace");
    writeFileSync(path, Buffer.concat([whole.subarray(0, 16), Buffer.alloc(500, 0xff)]));
    for (const args of [["info"], ["-d=parsed", "--salvage"], ["tasks"]]) {
      const { status, said } = run(kymo, [...args, path]);
      check(status === 1, `ended with ${status}`);
      check(/^kymo: \S+\/nothing\.trace: failed to parse any useful part of the trace: [^\n]+ \([^\n]*byte \d+\)\n$/.test(said), said);
    }
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
