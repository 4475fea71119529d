// The viewer's server as a process: what it says, how it ends, whom it answers.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { check, root, run } from "../tally.mjs";
import { failedInOneLine, trace } from "./ways.mjs";

const time = String.raw`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d`;
const LIMIT = 20_000; // ms

export async function until(what, ask) {
  const end = Date.now() + LIMIT;
  for (;;) {
    const value = ask();
    if (value) return value;
    check(Date.now() < end, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// Starts kymo, and waits until it listens; `body` gets the server, and it is ended afterwards.
export async function serving(kymo, args, env, body, stdin = "ignore") {
  const child = spawn(kymo, args, { cwd: root, env: { ...process.env, TZ: "UTC", ...env }, stdio: [stdin, "pipe", "pipe"] });
  const server = { child, said: "", out: "", ended: null };
  child.stderr.on("data", (data) => (server.said += data));
  child.stdout.on("data", (data) => (server.out += data));
  child.on("close", (status, signal) => (server.ended = { status, signal }));
  try {
    const listening = () => /listening on http:\/\/([^\s:]+|\[[^\]]*\]):(\d+)\n/.exec(server.said);
    const [, host, port] = await until(`its address; it said ${JSON.stringify(server.said)}`, () => server.ended || listening()) instanceof Array ? listening() : [];
    check(port, `ended with ${JSON.stringify(server.ended)}: ${server.said}`);
    await body({ ...server, host, port: Number(port), server });
  } finally {
    child.kill("SIGKILL");
  }
}

async function end(server, signal) {
  server.child.kill(signal);
  await until(`the end after ${signal}`, () => server.ended);
  check(server.ended.status === 0, `ended with ${JSON.stringify(server.ended)}`);
}

// A request whose headers are as given, Host too.
export function ask(port, { method = "GET", path = "/", headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, setHost: !("Host" in headers), agent: false }, (reply) => {
      const parts = [];
      reply.on("data", (data) => parts.push(data));
      reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts) }));
    });
    sent.setTimeout(LIMIT, () => sent.destroy(new Error("no answer in time")));
    sent.on("error", reject);
    sent.end(body);
  });
}

// The overview when the whole trace has been read.
async function wholeOverview(port) {
  for (const end = Date.now() + LIMIT; ; ) {
    const overview = JSON.parse((await ask(port, { path: "/api/overview" })).body);
    if (overview.reading === null) return overview;
    check(Date.now() < end, "waited in vain for the end of reading");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function talk(context) {
  const { kymo, tally, folder } = context;
  const quiet = { KYMO_NO_BROWSER: "1", BROWSER: "false" };
  const said = new RegExp(`^${time} Preparing trace for viewer\\.\\.\\.\\n${time} Opening browser\\. Trace viewer is listening on http://127\\.0\\.0\\.1:\\d+\\n$`);
  for (const signal of ["SIGTERM", "SIGINT"]) {
    await tally.test(`the viewer says where it listens, and ${signal} ends it`, () =>
      serving(kymo, ["-http=127.0.0.1:0", trace], quiet, async ({ server }) => {
        check(said.test(server.said), JSON.stringify(server.said));
        await end(server, signal);
        check(server.out === "", `on standard output: ${server.out}`);
        check(said.test(server.said), `said when it ended: ${JSON.stringify(server.said)}`);
      }));
  }

  // From the first moment on, while the trace is perhaps still being read.
  const large = join(root, "examples/webload.trace");
  const slow = ["/api/groups", "/api/profiles", "/api/profile?kind=sched&scope=region", "/api/overview"];
  await tally.test("many requests at once are all answered", () =>
    serving(kymo, ["-http=127.0.0.1:0", large], quiet, async ({ port }) => {
      const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(port, { path: slow[i % slow.length] })));
      for (const [i, { status, body }] of replies.entries()) {
        check(status === 200, `${slow[i % slow.length]}: ${status} ${body}`);
        if (i % slow.length < 3) check(body.equals(replies[i % slow.length].body), `${slow[i % slow.length]} has several answers`);
      }
    }));
  for (const delay of [0, 5, 20, 60])
    await tally.test(`the viewer ends ${delay} ms after it was asked much`, () =>
      serving(kymo, ["-http=127.0.0.1:0", large], quiet, async ({ server, port }) => {
        const asked = Array.from({ length: 12 }, (_, i) => ask(port, { path: slow[i % slow.length] }).catch(() => null));
        await new Promise((resolve) => setTimeout(resolve, delay));
        await end(server, "SIGINT");
        await Promise.all(asked);
        check(said.test(server.said), server.said);
      }));

  await tally.test("the default address is localhost, at a free port", () =>
    serving(kymo, [trace], quiet, async ({ host, port }) => {
      check(host === "localhost" && port > 0, `${host}:${port}`);
      check((await ask(port, {})).status === 200, "no page");
    }));

  await tally.test("an empty host is localhost", () =>
    serving(kymo, ["-http=:0", trace], quiet, ({ host }) => check(host === "localhost", host)));

  await tally.test("a binary before the trace is not looked at", () =>
    serving(kymo, ["-http=127.0.0.1:0", "/no/such/binary", trace], quiet, async ({ port }) => {
      const { name } = JSON.parse((await ask(port, { path: "/api/overview" })).body);
      check(name === "daisy.trace", name);
    }));

  // The browser is a script that notes its arguments.
  const noted = join(folder, "noted");
  const browser = join(folder, "browser");
  writeFileSync(browser, `#!/bin/sh\necho "$#" "$@" >'${noted}.part' && mv '${noted}.part' '${noted}'\n`);
  chmodSync(browser, 0o755);
  await tally.test("$KYMO_NO_BROWSER keeps the browser away", () =>
    serving(kymo, ["-http=127.0.0.1:0", trace], { ...quiet, BROWSER: browser }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      check(!existsSync(noted), "it was started");
    }));
  await tally.test("$BROWSER gets the address", () =>
    serving(kymo, ["-http=127.0.0.1:0", trace], { KYMO_NO_BROWSER: undefined, BROWSER: browser }, async ({ port }) => {
      await until("the browser", () => existsSync(noted));
      const args = readFileSync(noted, "utf8").trim();
      check(args === `1 http://127.0.0.1:${port}`, args);
    }));
  await tally.test("a browser that is not there is no reason to stop", () =>
    serving(kymo, ["-http=127.0.0.1:0", trace], { KYMO_NO_BROWSER: undefined, BROWSER: join(folder, "no-browser") }, async ({ port }) =>
      check((await ask(port, {})).status === 200, "no page")));

  await tally.test("--source-root lets files beneath it be seen, and no others", () =>
    serving(kymo, ["-http=127.0.0.1:0", "--source-root=src/base", trace], { KYMO_NO_BROWSER: "1" }, async ({ port }) => {
      const source = async (file) => JSON.parse((await ask(port, { path: `/api/source?file=${encodeURIComponent(file)}` })).body);
      check((await source("/elsewhere/base/beneath.c")).text === readFileSync(join(root, "src/base/beneath.c"), "utf8"), "not the file's text");
      for (const file of ["../web/api_source.c", "/etc/passwd", "", "."]) check((await source(file)).missing, `${file} is shown`);
    }));
  await tally.test("a --source-root that is not there", () => failedInOneLine(run(kymo, ["--source-root=/nowhere", trace], { timeout: LIMIT }), /\/nowhere/));
  await tally.test("a taken port", async () => {
    const taken = createServer();
    await new Promise((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const done = run(kymo, [`-http=127.0.0.1:${taken.address().port}`, trace], { timeout: LIMIT });
    taken.close();
    failedInOneLine(done, /in use/);
  });
  await tally.test("an address of another machine", () => failedInOneLine(run(kymo, ["-http=192.0.2.1:0", trace], { timeout: LIMIT }), /192\.0\.2\.1/));

  const cut = join(folder, "cut-in-half.trace");
  writeFileSync(cut, readFileSync(join(root, "examples/webload.trace")).subarray(0, 500_000));
  await tally.test("the viewer of a truncated trace says what is lost", () =>
    serving(kymo, ["-http=127.0.0.1:0", cut], quiet, async ({ server, port }) => {
      const loss =
        "generation 1, 3.25888ms to 209.649024ms: 947 B lost, 0.19% of the file: 1799 events mended or left out: " +
        "failed to read full batch: read 41633 but wanted 65455 (generation 1, batch 9, byte 458367)";
      const { events, losses, lost_bytes } = await wholeOverview(port);
      await until("what is said of the damage", () => / Lost .*\n$/.test(server.said));
      const lines = server.said.split("\n");
      check(new RegExp(`^${time} Preparing trace for viewer\\.\\.\\.$`).test(lines[0]), lines[0]);
      check(new RegExp(`^${time} Opening browser\\. `).test(lines[1]), lines[1]);
      check(lines[2] === `kymo: cut-in-half.trace: damaged: ${loss}`, lines[2]);
      check(new RegExp(`^${time} Lost 0\\.19% of the trace data due to errors \\(947 B of 488\\.3 KiB\\)$`).test(lines[3]), lines[3]);
      check(lines.length === 5, server.said);
      check(events === 101_099, `${events} events`);
      check(losses.length === 1 && losses[0].text === loss && lost_bytes === 947, JSON.stringify(losses));
    }));

  const future = join(folder, "future.trace");
  writeFileSync(future, "go 1.99 trace\0\0\0");
  await tally.test("the viewer of an empty trace of a release to come warns and serves it", () =>
    serving(kymo, ["-http=127.0.0.1:0", future], quiet, async ({ server, port }) => {
      const lines = server.said.split("\n").filter((line) => !new RegExp(`^${time} (Preparing|Opening)`).test(line));
      check(lines.length === 2 && /^kymo: \S*future\.trace: the trace is of Go 1\.99, which is newer than kymo knows; it is read as one of Go 1\.26$/.test(lines[0]), server.said);
      const { goroutines, losses } = await wholeOverview(port);
      check(losses.length === 0 && !goroutines, JSON.stringify(goroutines));
      check((await ask(port, {})).status === 200, "no page");
    }));
}

// [what, request, status]; PORT in a header stands for the port.
const own = { Host: "127.0.0.1:PORT", "X-Kymo": "1" };
const tiles = { method: "POST", path: "/api/tiles", body: '{"level":0,"tiles":[["p0",0]]}' };
const requests = [
  ["its own address", { headers: { Host: "127.0.0.1:PORT" } }, 200],
  ["localhost", { headers: { Host: "localhost:PORT" } }, 200],
  ["LOCALHOST", { headers: { Host: "LOCALHOST:PORT" } }, 200],
  ["[::1]", { headers: { Host: "[::1]:PORT" } }, 200],
  ["another name (DNS rebinding)", { headers: { Host: "attacker.example:PORT" } }, 403],
  ["another name without a port", { headers: { Host: "attacker.example" } }, 403],
  ["a name that begins like ours", { headers: { Host: "localhost.attacker.example:PORT" } }, 403],
  ["a name that begins like our address", { headers: { Host: "127.0.0.1.attacker.example:PORT" } }, 403],
  ["another port", { headers: { Host: "127.0.0.1:1" } }, 403],
  ["another address", { headers: { Host: "192.0.2.1:PORT" } }, 403],
  ["another name, for the API", { path: "/api/overview", headers: { Host: "attacker.example:PORT" } }, 403],
  ["another name, for a profile", { path: "/block?raw=1", headers: { Host: "attacker.example:PORT" } }, 403],
  ["a POST from the page", { ...tiles, headers: own }, 200],
  ["a POST with our Origin", { ...tiles, headers: { ...own, Origin: "http://127.0.0.1:PORT" } }, 200],
  ["a POST without X-Kymo", { ...tiles, headers: { Host: "127.0.0.1:PORT" } }, 403],
  ["a POST from a foreign Origin", { ...tiles, headers: { ...own, Origin: "http://attacker.example" } }, 403],
  ["a POST from no Origin", { ...tiles, headers: { ...own, Origin: "null" } }, 403],
  ["a POST that the browser says is cross-site", { ...tiles, headers: { ...own, "Sec-Fetch-Site": "cross-site" } }, 403],
  ["PUT", { method: "PUT", headers: own }, 405],
  ["OPTIONS, as before a foreign POST", { method: "OPTIONS", path: "/api/tiles", headers: { ...own, Origin: "http://attacker.example" } }, 405],
  ["HEAD", { method: "HEAD", headers: own }, 200],
  ["a path of files", { path: "/../../../../etc/passwd", headers: own }, 200],
  ["an unknown path of the API", { path: "/api/nonsense", headers: own }, 404],
];

async function whoIsAnswered({ kymo, tally }) {
  await serving(kymo, ["-http=127.0.0.1:0", trace], { KYMO_NO_BROWSER: "1" }, async ({ port }) => {
    for (const [what, { headers, ...rest }, status] of requests) {
      await tally.test(`HTTP: ${what}`, async () => {
        const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace("PORT", port)]));
        const reply = await ask(port, { ...rest, headers: filled });
        check(reply.status === status, `status ${reply.status}, wanted ${status}`);
        check(!Object.keys(reply.headers).some((name) => name.startsWith("access-control")), "sends CORS headers");
        check(/default-src 'none'/.test(reply.headers["content-security-policy"]), "no Content-Security-Policy");
        if (status >= 400) check(typeof JSON.parse(reply.body).error === "string", "no sentence");
        check(!reply.body.includes("root:"), "a file of the machine");
      });
    }
    await tally.test("HTTP: an official profile URL is a pprof file", async () => {
      const reply = await ask(port, { path: "/block?raw=1" });
      check(reply.status === 200 && reply.body[0] === 0x1f && reply.body[1] === 0x8b, `status ${reply.status}`);
    });
  }).catch((error) => tally.test("HTTP", () => Promise.reject(error)));
}

export async function serve(context) {
  await talk(context);
  await whoIsAnswered(context);
}
