// kymo mmu: table, plot, percentiles, a stretch of time.
import { check } from "../tally.mjs";
import { lines, lister, ofCorpus, same } from "./lists.mjs";

const trace = "examples/webload.trace";
const flags = "stw|background|assist";

export async function mmu({ kymo, tally }) {
  const { text, json, fails } = lister(kymo, "mmu", trace);

  await tally.test("mmu --percentiles: no share of windows fares worse than the minimum", () => {
    for (const [name, { exact }] of Object.entries(json("--percentiles"))) {
      same(Object.keys(exact.percentiles), ["0.001", "0.01", "0.05"], "shares");
      for (const window of Object.keys(exact.mmu)) {
        const figures = [exact.mmu[window], ...Object.values(exact.percentiles).map((curve) => curve[window])];
        // They are counted in cells.
        check(figures.every((util, i) => util <= 1 && (i === 0 || util >= figures[i - 1] - 1e-4)), `${name}, ${window}: ${figures}`);
      }
    }
    const { exact } = json("--percentiles", "--flags=stw,background,assist")[flags];
    check(exact.percentiles["0.05"]["1000000"] > exact.mmu["1000000"] + 0.2, "they do not differ from the minimum");
  });
  await tally.test("mmu --percentiles leaves the other figures", () => {
    for (const [name, set] of Object.entries(json("--percentiles"))) {
      delete set.exact.percentiles;
      same(set, json()[name], name);
    }
  });
  await tally.test("mmu --percentiles as a table", () => {
    const rows = lines(text("--percentiles"));
    check(/^99\.9%, 99%, 95%: /.test(rows[1]), rows[1]);
    same(rows[2].trim().split(/ +/).slice(0, 5), ["Window", "Minimum", "99.9%", "99%", "95%"], "headings");
    const { exact } = json("--percentiles")[flags];
    const row = rows.find((line) => /^ *10\.0ms /.test(line)).trim().split(/ +/);
    same(row.slice(1, 5), [exact.mmu["10000000"], ...["0.001", "0.01", "0.05"].map((share) => exact.percentiles[share]["10000000"])].map((util) => `${(100 * util).toFixed(1)}%`), "figures");
    check(rows.every((line) => [...line].length <= 80), "it is wider than 80 columns");
  });
  await tally.test("mmu --percentiles of each processor", () => {
    const { exact } = json("--percentiles", "--flags=perProc,assist")["perProc|assist"];
    check(exact.mmu["10000000"] < exact.percentiles["0.05"]["10000000"], JSON.stringify(exact));
  });

  await tally.test("mmu --plot draws the curve", () => {
    const rows = lines(text("--plot"));
    const plot = rows.slice(1, 17);
    check(rows.every((line) => [...line].length <= 80), "it is wider than 80 columns");
    check(rows.every((line) => !/ $/.test(line)), "there are blanks at the end of lines");
    same(plot.map((line) => line.slice(0, 7)).filter((label) => label.trim() !== "|"), [" 100% |", "  75% |", "  50% |", "  25% |"], "labels");
    check(/^ {6}\+-+$/.test(rows[17]), rows[17]);
    same(rows[18].trim().split(/ +/), ["1.00ms", "10.0ms", "100ms"], "the axis");
    // Heights in eighths of a row, against the table of the same lengths.
    const height = (column) => plot.reduce((sum, line) => sum + Math.max(0, ([...line][7 + column]?.codePointAt(0) ?? 0) - 0x2580), 0);
    const { exact } = json("--flags=stw,background,assist")[flags];
    const columns = rows[17].length - 7;
    const [first, last] = [Math.log(1e6), Math.log(lister(kymo, "info", trace).json().duration_ns)];
    for (const window of [1e6, 1e7, 1e8]) {
      const column = ((Math.log(window) - first) / (last - first)) * (columns - 1);
      const [low, high] = [height(Math.floor(column)), height(Math.ceil(column))];
      const wanted = exact.mmu[window] * 128;
      check(wanted >= Math.min(low, high) - 3 && wanted <= Math.max(low, high) + 3, `${window}: ${low} to ${high}, wanted ${wanted}`);
    }
  });
  await tally.test("mmu --plot --percentiles marks them", () => {
    const out = text("--plot", "--percentiles");
    const plot = lines(out).slice(1, 17).map((line) => line.slice(7)).join("");
    for (const mark of [":", "+", "o"]) check(plot.includes(mark), `no ${mark}`);
    check(/left at least in : 99\.9% \+ 99% o 95% of all windows\n/.test(out), "there is no legend");
  });
  await tally.test("mmu --plot of a trace without collections", () => check(/^ 100% \|█+$/m.test(lister(kymo, "mmu", "examples/daisy.trace").text("--plot")), "it is not full"));
  await tally.test("mmu --plot --window lists the worst windows as well", () => same(text("--plot", "--window=1ms").split("\n\n")[1], text("--window=1ms").split("\n\n")[1]));

  await tally.test("mmu --from --to: windows within, and nothing official", () => {
    const whole = json("--window=1ms", "--flags=stw,background,assist")[flags];
    const worst = whole.exact.worst[0];
    const part = json("--window=1ms", "--flags=stw,background,assist", "--from=40%", "--to=60%");
    same(Object.keys(part[flags]), ["exact"], "members");
    const length = lister(kymo, "info", trace).json().duration_ns;
    for (const { start_ns } of part[flags].exact.worst) check(start_ns >= length * 0.4 - 1 && start_ns + 1e6 <= length * 0.6, `${start_ns}`);
    for (const [window, util] of Object.entries(part[flags].exact.mmu)) check(Number(window) > length / 5 || util >= whole.exact.mmu[window], `${window}: ${util}`);
    // Around the worst window of all it is the worst.
    const around = json("--window=1ms", "--flags=stw,background,assist", `--from=${worst.start_ns - 1e6}ns`, `--to=${worst.start_ns + 3e6}ns`);
    same(around[flags].exact.worst[0], worst, "the worst window");
    // What lies without it has others.
    const before = json("--window=1ms", "--flags=stw,background,assist", `--to=${worst.start_ns + 5e5}ns`)[flags].exact;
    check(before.worst.every(({ start_ns }) => start_ns + 1e6 <= worst.start_ns + 5e5), "windows lie beyond");
  });
  await tally.test("mmu --from 0% is the whole", () => {
    for (const set of ["stw,background,assist", "perProc,stw,assist,sweep"]) same(text(`--flags=${set}`, "--from=0%", "--to=100%", "--percentiles", "--window=1ms"), text(`--flags=${set}`, "--percentiles", "--window=1ms"), set);
  });
  await tally.test("mmu of a time that there is none of", () => fails(/nothing of the trace/, "--from=1h"));
  await tally.test("mmu of old traces", () => {
    const old = lister(kymo, "mmu", ofCorpus("gcimpact-1.19"));
    check(/^ 100% \|/m.test(old.text("--plot", "--percentiles", "--from=10%")), "there is no plot");
  });
}
