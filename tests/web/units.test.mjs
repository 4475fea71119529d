// The parts that need no browser, bundled on the fly.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { check, equal } from "./harness.mjs";

const web = join(dirname(fileURLToPath(import.meta.url)), "../../web");
const require = createRequire(join(web, "package.json"));

async function load(file) {
  const options = { entryPoints: [join(web, "src", file)], bundle: true, write: false, format: "esm", platform: "node", logLevel: "silent" };
  const { outputFiles } = await require("esbuild").build(options);
  return import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));
}

export const tests = {
  "durations read as Go prints them": async () => {
    const { exactDuration, duration } = await load("format.ts");
    const exact = { 0: "0s", 1: "1ns", 1100: "1.1µs", 2_200_000: "2.2ms", 3_300_000_000: "3.3s", 245_000_000_000: "4m5s", 245_001_000_000: "4m5.001s", 18_367_001_000_000: "5h6m7.001s", 480_000_000_001: "8m0.000000001s" };
    for (const [ns, text] of Object.entries(exact)) equal(exactDuration(Number(ns)), text, `${ns} ns`);
    const short = { 0: "0s", 999: "999ns", 1234: "1.23µs", 45_600: "45.6µs", 789_499: "789µs", 999_999: "1.00ms", 59_999_999_999: "1m0s", 83_400_000_000: "1m23s" };
    for (const [ns, text] of Object.entries(short)) equal(duration(Number(ns)), text, `${ns} ns, short`);
  },

  "ticks tell moments apart": async () => {
    const { moment } = await load("format.ts");
    const { ticks } = await load("ui/ticks.ts");
    for (const [start, width] of [[0, 1], [0, 2.4e9], [965_553_600, 483_000], [86_400e9, 10], [0, 3 * 86_400e9], [1.5e9, 70e9]]) {
      const { at, step } = ticks(start, start + width, 8);
      check(at.length <= 12 && (width < 8 || at.length >= 2), `${at.length} ticks over ${width} ns`);
      const texts = new Set(at.map((tick) => moment(tick, step)));
      equal(texts.size, at.length, `distinct labels over ${width} ns`);
    }
  },

  "names shorten in the path, never at the function": async () => {
    const { fitName, packageOf } = await load("names.ts");
    const name = "github.com/acme/inventory/store.(*Pool).run";
    equal(fitName(name, 60), name, "with room");
    equal(fitName(name, 35), "github.com/…/store.(*Pool).run", "path shortened");
    equal(fitName(name, 20), "store.(*Pool).run", "package kept");
    equal(fitName(name, 12), "(*Pool).run", "type kept");
    equal(fitName(name, 4), "run", "function kept");
    equal(fitName(name, 2), null, "no room");
    equal(packageOf(name), "github.com/acme/inventory/store", "package");
    equal(packageOf("main.f[go.shape/x.T]"), "main", "package of an instance");
  },

  "fragments keep a nanosecond within days": async () => {
    const { formatFragment, parseFragment } = await load("pages/timeline/fragment.ts");
    const range = { start: 259_200_000_000_123, width: 1 };
    const read = parseFragment(formatFragment(range));
    check(Math.abs(read.start - range.start) < 0.1 && Math.abs(read.width - 1) < 0.1, JSON.stringify(read));
    for (const bad of ["", "#", "#1", "#2:1", "#a:b", "#1:2:3", "#%"]) equal(parseFragment(bad), null, bad);
  },

  "a wait without a reason says so": async () => {
    const { statisticTitle } = await load("states.ts");
    equal(statisticTitle("Block time ()"), "Block time (no reason given)", "without");
    equal(statisticTitle("Block time (sync)"), "Block time (sync)", "with");
  },

  "a bucket is at most a device pixel wide, and more than half of one": async () => {
    const { levelFor, tilesOver } = await load("pages/timeline/frame.ts");
    for (const width of [5e3, 1e6, 2.4e9, 1e14]) {
      const pixel = width / (1400 * 2);
      const bucket = 2 ** levelFor({ start: 0, width }, 1400, 2);
      check(bucket <= pixel && bucket > pixel / 2, `bucket ${bucket} for pixel ${pixel}`);
    }
    equal(tilesOver({ start: 500, width: 30 }, 0, 1000).join(), "0,1", "tiles across a border");
    equal(tilesOver({ start: 0, width: 1000 }, 0, 512).join(), "0", "tiles beyond the end");
  },

  "running and its tints stand out from the lanes, and their labels from them": async () => {
    const { luminance, textOn } = await load("colour.ts");
    const { paletteFor } = await load("palette.ts");
    const contrast = (a, b) => {
      const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
      return (high + 0.05) / (low + 0.05);
    };
    for (const dark of [false, true]) {
      const palette = paletteFor(dark);
      for (const tint of palette.tints) {
        check(contrast(tint, palette.lane) >= 3, `${tint} on ${palette.lane}: ${contrast(tint, palette.lane)}`);
        check(contrast(tint, textOn(tint)) >= 4.5, `text on ${tint}: ${contrast(tint, textOn(tint))}`);
      }
      check(contrast(palette.muted, palette.ground) >= 4.5, "quiet text");
    }
  },

  "cells that look like formulas are copied as text": async () => {
    const { csv } = await load("ui/csv.ts");
    equal(csv([["a,b", 'say "x"', "=1+1", -3, null]]), `"a,b","say ""x""",'=1+1,-3,\r\n`, "row");
  },
};
