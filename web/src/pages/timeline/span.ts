// The span that is selected, in the URL: ?span=A:B in whole nanoseconds.
import type { Range } from "./viewport";

const NAME = "span";

export function parseSpan(query: URLSearchParams): Range | null {
  const match = /^(\d{1,16}):(\d{1,16})$/.exec(query.get(NAME) ?? "");
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  return to > from ? { start: from, width: to - from } : null;
}

export function formatSpan({ start, width }: Range): string {
  return `${NAME}=${start}:${start + width}`;
}

// What is drawn by hand, to whole nanoseconds: at least one, within the trace.
export function wholeSpan({ start, width }: Range, trace: number): Range | null {
  const from = Math.max(0, Math.round(start));
  const to = Math.min(Math.ceil(trace), Math.max(Math.round(start + width), from + 1));
  return to > from ? { start: from, width: to - from } : null;
}

// The end of a span that is within reach, and the other one, which stays where it is when this one is dragged.
export function endNear(span: Range | null, time: number, reach: number): { near: number; other: number } | null {
  if (!span) return null;
  const [from, to] = [span.start, span.start + span.width];
  const near = Math.abs(time - from) < Math.abs(time - to) ? from : to;
  return Math.abs(time - near) <= reach ? { near, other: from + to - near } : null;
}
