// A damaged trace: a copy of examples/webload.trace with other bytes in its middle.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tally.mjs";

const FLIPPED = 64;

// Writes it into the folder and returns its path.
export function damagedTrace(folder) {
  const bytes = readFileSync(join(root, "examples/webload.trace"));
  const middle = bytes.length >> 1;
  for (let i = middle; i < middle + FLIPPED; i++) bytes[i] ^= 0xa5;
  const path = join(folder, "damaged.trace");
  writeFileSync(path, bytes);
  return path;
}
