// Traces that are none, and a standard output that takes nothing.
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getuid } from "node:process";
import { gzipSync } from "node:zlib";
import { check, run, Skip } from "../tally.mjs";
import { failedInOneLine, printing, trace } from "./ways.mjs";

function write(folder, name, bytes, mode) {
  const path = join(folder, name);
  writeFileSync(path, bytes, { mode });
  return path;
}

export async function files({ kymo, folder, tally }) {
  const unreadable = write(folder, "unreadable", "", 0o000);
  const bad = [
    ["a file that is no trace", write(folder, "text", "This is no trace.\n"), /text: ./],
    ["a short file that is no trace", write(folder, "short", "go"), /short: ./],
    ["bytes", write(folder, "bytes", Buffer.alloc(5000, 0xff)), /bytes: ./],
    ["an empty file", write(folder, "empty", ""), /empty: ./],
    ["a folder", folder, /directory/],
    ["a missing file", join(folder, "missing"), /missing: No such file/],
    ["a file in a missing folder", join(folder, "no", "such"), /such: No such file/],
    ["a device without an end", "/dev/zero", /zero: bad file format/],
    ["a device without contents", "/dev/null", /null: bad file format.* empty/],
    ["text, packed", write(folder, "text.gz", gzipSync("This is no trace.\n")), /text\.gz: bad file format.* text/],
    ["a packed file that is cut within its header", write(folder, "header.gz", gzipSync("go 1.22 trace\0\0\0").subarray(0, 12)), /header\.gz: .*ends early/],
    ["an unreadable file", unreadable, /Permission denied/],
  ];
  const ways = [...printing, ["-http=127.0.0.1:0"]];
  for (const [what, path, pattern] of bad) {
    for (const way of ways) {
      await tally.test(`kymo ${way.join(" ")}, of ${what}`, () => {
        if (path === unreadable && getuid() === 0) throw new Skip();
        const done = run(kymo, [...way, path], { timeout: 20_000 });
        if (way[0].startsWith("-http")) done.said = done.said.replace(/^.* Preparing trace for viewer\.\.\.\n/, "");
        failedInOneLine(done, pattern);
      });
    }
  }

  // A header alone is an empty trace. One of a release to come is read as the newest that is known.
  const future = write(folder, "future", "go 1.99 trace\0\0\0");
  const warning = `kymo: ${future}: the trace is of Go 1.99, which is newer than kymo knows; it is read as one of Go 1.26\n`;
  const empty = {
    "-d=parsed": "M=-1 P=-1 G=-1 Sync Time=1 N=1\n",
    "-d=parsed --salvage": "M=-1 P=-1 G=-1 Sync Time=1 N=1\n",
    "-d=wire": "",
    "goroutines --json": '{"goroutines":[]}\n',
    tasks: "The trace has no tasks.\n",
    "tasks --json": '{"tasks":[],"types":[]}\n',
    regions: "The trace has no regions.\n",
    "regions --json": '{"types":[],"regions":[]}\n',
  };
  for (const way of [...printing, ["-d=parsed", "--salvage"]]) {
    await tally.test(`kymo ${way.join(" ")}, of a header of a release to come`, () => {
      const { status, out, said } = run(kymo, [...way, future]);
      const expected = empty[way.join(" ")];
      if (way.includes("--group=main.main")) {
        check(status === 1 && said === `${warning}kymo: no goroutine of the trace began in main.main\n`, `${status} ${said}`);
        return;
      }
      check(status === 0, `ended with ${status}: ${said}`);
      check(said === (/^-d=(wire|footprint)$/.test(way.join(" ")) ? "" : warning), JSON.stringify(said));
      check(expected === undefined ? out.length > 0 : String(out) === expected, String(out));
    });
  }
  await tally.test("kymo info --json counts nothing in a header of a release to come", () => {
    const { size, valid_bytes, format_minor, generations, goroutines, duration_ns, losses } = JSON.parse(run(kymo, ["info", "--json", future]).out);
    check(size === 16 && valid_bytes === 16 && format_minor === 99, `${size}, ${valid_bytes}, ${format_minor}`);
    check(generations === 0 && goroutines === 0 && duration_ns === 0 && losses.length === 0, "there is something in it");
  });

  const talking = [...printing.map((way) => [...way, trace]), ["-d=parsed", "examples/workerpool.trace"], ["tasks", "--type=task", "examples/workerpool.trace"], ["--help"], ["info", "--help"], ["--version"]];
  for (const args of talking) {
    await tally.test(`kymo ${args.join(" ")} >/dev/full`, () => {
      const full = openSync("/dev/full", "w");
      const done = run(kymo, args, { stdio: ["ignore", full, "pipe"] });
      closeSync(full);
      failedInOneLine(done, /standard output: No space left/);
    });
    await tally.test(`kymo ${args.join(" ")} >&-`, () => {
      failedInOneLine(run("sh", ["-c", 'exec "$0" "$@" >&-', kymo, ...args]), /standard output: ./);
    });
  }

  await tally.test("a reader that goes away ends the printing", () => {
    const { status } = run("sh", ["-c", '"$0" -d=parsed examples/contention.trace | head -n 1', kymo], { timeout: 20_000 });
    check(status === 0, `ended with ${status}`);
  });

  await tally.test("kymo goroutines --group of a function that none began in", () => {
    failedInOneLine(run(kymo, ["goroutines", "--group=no.such", trace]), /no\.such/);
  });

  for (const json of [[], ["--json"]]) {
    await tally.test(`kymo tasks --type ${json} of a type that there is none of`, () => {
      failedInOneLine(run(kymo, ["tasks", "--type=no such", ...json, "examples/workerpool.trace"]), /no such/);
      failedInOneLine(run(kymo, ["tasks", "--type=", ...json, trace]), /type/);
    });
  }

  await tally.test("kymo tasks of a trace without tasks", () => {
    const { status, out, said } = run(kymo, ["tasks", trace]);
    check(status === 0 && said === "", `ended with ${status}: ${said}`);
    check(String(out) === "The trace has no tasks.\n", String(out));
  });

  await tally.test("kymo tasks --type --json has the tasks of that type only", () => {
    const tasks = (...args) => JSON.parse(run(kymo, ["tasks", "--json", ...args]).out).tasks;
    const all = tasks("examples/webload.trace");
    const chosen = tasks("--type=processRequest", "examples/webload.trace");
    check(chosen.length > 0 && JSON.stringify(chosen) === JSON.stringify(all.filter(({ name }) => name === "processRequest")), "they differ");
  });

  await tally.test("a file whose name begins with a dash", () => {
    const done = run(kymo, ["-d=wire", "--", "-no-such-file"]);
    failedInOneLine(done, /-no-such-file: No such file/);
  });
}
