// A stack as a list, leaf first.
import type { StackFrame } from "../api/types";

// Traces of Go 1.5 and 1.6 hold no symbols.
function placeOf({ file, line }: StackFrame): string {
  return file === "" ? "" : `${file}:${line}`;
}

export function StackList({ frames, none }: { frames: StackFrame[] | null; none: string }) {
  if (!frames || frames.length === 0) return <p class="muted">{none}</p>;
  return (
    <ol class="stack-list">
      {frames.map((frame, i) => (
        <li key={i} title={[frame.func, placeOf(frame), frame.pc].filter(Boolean).join("\n")}>
          <span class="code">{frame.func || frame.pc}</span>
          <span class="code muted">{placeOf(frame)}</span>
        </li>
      ))}
    </ol>
  );
}
