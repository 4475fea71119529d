// The command line's behaviour. Called by tests/cli/run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { root, Tally } from "../tally.mjs";
import { answers } from "./answers.mjs";
import { completion } from "./completion.mjs";
import { damage } from "./damage.mjs";
import { events } from "./events.mjs";
import { exports } from "./exports.mjs";
import { files } from "./files.mjs";
import { goroutines } from "./goroutines.mjs";
import { mmu } from "./mmu.mjs";
import { profile } from "./profile.mjs";
import { query } from "./query.mjs";
import { regions } from "./regions.mjs";
import { serve } from "./serve.mjs";
import { tasks } from "./tasks.mjs";
import { usage } from "./usage.mjs";
import { waysIn } from "./ways-in.mjs";

const context = {
  kymo: resolve(process.argv[2] ?? join(root, "build/kymo")),
  folder: mkdtempSync(join(tmpdir(), "kymo-cli-")), // for the tests' files
  tally: new Tally(),
};
process.on("exit", () => rmSync(context.folder, { recursive: true, force: true }));
for (const part of [usage, completion, files, goroutines, tasks, regions, mmu, events, exports, profile, waysIn, damage, query, serve, answers]) await part(context);
context.tally.close();
