// Colours for canvases, which cannot ask the style sheet. The grounds are those of styles/base.css.
import { hash, hslToHex, rgb, type Rgb } from "./colour";
import { packageOf } from "./names";
import { RUNNING_TINTS, State, STATES } from "./states";

export interface Palette {
  readonly dark: boolean;
  readonly ground: string;
  readonly lane: string;
  readonly header: string;
  readonly line: string;
  readonly ink: string;
  readonly muted: string;
  readonly accent: string;
  readonly shade: string; // over what is selected
  readonly veil: string; // over what is not shown
  readonly hatch: string;
  readonly counter: string; // a counter that is no state
  readonly found: string; // what a search found
  readonly busy: string; // a processor in the heatmap at 100 %; styles/people.css has the legend's
  readonly stopTheWorld: string;
  readonly stopTheWorldAlpha: number;
  readonly state: readonly string[];
  readonly tints: readonly string[];
}

const LIGHT: Palette = {
  dark: false,
  ground: "#ffffff",
  lane: "#f5f7f8",
  header: "#e9edf0",
  line: "#dde2e6",
  ink: "#1a2126",
  muted: "#5b6670",
  accent: "#1d5fc2",
  shade: "rgba(29, 95, 194, 0.14)",
  veil: "rgba(230, 234, 238, 0.72)",
  hatch: "rgba(255, 255, 255, 0.5)",
  counter: "#3f7f95",
  found: "#b4410e",
  busy: "#14603a",
  stopTheWorld: STATES[State.StopTheWorld].light,
  stopTheWorldAlpha: 0.25,
  state: STATES.map((style) => style.light),
  tints: RUNNING_TINTS.light,
};

const DARK: Palette = {
  dark: true,
  ground: "#14181c",
  lane: "#1a2025",
  header: "#232a31",
  line: "#2d353d",
  ink: "#e7ebee",
  muted: "#9aa5af",
  accent: "#7fb0ff",
  shade: "rgba(127, 176, 255, 0.2)",
  veil: "rgba(13, 16, 19, 0.68)",
  hatch: "rgba(0, 0, 0, 0.35)",
  counter: "#6fb3ca",
  found: "#ffb454",
  busy: "#86efb0",
  stopTheWorld: STATES[State.StopTheWorld].dark,
  stopTheWorldAlpha: 0.3,
  state: STATES.map((style) => style.dark),
  tints: RUNNING_TINTS.dark,
};

export function paletteFor(dark: boolean): Palette {
  return dark ? DARK : LIGHT;
}

// Who runs is seen by the tint: names that follow each other in the table get tints far apart.
function tintOf(name: number): number {
  return (Math.imul(name + 1, 0x9e3779b1) >>> 29) & 7;
}

export function sliceColour(palette: Palette, state: number, name: number): string {
  if (state === State.Running) return palette.tints[tintOf(name)];
  return palette.state[state] ?? palette.state[State.Unknown];
}

// A function has the hue of its package.
const hues = new Map<string, number>();

export function packageHue(name: string): number {
  const of = packageOf(name);
  let hue = hues.get(of);
  if (hue === undefined) hues.set(of, (hue = (hash(of) * 0.618034) % 360));
  return hue;
}

export function packageColour(name: string, dark: boolean): string {
  return dark ? hslToHex(packageHue(name), 0.22, 0.36) : hslToHex(packageHue(name), 0.42, 0.83);
}

// The colour as a pixel of ImageData (bytes red, green, blue, alpha in memory).
export function pixel(colour: string, opacity = 1): number {
  const [red, green, blue] = rgb(colour);
  return ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

// Such a pixel with a colour laid over it.
export function over(ground: number, colour: Rgb, opacity: number): number {
  const beneath = ((ground >>> 24) / 255) * (1 - opacity);
  const whole = beneath + opacity;
  if (whole === 0) return 0;
  const red = Math.round((colour[0] * opacity + (ground & 255) * beneath) / whole);
  const green = Math.round((colour[1] * opacity + ((ground >>> 8) & 255) * beneath) / whole);
  const blue = Math.round((colour[2] * opacity + ((ground >>> 16) & 255) * beneath) / whole);
  return ((Math.round(whole * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export const MONOSPACE = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";
export const SYSTEM = "system-ui, sans-serif";
