// Contrast in both themes, and states told apart without colour: text 4.5:1, marks 3:1 against their ground.
import { readFileSync, readdirSync } from "node:fs";
import { check, equal, load } from "./harness.mjs";

const styles = new URL("../../web/src/styles/", import.meta.url);
const sheets = readdirSync(styles).map((name) => readFileSync(new URL(name, styles), "utf8"));
const THEMES = ["light", "dark"];

async function tools() {
  const { luminance } = await load("colour.ts");
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const { paletteFor } = await load("palette.ts");
  const { STATES } = await load("states.ts");
  return { contrast, palettes: { light: paletteFor(false), dark: paletteFor(true) }, STATES };
}

// The custom properties of base.css that are colours: { name: { light, dark } }.
function properties() {
  const found = {};
  for (const sheet of sheets)
    for (const [, name, light, dark] of sheet.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)) found[name] = { light, dark };
  return found;
}

const TEXT_ON = [
  ["ink", ["ground", "page", "lane", "header", "share", "accent-soft", "warning", "error"]],
  ["muted", ["ground", "page", "lane", "header", "warning", "error"]],
  ["accent", ["ground", "page", "lane", "share", "accent-soft"]],
  ["faint", ["ground"]],
];
const MARKS_ON = [
  ["accent", ["ground", "page", "lane", "header"]],
  ["error-line", ["ground", "page"]],
];

// Every place in which states lie side by side, and which they are. None of a lane may look like another of it but by colour,
// unless they are all of one kind, which the lane names where there is room and the tooltip always.
const LANES = {
  "a goroutine": [["running"], ["runnable"], ["syscall"], ["unknown"], ["waiting (sync)", "waiting (channel)", "waiting (network)", "waiting (sleep)", "waiting (GC)", "waiting (other)"]],
  "a processor": [["running"], ["syscall"], ["unknown"], ["in the scheduler"]],
  "beneath a goroutine": [["mark assist"], ["sweep"]],
};
const TOLD_APART = 0.1; // of a lane's height: two pixels

// Colours as they are seen without one kind of cones (Machado, Oliveira and Fernandes 2009, in full), in linear light.
const WITHOUT = {
  "long waves": [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  "middle waves": [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  "short waves": [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

const LEAST_DIFFERENCE = 4.5; // in CIELAB: twice what is just noticed

const linear = (byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);

function lab([red, green, blue]) {
  const f = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
  const y = f(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function seen(hex, matrix) {
  const colour = [1, 3, 5].map((at) => linear(parseInt(hex.slice(at, at + 2), 16)));
  return lab([0, 3, 6].map((row) => Math.max(0, Math.min(1, matrix[row] * colour[0] + matrix[row + 1] * colour[1] + matrix[row + 2] * colour[2]))));
}

const difference = (a, b) => Math.hypot(...a.map((value, i) => value - b[i]));

// "hsl(h s% l%)" or "#rrggbb" as the latter.
function hex(colour) {
  const parts = /^hsl\(([\d.e-]+) (\d+)% (\d+)%\)$/.exec(colour)?.slice(1).map(Number);
  if (!parts) return colour;
  const [hue, saturation, light] = [parts[0], parts[1] / 100, parts[2] / 100];
  const channel = (n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (light - saturation * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return "#" + [0, 8, 4].map((n) => channel(n).toString(16).padStart(2, "0")).join("");
}

export const anyBrowser = true;

export const tests = {
  "text has a contrast of 4.5:1, and marks of 3:1, in both themes": async () => {
    const { contrast } = await tools();
    const all = properties();
    const weak = [];
    for (const [pairs, least] of [[TEXT_ON, 4.5], [MARKS_ON, 3]])
      for (const [name, grounds] of pairs)
        for (const ground of grounds)
          for (const theme of THEMES) {
            check(all[name] && all[ground], `--${name} and --${ground} are colours`);
            const found = contrast(all[name][theme], all[ground][theme]);
            if (found < least) weak.push(`${name} on ${ground}, ${theme}: ${found.toFixed(2)}`);
          }
    equal(weak.join("; "), "", "too weak");
  },

  "what is drawn has a contrast of 3:1 to the lanes, and canvases have the style sheet's colours": async () => {
    const { contrast, palettes, STATES } = await tools();
    const all = properties();
    const weak = [];
    for (const theme of THEMES) {
      const palette = palettes[theme];
      for (const name of ["ground", "lane", "header", "line", "ink", "muted", "accent"]) equal(palette[name], all[name][theme], `${name}, ${theme}`);
      const drawn = STATES.filter(({ height }) => height > 0).map((state) => [state.label, state[theme]]);
      drawn.push(...palette.tints.map((tint, i) => [`tint ${i}`, tint]), ["counter", palette.counter], ["found", palette.found], ["busy", palette.busy], ["arrows", palette.ink]);
      for (const [name, colour] of drawn)
        for (const ground of [palette.ground, palette.lane]) {
          const found = contrast(colour, ground);
          if (found < 3) weak.push(`${name} on ${ground}: ${found.toFixed(2)}`);
        }
    }
    equal(weak.join("; "), "", "too weak");
  },

  "style sheets have the states' colours": async () => {
    const { STATES } = await tools();
    const known = new Set(STATES.flatMap(({ light, dark }) => [`${light}, ${dark}`]));
    const chips = { running: 1, runnable: 2, syscall: 8, blocked: 3, idle: 6 };
    const text = sheets.join("\n");
    for (const [name, state] of Object.entries(chips)) {
      const rule = new RegExp(`\\[data-state="${name}"\\] \\.swatch \\{\\s*background: light-dark\\((#\\w+, #\\w+)\\)`).exec(text);
      equal(rule?.[1], `${STATES[state].light}, ${STATES[state].dark}`, `the chip of ${name}`);
    }
    for (const [, pair] of text.matchAll(/\n {2}background: light-dark\((#\w{6}, #\w{6})\);/g)) check(known.has(pair), `${pair} is no state's colour`);
  },

  "states that lie side by side differ in height or hatch": async () => {
    const { STATES } = await tools();
    const styleOf = (label) => STATES.find((state) => state.label === label);
    for (const [lane, kinds] of Object.entries(LANES)) {
      for (const labels of kinds) for (const label of labels) check(styleOf(label), `there is a state ${label}`);
      for (let i = 0; i < kinds.length; i++)
        for (let k = i + 1; k < kinds.length; k++)
          for (const a of kinds[i].map(styleOf))
            for (const b of kinds[k].map(styleOf))
              check(Math.abs(a.height - b.height) >= TOLD_APART || Boolean(a.hatch) !== Boolean(b.hatch), `in the lane of ${lane}, ${a.label} looks like ${b.label}`);
    }
  },

  "what is waited for is told apart without one kind of cones, too": async () => {
    const { STATES } = await tools();
    const waits = STATES.filter(({ label }) => label.startsWith("waiting ("));
    const alike = [];
    for (const theme of THEMES)
      for (const [missing, matrix] of Object.entries(WITHOUT))
        for (let i = 0; i < waits.length; i++)
          for (let k = i + 1; k < waits.length; k++) {
            const by = difference(seen(waits[i][theme], matrix), seen(waits[k][theme], matrix));
            if (by < LEAST_DIFFERENCE) alike.push(`${waits[i].label} and ${waits[k].label}, ${theme}, without ${missing}: ${by.toFixed(1)}`);
          }
    equal(alike.join("; "), "", "too alike");
  },

  "names in a flame graph are legible on every package's colour": async () => {
    const { contrast } = await tools();
    const { fillOf, textOf } = await load("pages/profile/flame.ts");
    const names = Array.from({ length: 400 }, (_, i) => `example.com/package${i}.f`);
    const weak = [];
    for (const dark of [false, true])
      for (const matches of [null, new Set(), new Set(names.keys())])
        for (const fn of names.keys()) {
          const scene = { dark, names, matches };
          const found = contrast(hex(fillOf(scene, { function: fn })), textOf(scene, { function: fn }));
          if (found < 4.5) weak.push(`${fillOf(scene, { function: fn })}: ${found.toFixed(2)}`);
        }
    equal(weak.slice(0, 5).join("; "), "", "too weak");
  },
};
