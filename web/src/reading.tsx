// What the pages show while the trace is being read.
import { useRef } from "preact/hooks";
import { useOverview } from "./api/live";
import type { Reading } from "./api/types";
import { bytesOf } from "./format";

const LONGER = 1.25; // than needed, or
const SHORTER = 0.98; // an axis is laid out anew

// How long an axis is. While reading goes on it is as long as the trace will be, about; so as to stay calm it changes only when
// that turns out wrong.
export function axisSpan(reading: Reading | null, span: number, before: number): number {
  if (!reading) return Math.max(1, span);
  const expected = Math.max(1, span, reading.expected_span_ns);
  return span > before * SHORTER || before > expected * LONGER || before < expected / LONGER ? expected : before;
}

export function useAxisSpan(reading: Reading | null, span: number): number {
  const last = useRef(0);
  last.current = axisSpan(reading, span, last.current);
  return last.current;
}

export function ReadingBar({ reading }: { reading: Reading }) {
  const { done_bytes: done, total_bytes: total } = reading;
  return (
    <>
      <span class="reading figure muted" role="status">
        reading: {bytesOf(done, total)}
      </span>
      <span class="reading-bar" role="progressbar" aria-label="Reading the trace" aria-valuemin={0} aria-valuemax={total} aria-valuenow={done}>
        <span style={{ width: `${(100 * done) / total}%` }} />
      </span>
    </>
  );
}

// Stands where something will be that the server has to go through the whole trace for.
export function Waiting({ whole }: { whole?: boolean }) {
  const { data: overview } = useOverview();
  const reading = whole ? overview?.reading : null;
  return (
    <div class="notice waiting" role="status">
      {reading ? (
        <>
          <strong>This takes the whole trace.</strong>
          <p class="figure">{bytesOf(reading.done_bytes, reading.total_bytes)} have been read; it comes when the rest has.</p>
        </>
      ) : (
        <>
          <strong>Going through the trace …</strong>
          <p>It comes in a moment.</p>
        </>
      )}
    </div>
  );
}
