// The field for the statement. What lies behind its text marks the place that is wrong.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { keyOf } from "../../keys";
import type { Place } from "./place";

const [LEAST_LINES, MOST_LINES] = [6, 14]; // unless it is drawn larger by its corner

interface EditorProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly wrong: Place | null;
  readonly onText: (text: string) => void;
  readonly onRun: () => void;
  readonly onStop: () => void;
}

export function Editor({ field, text, wrong, onText, onRun, onStop }: EditorProps) {
  const marks = useRef<HTMLPreElement>(null);
  const follow = () => {
    marks.current!.scrollTop = field.current!.scrollTop;
    marks.current!.scrollLeft = field.current!.scrollLeft;
  };
  useLayoutEffect(follow, [text, wrong]);
  const key = (event: KeyboardEvent) => {
    const command = keyOf(event, "sql");
    if (command === null || event.isComposing) return;
    event.preventDefault();
    if (command === "sql-run") onRun();
    else onStop();
  };
  return (
    <div class="sql-editor">
      <pre class="sql-marks" ref={marks} aria-hidden="true">
        {wrong && (
          <>
            {text.slice(0, wrong.at)}
            <mark>{text.slice(wrong.at, wrong.end) || " "}</mark>
            {text.slice(wrong.end)}
          </>
        )}
        {"\n "}
      </pre>
      <textarea
        ref={field}
        class="sql-text"
        aria-label="SQL statement"
        aria-invalid={wrong !== null}
        aria-describedby="sql-says"
        placeholder={"SELECT name, count(*) AS goroutines, sum(running_ns) AS running_ns\nFROM goroutines\nGROUP BY name\nORDER BY running_ns DESC;"}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        rows={Math.min(MOST_LINES, Math.max(LEAST_LINES, text.split("\n").length + 1))}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
        onScroll={follow}
        onKeyDown={key}
      />
    </div>
  );
}
