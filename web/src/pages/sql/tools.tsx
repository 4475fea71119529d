// What is below the statement: to run it and to stop it, and its limits.
import { useEffect, useState } from "preact/hooks";
import type { Limits } from "../../api/query";
import { count } from "../../format";
import { ROWS, SECONDS } from "./address";
import type { Running } from "./running";

function Elapsed({ begun }: { begun: number }) {
  const [now, setNow] = useState(begun);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, [begun]);
  return (
    <span class="muted figure waiting-plain" role="status">
      running: {(Math.max(0, now - begun) / 1000).toFixed(1)} s
    </span>
  );
}

interface ToolsProps {
  readonly running: Running;
  readonly limits: Limits;
  readonly empty: boolean;
  readonly onRun: () => void;
  readonly onLimits: (limits: Limits) => void;
}

export function Tools({ running: { begun, stop }, limits, empty, onRun, onLimits }: ToolsProps) {
  return (
    <div class="sql-tools">
      {begun === null ? (
        <button type="button" class="button sql-run" disabled={empty} title="Ctrl+Enter" onClick={onRun}>
          Run
        </button>
      ) : (
        <button type="button" class="button sql-run" title="Esc" onClick={stop}>
          Stop
        </button>
      )}
      {begun === null ? <span class="muted sql-keys"><kbd>Ctrl</kbd> <kbd>Enter</kbd></span> : <Elapsed begun={begun} />}
      <label class="push muted">
        at most{" "}
        <select class="sql-select" aria-label="Rows at most" value={String(limits.rows)} onChange={(event) => onLimits({ ...limits, rows: Number(event.currentTarget.value) })}>
          {ROWS.map((rows) => <option key={rows} value={String(rows)}>{count(rows)} rows</option>)}
        </select>
      </label>
      <label class="muted">
        within{" "}
        <select class="sql-select" aria-label="Seconds at most" value={String(limits.seconds)} onChange={(event) => onLimits({ ...limits, seconds: Number(event.currentTarget.value) })}>
          {SECONDS.map((seconds) => <option key={seconds} value={String(seconds)}>{seconds} s</option>)}
        </select>
      </label>
    </div>
  );
}
