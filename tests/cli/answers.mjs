// What the viewer's server answers is what the command line prints.
import { check, run } from "../tally.mjs";
import { ask, serving } from "./serve.mjs";

const trace = "examples/webload.trace";
const WINDOWS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const FLAGS = ["stw", "stw|background|assist", "stw|background|assist|sweep", "perProc|stw|background|assist"];

const same = (found, wanted, what) =>
  check(JSON.stringify(found) === JSON.stringify(wanted), `${what}: ${JSON.stringify(found)?.slice(0, 300)} instead of ${JSON.stringify(wanted)?.slice(0, 300)}`);

export async function answers({ kymo, tally }) {
  const printed = (...args) => JSON.parse(run(kymo, [...args, trace]).out);
  await serving(kymo, ["-http=127.0.0.1:0", trace], { KYMO_NO_BROWSER: "1" }, async ({ port }) => {
    const reply = async (path, parameters) => {
      const { status, body } = await ask(port, { path: `${path}?${new URLSearchParams(parameters)}` });
      check(status === 200, `${path}: ${status} ${body}`);
      return JSON.parse(body);
    };
    for (const flags of FLAGS) {
      await tally.test(`mutator utilisation less ${flags} is that of kymo mmu`, async () => {
        const wanted = printed("mmu", "--json", "--window=1ms", `--flags=${flags}`)[flags];
        const [official, own, { worst }] = await Promise.all([
          reply("/api/mmu", { flags, windows: WINDOWS.join(), rules: "official" }),
          reply("/api/mmu", { flags, windows: WINDOWS.join() }),
          reply("/api/mmu/worst", { flags, window: 1e6 }),
        ]);
        const curve = ({ curve: points }) => Object.fromEntries(points.map(([window, util]) => [window, util]));
        same(curve(official), wanted.mmu, "official");
        same(curve(own), wanted.exact.mmu, "exact");
        same(worst, wanted.exact.worst, "worst windows");
      });
    }
    await tally.test("tasks are those of kymo tasks", async () => {
      const { tasks } = printed("tasks", "--json");
      const named = tasks.filter(({ id }) => id !== 0);
      const found = [];
      for (let offset = 0; offset < named.length; offset += 1000) found.push(...(await reply("/api/tasks", { sort: "id", order: "asc", offset, limit: 1000 })).rows);
      same(found.map(({ id, type, start_ns, end_ns, complete, goroutines, regions, logs }) => [id, type, start_ns, end_ns, complete, goroutines, regions, logs]),
        named.map((task) => [task.id, task.name, task.start_ns, task.end_ns, task.complete, task.goroutines.length, task.regions, task.logs.length]), "tasks");
      const { events } = await reply("/api/task", { id: named[0].id });
      same(events.filter(({ kind }) => kind === "log").map((log) => `${log.time_ns} ${log.category}=${log.text}`), named[0].logs, "logs");
      same(events.filter(({ kind }) => kind === "region begin").length, named[0].regions, "regions");
    });
    await tally.test("the collector's cycles are as many and as long as kymo info counts", async () => {
      const info = printed("info", "--json");
      const gc = await reply("/api/gc", {});
      same([gc.cycles, gc.ns, gc.stops, gc.stopped_ns], [info.gc_cycles, info.gc_ns, info.stw_count, info.stw_ns], "counts");
    });
  }).catch((error) => tally.test("answers", () => Promise.reject(error)));
}
