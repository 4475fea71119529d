// The parts that need no browser, bundled on the fly.
import { check, equal, load } from "./harness.mjs";

const sameNumbers = (actual, expected, what) => equal(actual.map((value) => value.toFixed(2)).join(" "), expected.map((value) => value.toFixed(2)).join(" "), what);

const UNKNOWN = 13; // state

export const anyBrowser = true;

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

  "which lanes are shown is told by the query, and only if it says so": async () => {
    const { formatLaneView, parseLaneView, parseSection, searchText, PLAIN } = await load("pages/timeline/lane-view.ts");
    const read = (text) => parseLaneView(new URLSearchParams(text));
    for (const silent of ["", "?start=1&end=2", "?x=1"]) equal(read(silent), null, silent);
    equal(formatLaneView(PLAIN), "", "nothing special");
    const view = { ...PLAIN, filter: "a&b", goroutines: "=<x>", by: "function", below: ["g1", "k2"], descending: false, folded: ["Counters", "x y"], open: ["f.(*T).g[…]", ""], pinned: ["g1", "p0"], goid: 7 };
    equal(JSON.stringify(read(formatLaneView(view))), JSON.stringify(view), "there and back");
    const hostile = read("?goid=-1&sort=__proto__&order=up&pin=p0&pin=p0");
    equal(JSON.stringify([hostile.goid, hostile.sort.key, hostile.descending, hostile.pinned]), '[null,"running",true,["p0"]]', "what makes no sense");
    equal(read("?sort=start").descending, false, "by start, the first come first");
    const section = (text) => JSON.stringify(parseSection(new URLSearchParams(text)));
    equal(section("?start=5&end=9"), '{"start":5,"width":4}', "a section");
    for (const bad of ["", "?start=5", "?start=9&end=5", "?start=a&end=b"]) equal(section(bad), "null", bad);
    equal(searchText(" G12 "), "12", "an id as it is shown");
    equal(searchText("g12x"), "g12x", "a name");
  },

  "rows of long lists are made where they are looked at": async () => {
    const { Layout } = await load("pages/timeline/layout.ts");
    const none = { ids: [], items: () => [] }; // folded out
    const list = { count: 1e6, at: (i) => ({ id: `g${i}` }), indexOf: (id) => Number(id.slice(1)) };
    const items = [{ kind: "lane", lane: { id: "p0", kind: "slices" } }, { kind: "list", list, indent: false }];
    const layout = new Layout([{ name: "A", note: "", header: true, items }, { name: "B", note: "", header: true, items: [] }], [], false, none);
    equal(layout.height, 22 + 22 + 22e6 + 22, "height");
    const seen = layout.between(44 + 22 * 1000 + 5, 44 + 22 * 1003);
    equal(seen.map((row) => row.lane.id).join(), "g1000,g1001,g1002", "rows in sight");
    equal(seen[0].y, 44 + 22 * 1000, "place of the first");
    equal(layout.between(22e6 + 44 - 1, 22e6 + 66).map((row) => row.lane?.id ?? row.group).join(), "g999999,B", "rows at the end");
    equal(JSON.stringify(layout.listsBetween(0, 44 + 30).map(({ first, end }) => [first, end])), "[[0,2]]", "parts in sight");
    equal(layout.laneRow("g5").y, 44 + 110, "a lane's place");
    equal(new Layout([{ name: "A", note: "", header: true, items }], ["A"], false, none).height, 22, "folded");
  },

  "a link shows a stretch with room around it, and a moment with its surroundings": async () => {
    const { parseFragment, stretchLink } = await load("pages/timeline/fragment.ts");
    const shown = (from, to, span) => parseFragment(stretchLink(from, to, span).replace("/trace", ""));
    const wide = shown(2e8, 3e8, 1e9);
    check(wide.start < 1.95e8 && wide.start > 1.5e8 && wide.start + wide.width > 3.05e8 && wide.width < 2e8, JSON.stringify(wide));
    const moment = shown(5e8, 5e8, 1e9);
    check(moment.width >= 1e6 && moment.width <= 1e8 && Math.abs(moment.start + moment.width / 2 - 5e8) < 1e3, JSON.stringify(moment));
    for (const [from, to, span] of [[0, 1, 1e9], [1e9 - 1, 1e9, 1e9], [0, 1e9, 1e9], [0, 1, 2], [1, 2, 2]]) {
      const { start, width } = shown(from, to, span);
      check(start >= 0 && start + width <= span * (1 + 1e-9) && start <= from && start + width >= to * (1 - 1e-9), `${from} to ${to} of ${span}: ${start} + ${width}`);
    }
  },

  "gaps are bands of two pixels at least, wherever they are": async () => {
    const { gapBands, gapsWithin } = await load("ui/gaps.ts");
    const axis = (start, width, ratio = 1) => ({ start, width, left: 100, plot: 1000, ratio });
    const bands = (gaps, shown) => gapBands(gaps.map(([from_ns, to_ns]) => ({ from_ns, to_ns })), shown).map(({ from, to }) => [from, to]);
    const all = [[0, 0], [2e5, 4e5], [5e5, 5e5 + 1], [5e5 + 2, 5e5 + 3], [1e6 - 1, 1e6]];
    equal(JSON.stringify(bands(all, axis(0, 1e6))), "[[100,102],[300,500],[599,601],[1098,1100]]", "of the whole trace");
    equal(JSON.stringify(bands(all, axis(5e5 - 5, 10))), "[[600,700],[800,900]]", "looked at closely");
    equal(JSON.stringify(bands(all, axis(2.5e5, 1e5))), "[[98,1102]]", "within one, without edges");
    equal(JSON.stringify(bands(all, axis(4.1e5, 1e4))), "[]", "where there is none");
    sameNumbers(bands([[1e6 / 3, 1e6 / 3]], axis(0, 1e6, 1.5)).flat(), [432, 434], "on whole device pixels");

    const many = Array.from({ length: 1e6 }, (_, i) => ({ from_ns: 10 * i, to_ns: 10 * i + 1 }));
    let looks = 0;
    const watched = new Proxy(many, { get: (target, key) => (looks++, target[key]) });
    equal(gapBands(watched, axis(0, 1e7)).length, 1, "bands of a million gaps");
    check(looks < 1e5, `looked ${looks} times at a million gaps`);
    const near = gapsWithin(many, 25, 45);
    equal(`${near.gap.from_ns} ${near.gap.to_ns} ${near.places}`, "30 41 2", "gaps within");
    equal(gapsWithin(many, 32, 39), null, "between gaps");
  },

  "losses are told in a sentence": async () => {
    const { lossOf, lossSentence } = await load("losses.ts");
    const loss = (from_ns, to_ns, further = 0) => ({ from_ns, to_ns, further });
    const said = (losses, lost_bytes) => lossSentence({ losses, lost_bytes, size_bytes: 1000 });
    equal(said([], 0), null, "of nothing");
    equal(said([loss(1, 2)], 32), "This trace is damaged: 3.20% of the file (32 B) was lost in one place.", "one");
    equal(said([loss(1, 2), loss(3, 4, 9)], 999), "This trace is damaged: almost all of the file (999 B) was lost in 11 places.", "eleven");
    equal(said([loss(1, 2)], 0), "This trace is damaged in one place.", "without bytes");
    const losses = [loss(0, 100), loss(10, 20), loss(15, 30)];
    equal(lossOf(losses, { from_ns: 11, to_ns: 20 }), losses[1], "the shortest that covers");
    equal(lossOf(losses, { from_ns: 5, to_ns: 20 }), losses[0], "one that covers all");
    equal(lossOf(losses, { from_ns: 5, to_ns: 200 }), null, "none covers");
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
      check(contrast(palette.state[UNKNOWN], palette.lane) >= 3, "stripes of gaps");
    }
  },

  "progress in bytes": async () => {
    const { bytesOf } = await load("format.ts");
    equal(bytesOf(41 * 2 ** 20, 82.2 * 2 ** 20), "41 of 82 MiB", "MiB");
    equal(bytesOf(0, 1.5 * 2 ** 30), "0.0 of 1.5 GiB", "GiB");
    equal(bytesOf(10, 900), "10 of 900 B", "B");
  },

  "the axis stays as it is while the expected span changes little": async () => {
    const { axisSpan } = await load("reading.tsx");
    const reading = (expected) => ({ done_bytes: 1, total_bytes: 2, until_ns: 1, expected_span_ns: expected });
    equal(axisSpan(reading(1000), 10, 0), 1000, "first");
    equal(axisSpan(reading(1100), 20, 1000), 1000, "a little longer");
    equal(axisSpan(reading(900), 20, 1000), 1000, "a little shorter");
    equal(axisSpan(reading(2000), 20, 1000), 2000, "much longer");
    equal(axisSpan(reading(500), 20, 1000), 500, "much shorter");
    equal(axisSpan(reading(1010), 1005, 1000), 1010, "beyond its end");
    equal(axisSpan(null, 1005, 1000), 1005, "in the end");
  },

  "cells that look like formulas are copied as text": async () => {
    const { csv } = await load("ui/csv.ts");
    equal(csv([["a,b", 'say "x"', "=1+1", -3, null]]), `"a,b","say ""x""",'=1+1,-3,\r\n`, "row");
  },
};
