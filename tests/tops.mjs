// Compares kymo profile --top with what the official tool's own profiles of the same traces add up to: node tests/tops.mjs KYMO CORPUS...
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { differenceOfRows, differenceOfTops, graphOf, rowsOf, samplesOf, topOf } from "./samples.mjs";
import { check, run, Tally } from "./tally.mjs";

const KINDS = ["net", "sync", "syscall", "sched"];
const VALUES = ["ns", "count"];

function textOf(path) {
  if (existsSync(path)) return readFileSync(path, "utf8");
  return existsSync(`${path}.zst`) ? String(execFileSync("zstd", ["-dcq", `${path}.zst`], { maxBuffer: 1 << 30 })) : null;
}

function printed(kymo, args) {
  const { status, signal, out, said } = run(kymo, ["profile", ...args]);
  check(status === 0, `ended with ${signal ?? status}: ${said.trim()}`);
  return String(out);
}

const [kymo, ...corpora] = process.argv.slice(2);
const tally = new Tally();
for (const corpus of corpora) {
  for (const name of readdirSync(join(corpus, "gold"))) {
    const trace = [".trace", ".trace.zst"].map((ext) => join(corpus, "traces", name + ext)).find(existsSync);
    for (const kind of trace ? KINDS : []) {
      const gold = textOf(join(corpus, "gold", name, `profile-${kind}.txt`));
      if (gold === null) continue;
      for (const value of VALUES) {
        const args = [kind, "--count=0", `--sample=${value}`, trace];
        const wanted = graphOf(samplesOf(gold), value);
        await tally.test(`${value} of the ${kind} profile of ${name}, as JSON`, () => {
          const { total, functions } = JSON.parse(printed(kymo, ["--json", ...args]));
          check(total === wanted.total, `a total of ${total} instead of ${wanted.total}`);
          const why = differenceOfTops(functions, topOf(wanted));
          check(why === null, why);
        });
        await tally.test(`${value} of the ${kind} profile of ${name}, as text`, () => {
          const why = differenceOfRows(rowsOf(printed(kymo, ["--top", ...args])), topOf(wanted), wanted.total);
          check(why === null, why);
        });
      }
    }
  }
}
tally.close();
