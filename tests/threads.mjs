// That what kymo prints does not depend on the number of threads: node tests/threads.mjs BUILD [FOLDER...]
// For generated traces of every shape, the examples, and the traces in the folders, whole or damaged. `BUILD` may be one with a sanitizer.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Programs } from "../bench/kymo.mjs";
import { check, root, run, Tally } from "./tally.mjs";

const EVENTS = 60_000;
const shapes = ["service", "one-goroutine", "many-goroutines", "many-procs", "deep-stacks", "tasks", "hostile"];
const prints = [["-d=parsed"], ["-d=footprint"], ["-pprof=sync"], ["info", "--json"], ["goroutines", "--json"]];

const [build, ...folders] = process.argv.slice(2);
const programs = new Programs(build ?? "build");
const scratch = mkdtempSync(join(tmpdir(), "kymo-threads-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const tally = new Tally();

// All that it says, in short.
function answer(words, threads, trace) {
  const { status, signal, out, said } = run(programs.kymo, [...words, `--threads=${threads}`, trace]);
  return `${signal ?? status} ${createHash("sha256").update(out).digest("hex")} ${said}`;
}

async function compare(name, trace) {
  await tally.test(`${name}: the same with 1, 2 and 8 threads`, () => {
    for (const words of prints) {
      const alone = answer(words, 1, trace);
      for (const threads of [2, 8])
        check(answer(words, threads, trace) === alone, `kymo ${words.join(" ")} differs with ${threads} threads`);
    }
  });
}

for (const shape of shapes) {
  const trace = join(scratch, `${shape}.trace`);
  programs.generate(trace, "--shape", shape, "--events", EVENTS, "--generations", 8);
  await compare(shape, trace);
}
for (const folder of ["examples", ...folders])
  for (const file of readdirSync(join(root, folder)).sort())
    if (file.endsWith(".trace")) await compare(`${folder}/${file}`, join(root, folder, file));
tally.close();
