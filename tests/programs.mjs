// Runs the test programs that Meson knows of in a suite: node tests/programs.mjs BUILD SUITE
// A cmocka program counts as many tests as it reports, another as one.
import { cpus } from "node:os";
import { check, root, run, runBeside, Tally } from "./tally.mjs";

const [build, suite] = process.argv.slice(2);
if (!suite) {
  console.error("usage: node tests/programs.mjs BUILD SUITE");
  process.exit(2);
}

const tests = JSON.parse(run("meson", ["introspect", build, "--tests"]).out).filter((test) => test.suite.some((name) => name === suite || name.endsWith(`:${suite}`)));
const tally = new Tally();

async function runProgram(test) {
  const env = { ...test.env, CMOCKA_MESSAGE_OUTPUT: "TAP" };
  const { status, signal, out, said } = await runBeside(test.cmd[0], test.cmd.slice(1), { env, cwd: test.workdir ?? root, timeout: test.timeout * 1000 });
  const text = `${out}\n${said}`;
  const reports = [...text.matchAll(/^(ok|not ok) \d+ - (.*)$/gm)].map(([, verdict, name]) => ({ name, ok: verdict === "ok" }));
  for (const { name, ok } of reports) await tally.test(`${test.name}: ${name}`, () => check(ok, causeOf(text, name)));
  const end = text.trim().split("\n").slice(-12).join("\n");
  if (reports.length === 0 || (status !== 0 && reports.every(({ ok }) => ok)))
    await tally.test(test.name, () => check(status === 0, `ended with ${signal ?? status}\n${end}`));
}

// As many at once as there are processors.
async function runInTurn() {
  for (let test = tests.shift(); test; test = tests.shift()) await runProgram(test);
}
await Promise.all(cpus().map(runInTurn));
tally.close();

// The lines that cmocka writes below a failed test.
function causeOf(text, name) {
  const after = text.slice(text.indexOf(` - ${name}\n`)).split("\n").slice(1);
  const end = after.findIndex((line) => !line.startsWith("#"));
  return after.slice(0, end).map((line) => line.replace(/^#\s*/, "")).join(" ") || "failed";
}
