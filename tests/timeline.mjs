// Compares `kymo export --format=chrome` with the official timelines, as sets: node tests/timeline.mjs KYMO CORPUS
// CORPUS has traces/NAME.trace and gold/NAME/timeline-proc.json.zst and timeline-thread.json.zst. Stacks are compared frame by frame, arrows
// as pairs of ends; every other member of every event must be the same, names of lanes included.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { check, root, run, Tally } from "./tally.mjs";

const [kymo, folder] = process.argv.slice(2);
const corpus = join(root, folder);
const tally = new Tally();

const parse = (buffer) => JSON.parse(String(buffer).replaceAll("18446744073709551615", "-1"));

// What a stack number stands for.
function stackNames(frames) {
  const names = new Map();
  const name = (id) => {
    if (!names.has(id)) {
      const { name: own, parent } = frames[id];
      names.set(id, parent === undefined ? own : `${name(parent)} < ${own}`);
    }
    return names.get(id);
  };
  return (id) => (id === undefined ? undefined : name(id));
}

// Every event as a text, without the numbers that are not the same in two files; sorted.
function texts({ traceEvents, stackFrames }) {
  const name = stackNames(stackFrames);
  const ends = new Map();
  const all = [];
  for (const { id, sf, esf, ...event } of traceEvents) {
    const text = JSON.stringify({ ...event, sf: name(sf), esf: name(esf) });
    if (id === undefined) all.push(text);
    else if (event.ph === "s") ends.set(id, text);
    else all.push(`${ends.get(id)} to ${text}`);
  }
  return all.sort();
}

function difference(own, official) {
  let [i, j] = [0, 0];
  while (i < own.length && own[i] === official[j]) i = ++j;
  if (i === own.length && j === official.length) return null;
  const extra = j >= official.length || own[i] < official[j];
  return `${own.length} events, ${official.length} official ones; ${extra ? `not official: ${own[i]}` : `missing: ${official[j]}`}`;
}

for (const name of readdirSync(join(corpus, "gold")).sort()) {
  for (const view of ["proc", "thread"]) {
    const gold = join(corpus, "gold", name, `timeline-${view}.json.zst`);
    if (!existsSync(gold)) continue;
    await tally.test(`${view} timeline of ${name}`, () => {
      const { out, status, said } = run(kymo, ["export", "--format=chrome", `--view=${view}`, join(corpus, "traces", `${name}.trace`)]);
      check(status === 0, said);
      const own = parse(out);
      const official = parse(run("zstd", ["-dcq", gold]).out);
      const why = difference(texts(own), texts(official));
      check(!why, why);
      const [mine, theirs] = [own, official].map(({ stackFrames }) => Object.keys(stackFrames).length);
      check(mine === theirs, `${mine} stack frames, ${theirs} official ones`);
    });
  }
}
tally.close();
