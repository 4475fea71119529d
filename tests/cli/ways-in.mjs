// The ways a trace can arrive: pipes, packed, from a Go service. The service is played by a server of this program.
import { existsSync, openSync, closeSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { check, root, run, runBeside, Skip } from "../tally.mjs";
import { ask, serving, until } from "./serve.mjs";
import { failedInOneLine, printing, trace } from "./ways.mjs";

const LIMIT = 20_000; // ms
const whole = readFileSync(join(root, "examples/webload.trace"));
const has = (program) => run("sh", ["-c", `command -v ${program}`]).status === 0;

// Runs a script of a shell, in which "$0" is kymo, with a limit.
const shell = (kymo, script, ...args) => run("bash", ["-c", script, kymo, ...args], { timeout: LIMIT });

function same(done, wanted) {
  check(done.status === 0, `ended with ${done.signal ?? done.status}: ${done.said}`);
  check(done.said === "", `said ${done.said}`);
  check(wanted.length > 0 && done.out.equals(wanted), `${done.out.length} bytes that differ from the file's ${wanted.length}`);
}

// ---- pipes ------------------------------------------------------------------------------------------------------------------

async function pipes({ kymo, folder, tally }) {
  const fifo = join(folder, "fifo");
  check(run("mkfifo", [fifo]).status === 0, "mkfifo failed");
  const wire = run(kymo, ["-d=wire", trace]).out;
  const ways = [
    ["a pipe as -", `cat ${trace} | "$0" -d=wire -`],
    ["a pipe as /dev/stdin", `cat ${trace} | "$0" -d=wire /dev/stdin`],
    ["a pipe that starts late and pauses", `(sleep .2; head -c 7 ${trace}; sleep .2; tail -c +8 ${trace}) | "$0" -d=wire -`],
    ["a file as -", `"$0" -d=wire - <${trace}`],
    ["what is left of a file as -", `cat ${trace} >>"$1"; (head -c 5 >/dev/null; exec "$0" -d=wire -) <"$1"`],
    ["a pipe with a name, whose writer comes later", `(sleep .2; cat ${trace} >"$2") & exec "$0" -d=wire "$2"`],
    ["process substitution", `"$0" -d=wire <(cat ${trace})`],
    ["process substitution of something packed", `"$0" -d=wire <(gzip -c ${trace})`],
  ];
  const led = join(folder, "led");
  writeFileSync(led, "12345");
  for (const [what, script] of ways) await tally.test(`${what}`, () => same(shell(kymo, script, led, fifo), wire));

  await tally.test("a socket as standard input", () => same(run(kymo, ["-d=wire", "/dev/stdin"], { input: readFileSync(join(root, trace)), stdio: "pipe" }), wire));
  for (const way of printing) {
    await tally.test(`kymo ${way.join(" ")} of a packed pipe`, () => {
      const [a, b] = [run(kymo, [...way, trace]), shell(kymo, `gzip -c ${trace} | "$0" "$@" -`, ...way)];
      const text = (done) => String(done.out).replaceAll(trace, "standard input");
      check(b.status === 0 && b.said === "", `ended with ${b.status}: ${b.said}`);
      check(b.out.length > 0 && text(a) === text(b), `${text(b).slice(0, 200)}`);
    });
  }
  for (const [what, script, pattern] of [
    ["endless text", 'yes | "$0" info -', /standard input: bad file format: .*text/],
    ["an endless device", '"$0" info - </dev/zero', /standard input: bad file format/],
    ["a page, and then nothing more for long", 'timeout 5 "$0" info <(printf "<html><body></body></html>"; exec sleep 10 2>&-)', /bad file format: .*HTML/],
    ["an empty pipe", ': | "$0" info -', /standard input: bad file format: .*empty/],
    ["a closed standard input", '"$0" info - <&-', /standard input: ./],
    ["an endless name of a packed file", '(printf "\\x1f\\x8b\\x08\\x08\\x00\\x00\\x00\\x00\\x00\\x03"; yes) | "$0" info -', /refused: nothing comes out of its first MiB/],
  ])
    await tally.test(`${what} is refused`, () => failedInOneLine(shell(kymo, script), pattern));

  await tally.test("a terminal is refused", () => {
    if (!has("script")) throw new Skip();
    const { out } = run("script", ["-qec", `${kymo} info -`, "/dev/null"], { timeout: LIMIT });
    check(/^kymo: standard input: is a terminal/.test(String(out)), String(out));
  });
  await tally.test("a folder for temporary files that is not there", () => {
    failedInOneLine(shell(kymo, `TMPDIR=/no/such "$0" info <(cat ${trace})`), /no temporary file can be made in \/no\/such/);
  });
  await tally.test("a folder for temporary files that is full", () => {
    if (!has("unshare")) throw new Skip();
    const script = `mount -t tmpfs -o size=64k none "$1" && TMPDIR="$1" exec "$0" info <(cat examples/webload.trace)`;
    const done = run("unshare", ["-rm", "bash", "-c", script, kymo, folder], { timeout: LIMIT });
    if (/unshare|mount/.test(done.said)) throw new Skip();
    failedInOneLine(done, /no room for a temporary copy in .*: No space left on device/);
  });
}

// ---- packed -----------------------------------------------------------------------------------------------------------------

async function packed({ kymo, folder, tally }) {
  const half = whole.length >> 1;
  const file = (name, ...parts) => {
    writeFileSync(join(folder, name), Buffer.concat(parts));
    return join(folder, name);
  };
  const zstd = (bytes) => run("zstd", ["-qc"], { input: bytes, stdio: "pipe" }).out;
  const gz = gzipSync(whole);
  const zst = zstd(whole);
  const wire = run(kymo, ["-d=wire", "examples/webload.trace"]).out;
  const good = [
    ["gzip", file("a.gz", gz)],
    ["gzip of several members", file("b.gz", gzipSync(""), gzipSync(whole.subarray(0, half)), gzipSync(whole.subarray(half)))],
    ["gzip and zeros behind it", file("c.gz", gz, Buffer.alloc(1000))],
    ["zstd", file("a.zst", zst)],
    ["zstd of several frames", file("b", zstd(whole.subarray(0, 3)), zstd(whole.subarray(3, half)), zstd(whole.subarray(half)))],
  ];
  for (const [what, path] of good) await tally.test(what, () => same(run(kymo, ["-d=wire", path]), wire));

  const flipped = Buffer.from(gz);
  flipped[flipped.length - 6] ^= 1;
  const bad = [
    ["gzip that is cut", file("cut.gz", gz.subarray(0, gz.length >> 1)), /the gzip data ends early \(byte \d+\)/, 0.3],
    ["zstd that is cut", file("cut.zst", zst.subarray(0, zst.length >> 1)), /the zstd data ends early \(byte \d+\)/, 0.3],
    ["gzip with a wrong checksum", file("flipped.gz", flipped), /the gzip data is damaged: incorrect data check \(byte \d+\)/, 1],
    ["gzip and text behind it", file("text-behind.gz", gz, Buffer.from("text")), /the gzip data is followed by something else \(byte \d+\)/, 1],
  ];
  for (const [what, path, pattern, part] of bad) {
    await tally.test(what, () => {
      const done = run(kymo, ["-d=wire", path]);
      const [first, ...rest] = done.said.split("\n");
      check(first.startsWith(`kymo: ${path}: taken up to an error: `) && pattern.test(first), done.said);
      check(part < 1 || rest.join() === "", done.said);
      check(done.out.length >= wire.length * part && wire.subarray(0, done.out.length).equals(done.out), `${done.out.length} bytes`);
    });
  }
  await tally.test("a bomb", () => {
    const path = file("bomb.zst", zstd(Buffer.concat([whole.subarray(0, 16), Buffer.alloc(1 << 28)])));
    failedInOneLine(run(kymo, ["info", path]), /bomb\.zst: the zstd data is refused: it unpacks to more than 1100 times its size/);
  });
  await tally.test("a bomb that is no trace", () => failedInOneLine(run(kymo, ["info", file("zeros.gz", gzipSync(Buffer.alloc(1 << 26)))]), /bad file format/));
}

// ---- a service --------------------------------------------------------------------------------------------------------------

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// What the service does, by path.
const paths = {
  "/debug/pprof/trace": (reply) => reply.end(whole),
  "/small": (reply) => reply.end(readFileSync(join(root, trace))),
  "/encoded": (reply) => reply.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(whole)),
  "/sent-slowly": async (reply) => {
    for (let at = 0; at < whole.length; at += whole.length / 15) {
      reply.write(whole.subarray(at, at + whole.length / 15));
      await pause(100);
    }
    reply.end();
  },
  "/never-ends": (reply) => reply.write(whole.subarray(0, 300_000)),
  "/breaks-off": (reply) => reply.write(whole.subarray(0, 300_000), () => setTimeout(() => reply.destroy(), 100)),
  "/breaks-off-of-length": (reply) => {
    reply.writeHead(200, { "Content-Length": whole.length });
    reply.write(whole.subarray(0, 300_000), () => setTimeout(() => reply.destroy(), 100));
  },
  "/breaks-off-in-the-header": (reply) => reply.write("go 1.2", () => setTimeout(() => reply.destroy(), 100)),
  "/breaks-off-at-once": (reply) => reply.destroy(),
  "/nothing": (reply) => reply.end(),
  "/page": (reply) => reply.end("<!DOCTYPE html><html><body>Welcome</body></html>"),
  "/text": (reply) => reply.end("Nothing to see here.\n"),
  "/endless": (reply) => {
    const more = () => reply.destroyed || reply.write(Buffer.alloc(1 << 16), more);
    more();
  },
  "/busy": (reply) => reply.writeHead(500).end("\n  \nCould not enable tracing: \u001b[31mtracing is already enabled\nmore lines"),
  "/endless-error": (reply) => {
    const more = () => reply.destroyed || reply.write("e".repeat(1 << 16), more);
    reply.writeHead(503);
    more();
  },
  "/silent-error": (reply) => reply.writeHead(502).end(),
  "/unchanged": (reply) => reply.writeHead(304).end(),
  "/loop": (reply) => reply.writeHead(302, { Location: "/loop" }).end(),
  "/moved": (reply, left) => reply.writeHead(301, { Location: left > 1 ? `/moved?${left - 1}` : "/small" }).end("moved"),
  "/to-a-file": (reply) => reply.writeHead(302, { Location: "file:///etc/passwd" }).end(),
  "/to-ftp": (reply) => reply.writeHead(302, { Location: "ftp://127.0.0.1/trace" }).end(),
};

// Calls the body with the service's address, and with a list that its requests are added to.
async function withService(body) {
  const asked = [];
  const server = createServer((request, reply) => {
    const { pathname, search } = new URL(request.url, "http://localhost");
    asked.push(request.url);
    if (paths[pathname]) paths[pathname](reply, Number(search.slice(1)));
    else reply.writeHead(404, { "Content-Type": "text/plain" }).end("404 page not found\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await body(`http://127.0.0.1:${server.address().port}`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

// [path, what is said of it]; of none of these a trace comes.
const useless = [
  ["/no-such", /answers with status 404: 404 page not found$/],
  ["/busy", /answers with status 500: Could not enable tracing: \?\[31mtracing is already enabled$/],
  ["/endless-error", /answers with status 503: e{200}$/],
  ["/silent-error", /answers with status 502$/],
  ["/unchanged", /answers with status 304$/],
  ["/nothing", /bad file format: not a Go execution trace\? It is empty$/],
  ["/page", /bad file format: not a Go execution trace\? It looks like HTML$/],
  ["/text", /bad file format: not a Go execution trace\? It looks like text$/],
  ["/endless", /bad file format: not a Go execution trace\?$/],
  ["/loop", /redirects more than 5 times$/],
  ["/moved?6", /redirects more than 5 times$/],
  ["/to-a-file", /there is no answer: .*file/],
  ["/to-ftp", /there is no answer: .*ftp/],
  ["/breaks-off-in-the-header", /broke off after 6 B: ./],
  ["/breaks-off-at-once", /there is no answer: ./],
];

async function fetching({ kymo, folder, tally }, service, asked) {
  const file = join(folder, "fetched.trace");
  const fetch = (args, options) => runBeside(kymo, ["fetch", ...args], { timeout: LIMIT, ...options });
  const fetched = (done) => {
    check(done.status === 0 && done.said === "", `ended with ${done.signal ?? done.status}: ${done.said}`);
    check(readFileSync(file).equals(whole), `${statSync(file).size} bytes`);
  };

  for (const [args, url] of [
    [[service], "/debug/pprof/trace"],
    [[`${service}/`], "/debug/pprof/trace"],
    [["--seconds=2", service], "/debug/pprof/trace?seconds=2"],
    [["--seconds=0.5", `${service}/debug/pprof/trace?a=b&seconds=7&c`], "/debug/pprof/trace?a=b&seconds=0.5&c"],
    [[`${service}?seconds=7`], "/debug/pprof/trace?seconds=7"],
    [[`${service}/sent-slowly`], "/sent-slowly"],
    [[`${service}/encoded`], "/encoded"],
  ]) {
    await tally.test(`kymo fetch ${args.join(" ")}`.replace(service, "http://host"), async () => {
      writeFileSync(file, Buffer.alloc(2 * whole.length)); // what was there before is gone
      asked.length = 0;
      fetched(await fetch(["-o", file, ...args]));
      check(asked.join() === url, asked.join());
    });
  }
  await tally.test("kymo fetch -o -", async () => {
    const done = await fetch([service, "-o", "-"]);
    check(done.status === 0 && done.said === "" && done.out.equals(whole), `ended with ${done.status}: ${done.said}`);
  });
  await tally.test("kymo fetch, redirected five times", async () => {
    const done = await fetch([`${service}/moved?5`, "-o", "-"]);
    check(done.status === 0 && done.out.equals(readFileSync(join(root, trace))), `ended with ${done.status}: ${done.said}`);
  });

  for (const [path, pattern] of useless) {
    await tally.test(`kymo fetch of ${path}`, async () => {
      const [old, none] = [join(folder, "old"), join(folder, "none")];
      writeFileSync(old, "what was here before");
      for (const target of [old, none]) {
        const done = await fetch([service + path, "-o", target]);
        failedInOneLine(done, /./);
        check(pattern.test(done.said.trimEnd()), done.said);
        check(done.said.startsWith(`kymo: ${service}${path}: `), done.said);
      }
      check(readFileSync(old, "utf8") === "what was here before", "the file was overwritten");
      check(!existsSync(none), "a file was left behind");
    });
  }
  for (const path of ["/breaks-off", "/breaks-off-of-length"]) {
    await tally.test(`kymo fetch of ${path} keeps what came`, async () => {
      const done = await fetch([service + path, "-o", file]);
      failedInOneLine(done, /the answer broke off after 293\.0 KiB: .*; what came before that is in .*fetched\.trace/);
      check(readFileSync(file).equals(whole.subarray(0, 300_000)), `${statSync(file).size} bytes`);
    });
  }
  for (const signal of ["SIGINT", "SIGTERM"]) {
    await tally.test(`kymo fetch, ended by ${signal}, keeps what came`, async () => {
      writeFileSync(file, "");
      let child;
      const end = fetch([`${service}/never-ends`, "-o", file], { watch: (its) => (child = its) });
      await until("the first bytes", () => statSync(file).size === 300_000);
      child.kill(signal);
      failedInOneLine(await end, /: interrupted; what came before that is in .*fetched\.trace/);
      check(readFileSync(file).equals(whole.subarray(0, 300_000)), `${statSync(file).size} bytes`);
    });
  }
  await tally.test("kymo fetch where nobody listens", async () => {
    failedInOneLine(await fetch(["http://127.0.0.1:1", "-o", file]), /cannot be reached: ./);
    failedInOneLine(await fetch(["http://no.such.host.invalid", "-o", file]), /cannot be reached: ./);
    failedInOneLine(await fetch(["http://a:b:c", "-o", file]), /is no valid address: ./);
  });
  await tally.test("kymo fetch to a folder that is not there, and to a full device", async () => {
    asked.length = 0;
    failedInOneLine(await fetch([service, "-o", "/no/such/file"]), /\/no\/such\/file: No such file/);
    check(asked.length === 0, "the service was asked all the same");
    failedInOneLine(await fetch([service, "-o", "/dev/full"]), /\/dev\/full: No space left/);
  });
  await tally.test("kymo fetch does not show a password", async () => {
    const done = await fetch([`${service.replace("//", "//me:secret@")}/text`, "-o", file]);
    check(done.status === 1 && !done.said.includes("secret"), done.said);
  });
  await tally.test("progress is for terminals", async () => {
    if (!has("script")) throw new Skip();
    const { out } = await runBeside("script", ["-qec", `${kymo} fetch --seconds=3 -o ${file} ${service}/sent-slowly`, "/dev/null"], { timeout: LIMIT });
    check(/^\r[01] of 3 s, \d+\.\d KiB received *\r/.test(String(out)), JSON.stringify(String(out)));
    check(readFileSync(file).equals(whole), `${statSync(file).size} bytes`);
  });
}

async function opening({ kymo, folder, tally }, service) {
  const open = (args) => runBeside(kymo, args, { timeout: LIMIT });
  for (const way of printing) {
    await tally.test(`kymo ${way.join(" ")} http://…`, async () => {
      const [a, b] = [run(kymo, [...way, trace]), await open([...way, `${service}/small`])];
      check(b.status === 0 && b.said === "", `ended with ${b.status}: ${b.said}`);
      check(String(a.out).replaceAll(trace, `${service}/small`) === String(b.out), String(b.out).slice(0, 200));
    });
  }
  for (const path of ["", "/", "/encoded"]) {
    await tally.test(`kymo http://host${path}`, async () => {
      same(await open(["-d=wire", service + path]), run(kymo, ["-d=wire", "examples/webload.trace"]).out);
    });
  }
  for (const [path, pattern] of useless) {
    await tally.test(`kymo info http://host${path}`, async () => {
      const done = await open(["info", service + path]);
      failedInOneLine(done, /./);
      check(pattern.test(done.said.trimEnd()), done.said);
    });
  }
  await tally.test("kymo -d=wire of an answer that breaks off", async () => {
    const done = await open(["-d=wire", `${service}/breaks-off`]);
    check(/^kymo: http:[^\n]*: taken up to an error: the answer broke off after 293\.0 KiB: /.test(done.said), done.said);
    check(done.out.length > 100_000, `${done.out.length} bytes`);
  });

  const name = async (port) => JSON.parse((await ask(port, { path: "/api/overview" })).body).name;
  const viewing = (args, body, stdin) => serving(kymo, ["-http=127.0.0.1:0", ...args], { KYMO_NO_BROWSER: "1", no_proxy: "*" }, body, stdin);
  await tally.test("the viewer of a service's trace is called by its address", () =>
    viewing([service.replace("//", "//me:secret@")], async ({ port }) => check((await name(port)) === `${service}/debug/pprof/trace`, await name(port))));
  await tally.test("the viewer of a packed standard input is called so", async () => {
    writeFileSync(join(folder, "stdin.gz"), gzipSync(whole));
    const stdin = openSync(join(folder, "stdin.gz"));
    await viewing(["-"], async ({ port }) => check((await name(port)) === "standard input", await name(port)), stdin);
    closeSync(stdin);
  });
}

export async function waysIn(context) {
  await pipes(context);
  await packed(context);
  const { status, said } = run(context.kymo, ["fetch", "-o", "/dev/null", "http://127.0.0.1:1"]);
  if (/without libcurl/.test(said)) {
    await context.tally.test("a kymo without libcurl says so", () => failedInOneLine({ status, said, out: null }, /built without libcurl/));
    return;
  }
  await withService(async (service, asked) => {
    await fetching(context, service, asked);
    await opening(context, service);
  });
}
