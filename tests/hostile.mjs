// A trace whose names are markup: a copy of examples/daisy.trace with other bytes in the place of two names.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tally.mjs";

const names = [
  ["runtime/trace.(*traceMultiplexer).startLocked.func1", "<img src=x onerror=alert(document.domain)>"],
  ["main.sendFirst", "<script>0//</a"],
];

// Writes it into the folder, under a name that is markup too, and returns its path.
export function hostileTrace(folder) {
  const bytes = readFileSync(join(root, "examples/daisy.trace"));
  for (const [name, hostile] of names) {
    const at = bytes.indexOf(name);
    if (at < 0 || hostile.length > name.length) throw new Error(`${name} cannot become ${hostile}`);
    bytes.write(hostile.padEnd(name.length, "x"), at);
  }
  const path = join(folder, "<img src=x onerror=alert(1)>.trace");
  writeFileSync(path, bytes);
  return path;
}
