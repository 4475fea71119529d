// Round moments for axes.

export interface Ticks {
  readonly step: number;
  readonly at: number[];
  readonly minor: number; // how many parts a step has
}

// About `wanted` ticks within [start, end], at multiples of 1, 2 or 5 times a power of ten nanoseconds, or of round minutes and hours.
export function ticks(start: number, end: number, wanted: number): Ticks {
  const rough = (end - start) / Math.max(1, wanted);
  const { step, minor } = rough > 5e9 ? longStep(rough) : decimalStep(rough);
  const at: number[] = [];
  for (let tick = Math.ceil(start / step); tick * step <= end; tick++) at.push(tick * step);
  return { step, minor, at };
}

function decimalStep(rough: number): { step: number; minor: number } {
  const power = 10 ** Math.floor(Math.log10(rough));
  const [factor, minor] = [[1, 5], [2, 4], [5, 5], [10, 5]].find(([candidate]) => candidate * power >= rough * (1 - 1e-9))!;
  return { step: factor * power, minor };
}

const SECOND = 1e9;
const LONG_STEPS = [
  [10, 5], [30, 3], [60, 6], [120, 4], [300, 5], [600, 5], [1800, 3], [3600, 6], [7200, 4], [21600, 6], [43200, 6], [86400, 4],
];

function longStep(rough: number): { step: number; minor: number } {
  const [seconds, minor] = LONG_STEPS.find(([candidate]) => candidate * SECOND >= rough) ?? [];
  if (seconds) return { step: seconds * SECOND, minor };
  const days = decimalStep(rough / (86400 * SECOND));
  return { step: days.step * 86400 * SECOND, minor: days.minor };
}
