// The shown span in the URL, as the official tool writes it: #A:B in milliseconds.
import type { Range } from "./viewport";

const NS = 1e6; // in a millisecond
const ROOM = 0.15; // on either side of a stretch that is linked to, as a share of it
const LEAST_SHARE = 0.01; // of the trace: what a link to a moment shows

export function parseFragment(fragment: string): Range | null {
  const match = /^#([0-9.eE+-]+):([0-9.eE+-]+)$/.exec(fragment);
  if (!match) return null;
  const [from, to] = [Number(match[1]) * NS, Number(match[2]) * NS];
  return Number.isFinite(from) && Number.isFinite(to) && to > from ? { start: from, width: to - from } : null;
}

// As many decimals as a ten-thousandth of the view takes.
export function formatFragment({ start, width }: Range): string {
  const decimals = Math.min(12, Math.max(0, Math.ceil(4 - Math.log10(width / NS))));
  const text = (ns: number) => String(Number((ns / NS).toFixed(decimals)));
  return `#${text(start)}:${text(start + width)}`;
}

export function timelineLink(range: Range): string {
  return "/trace" + formatFragment(range);
}

// A link to a stretch with some room around it; one that is very short comes with its surroundings.
export function stretchLink(from: number, to: number, span: number): string {
  const width = Math.min(span, Math.max((to - from) * (1 + 2 * ROOM), span * LEAST_SHARE, 1));
  const start = Math.max(0, Math.min((from + to - width) / 2, span - width));
  return timelineLink({ start, width });
}
