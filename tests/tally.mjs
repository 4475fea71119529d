// What the test scripts share: counting, and running a program to its end.
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

// Counts tests. A test is a function that throws if it fails; a failure is one line "FAIL NAME: why".
export class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;

  async test(name, body) {
    try {
      await body();
      this.passed++;
    } catch (error) {
      if (error instanceof Skip) {
        this.skipped++;
        return;
      }
      this.failed++;
      console.log(`FAIL ${name}: ${error.message}`);
    }
  }

  // The last line, and the exit status.
  close() {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    console.log(`${this.passed} passed, ${this.failed} failed${skipped}`);
    process.exitCode = this.failed > 0 ? 1 : 0;
  }
}

export class Skip extends Error {}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

const environment = (env) => ({ ...process.env, TZ: "UTC", KYMO_NO_BROWSER: "1", no_proxy: "*", ...env });
const stdio = ["ignore", "pipe", "pipe"];
const timeout = 120_000;

// Runs a program in the repository's root. The outputs are buffers; `said` is standard error as text.
export function run(program, args, options = {}) {
  const { env, ...rest } = options;
  const done = spawnSync(program, args, { cwd: root, env: environment(env), stdio, maxBuffer: 1 << 30, timeout, ...rest });
  if (done.error) throw new Error(`${program}: ${done.error.message}`);
  return { status: done.status, signal: done.signal, out: done.stdout, said: String(done.stderr ?? "") };
}

// The same while this program goes on, to be its server for example. `watch` gets the child process.
export function runBeside(program, args, options = {}) {
  const { env, watch, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env: environment(env), stdio, timeout, ...rest });
    const parts = { stdout: [], stderr: [] };
    for (const [name, list] of Object.entries(parts)) child[name]?.on("data", (data) => list.push(data));
    child.on("error", (error) => reject(new Error(`${program}: ${error.message}`)));
    child.on("close", (status, signal) => resolve({ status, signal, out: Buffer.concat(parts.stdout), said: String(Buffer.concat(parts.stderr)) }));
    watch?.(child);
  });
}
