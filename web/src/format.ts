// Figures as text. Times come as nanoseconds.

const MINUTE = 60e9;
const HOUR = 3600e9;

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function unitOf(ns: number): [unit: number, suffix: string] {
  if (ns < 1e3) return [1, "ns"];
  if (ns < 1e6) return [1e3, "µs"];
  if (ns < 1e9) return [1e6, "ms"];
  return [1e9, "s"];
}

// Exactly as Go's time.Duration prints itself.
export function exactDuration(ns: number): string {
  ns = Math.round(ns);
  if (ns === 0) return "0s";
  if (ns < 0) return "-" + exactDuration(-ns);
  if (ns < MINUTE) {
    const [unit, suffix] = unitOf(ns);
    return trimZeros((ns / unit).toFixed(Math.log10(unit))) + suffix;
  }
  const minutes = Math.floor(ns / MINUTE);
  const seconds = trimZeros(((ns - minutes * MINUTE) / 1e9).toFixed(9)) + "s";
  return ns < HOUR ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}

// Three significant digits: "1.23ms", "45.6µs", "789ns", "1m23s".
export function duration(ns: number): string {
  if (ns < 0) return "-" + duration(-ns);
  if (ns === 0) return "0s";
  if (ns >= MINUTE) return exactDuration(Math.round(ns / 1e9) * 1e9);
  const [unit, suffix] = unitOf(ns);
  const value = ns / unit;
  if (suffix === "ns") return trimZeros(value.toPrecision(3)) + suffix;
  const rounded = Number(value.toPrecision(3));
  if (rounded >= 1000 && unit < 1e9) return duration(unit * 1e3);
  if (rounded >= 60 && unit === 1e9) return "1m0s";
  return rounded.toFixed(rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2) + suffix;
}

// A moment on the axis, with as many decimals as telling neighbouring ticks apart takes.
export function moment(ns: number, step: number): string {
  if (ns === 0) return "0";
  if (ns >= MINUTE) {
    const minutes = Math.floor(ns / MINUTE);
    const decimals = Math.max(0, Math.ceil(9 - Math.log10(step) - 1e-9));
    const seconds = ((ns - minutes * MINUTE) / 1e9).toFixed(Math.min(9, decimals));
    return `${minutes}m${seconds}s`;
  }
  const [unit, suffix] = unitOf(Math.max(ns, step));
  const decimals = Math.max(0, Math.ceil(Math.log10(unit / step) - 1e-9));
  return (ns / unit).toFixed(Math.min(12, decimals)) + suffix;
}

// Not by toLocaleString(): that takes the browser tens of milliseconds when it is first asked for, and microseconds ever after.
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function plural(value: number, one: string, many = one + "s"): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function percent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const value = share * 100;
  if (value > 0 && value < 0.01) return "<0.01%";
  return value.toFixed(value >= 99.95 ? 0 : value >= 10 ? 1 : 2) + "%";
}

export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value.toFixed(0) : value.toPrecision(value >= 1000 ? 4 : 3)} ${units[unit]}`;
}

// "41 of 82 MiB"; small sizes with a decimal.
export function bytesOf(done: number, total: number): string {
  const [text, unit] = bytes(total).split(" ");
  const scale = total / Number(text);
  const decimals = Number(text) < 10 && unit !== "B" ? 1 : 0;
  return `${(done / scale).toFixed(decimals)} of ${(total / scale).toFixed(decimals)} ${unit}`;
}

export function figure(value: number, unit: string | undefined): string {
  if (unit === "bytes") return bytes(value);
  return value < 100 ? trimZeros(value.toFixed(1)) : count(value);
}
