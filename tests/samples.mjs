// What a profile's functions and calls add up to, computed from its stacks by the rules of `go tool pprof`, without kymo's help.

// The samples of lines "count, nanoseconds, labels, frames" with tabs between: of pprof-text.mjs, or of the official tool.
// Frames are from the leaf outward: { name, file, line }.
export function samplesOf(text) {
  const samples = [];
  for (const line of text.split("\n")) {
    const parts = line.split("\t");
    if (!/^-?\d+$/.test(parts[0]) || parts.length < 2) continue;
    const told = parts.length > 2 ? parts.at(-1) : "";
    const frames = told === "" ? [] : told.split(";").map((frame) => {
      const found = /^(.*?) ?(\S*):(\d+) 0x[0-9a-f]+$/.exec(frame);
      if (!found) throw new Error(`no frame: ${frame}`);
      return { name: found[1], file: found[2], line: Number(found[3]) };
    });
    samples.push({ count: Number(parts[0]), ns: Number(parts[1]), frames });
  }
  return samples;
}

const add = (map, key, value) => map.set(key, (map.get(key) ?? 0) + value);

// { total, functions: Map of name to { flat, cum }, edges: Map of "caller -> callee" to weight }
export function graphOf(samples, value, keyOf = ({ name }) => name) {
  const [flat, cum, edges] = [new Map(), new Map(), new Map()];
  let total = 0;
  for (const { frames, [value]: weight } of samples) {
    total += Math.abs(weight);
    const keys = frames.map(keyOf);
    if (keys.length > 0) add(flat, keys[0], weight);
    for (const key of new Set(keys)) add(cum, key, weight);
    const calls = keys.slice(1).map((caller, i) => [caller, keys[i]]).filter(([caller, callee]) => caller !== callee);
    for (const call of new Set(calls.map((pair) => pair.join(" -> ")))) add(edges, call, weight);
  }
  const weighty = [...cum].filter(([key, sum]) => sum !== 0 || (flat.get(key) ?? 0) !== 0);
  return { total, functions: new Map(weighty.map(([key, sum]) => [key, { flat: flat.get(key) ?? 0, cum: sum }])), edges };
}

const byName = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

// The functions in the order of -top.
export function topOf({ functions }) {
  return [...functions].sort(([a, x], [b, y]) => Math.abs(y.flat) - Math.abs(x.flat) || byName(a, b)).map(([name, { flat, cum }]) => ({ name, flat, cum }));
}

const UNITS = { "": 1, ns: 1, us: 1e3, ms: 1e6, s: 1e9, hrs: 3.6e12 };

// The rows that -top prints: amounts as numbers, and half of their last digit.
export function rowsOf(text) {
  const amount = (shown) => {
    const [, number, unit] = /^(-?[\d.]+)([a-z]*)$/.exec(shown);
    return { value: Number(number) * UNITS[unit], error: 0.0050001 * UNITS[unit] };
  };
  const lines = text.split("\n");
  const head = lines.findIndex((line) => /^ +flat +flat% +sum% +cum +cum%$/.test(line));
  if (head < 0) throw new Error("there is no head");
  return lines.slice(head + 1).filter((line) => line !== "").map((line) => {
    const [, flat, flatShare, sumShare, cum, cumShare, name] = /^ *(\S+) +(\S+)% +(\S+)% +(\S+) +(\S+)%  (.*)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`no row: ${line}`);
    return { name, flat: amount(flat), cum: amount(cum), flatShare: Number(flatShare), sumShare: Number(sumShare), cumShare: Number(cumShare) };
  });
}

const near = ({ value, error }, wanted) => Math.abs(value - wanted) <= error + Math.abs(wanted) * 1e-9;
const nearShare = (share, wanted, total) => Math.abs(share - (total === 0 ? 0 : Math.abs((100 * wanted) / total))) <= Math.max(0.0051, share < 1 ? share * 0.06 : share >= 99.9 ? 0.051 : 0);

// What differs between the rows and the functions wanted, in order; null: nothing.
export function differenceOfRows(rows, wanted, total) {
  if (rows.length !== wanted.length) return `${rows.length} rows instead of ${wanted.length}`;
  let sum = 0;
  for (const [i, { name, flat, cum }] of wanted.entries()) {
    const row = rows[i];
    sum += flat;
    if (row.name !== (name || "<unknown>")) return `row ${i} is of ${row.name} instead of ${name}`;
    if (!near(row.flat, flat) || !near(row.cum, cum)) return `${name}: flat ${row.flat.value}, cum ${row.cum.value} instead of ${flat}, ${cum}`;
    for (const [what, share, amount] of [["flat", row.flatShare, flat], ["sum", row.sumShare, sum], ["cum", row.cumShare, cum]]) {
      if (!nearShare(share, amount, total)) return `${name}: ${share} % ${what} instead of ${amount} of ${total}`;
    }
  }
  return null;
}

// What differs between the functions of --json and those wanted.
export function differenceOfTops(found, wanted) {
  const at = wanted.findIndex(({ name, flat, cum }, i) => found[i]?.name !== name || found[i].flat !== flat || found[i].cum !== cum);
  if (at >= 0) return `function ${at} is ${JSON.stringify(found[at])} instead of ${JSON.stringify(wanted[at])}`;
  return found.length === wanted.length ? null : `${found.length} functions instead of ${wanted.length}`;
}
