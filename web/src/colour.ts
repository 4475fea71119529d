// Arithmetic on colours written "#rrggbb".

export type Rgb = readonly [red: number, green: number, blue: number];

const known = new Map<string, Rgb>(); // there are few, and each is asked for at every bar

export function rgb(hex: string): Rgb {
  let colour = known.get(hex);
  if (!colour) {
    const value = parseInt(hex.slice(1), 16);
    colour = [value >> 16, (value >> 8) & 255, value & 255];
    known.set(hex, colour);
  }
  return colour;
}

// So much of the way from one to the other.
export function mix(from: string, to: string, share: number): string {
  const [a, b] = [rgb(from), rgb(to)];
  return `#${a.map((channel, i) => Math.round(channel + (b[i] - channel) * share).toString(16).padStart(2, "0")).join("")}`;
}

export function alpha(hex: string, opacity: number): string {
  const [red, green, blue] = rgb(hex);
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

function linear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

// Relative luminance as WCAG 2 defines it.
export function luminance(hex: string): number {
  const [red, green, blue] = rgb(hex);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

const INK = "#0b1210";
const PAPER = "#ffffff";
const inkOn = new Map<string, string>();

// The more legible of dark and light text on a ground.
export function textOn(ground: string): string {
  let text = inkOn.get(ground);
  if (!text) {
    const light = luminance(ground) + 0.05;
    text = light / (luminance(INK) + 0.05) >= 1.05 / light ? INK : PAPER;
    inkOn.set(ground, text);
  }
  return text;
}

export function hslToHex(hue: number, saturation: number, lightness: number): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)))).toString(16).padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

// FNV-1a: a name keeps its colour between visits.
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
