// One thing that was found, in words.
import type { FoundKind, FoundRow } from "../../api/search";
import { count, plural } from "../../format";
import { groupName } from "../../names";
import { FunctionName } from "../../ui/figures";

export function FoundText({ kind, row }: { kind: FoundKind; row: FoundRow }) {
  switch (kind) {
    case "goroutine":
      return (
        <>
          <span class="code">G{row.goroutine}</span> <FunctionName name={groupName(row.text)} />
        </>
      );
    case "function":
      return <FunctionName name={row.text} />;
    case "task":
      return (
        <>
          <span class="code">{row.text || "(no type)"}</span> <span class="muted">task {row.task}</span>
        </>
      );
    case "log":
      return (
        <>
          {row.category && <span class="muted">{row.category}: </span>}
          {row.text}
        </>
      );
    default:
      return <span>{row.text}</span>;
  }
}

// How often, or by whom.
export function foundNote(kind: FoundKind, row: FoundRow): string {
  if (kind === "function") return plural(row.matches, "event");
  if (kind === "region" || kind === "range") return `${count(row.matches)} ×`;
  return kind === "log" && row.goroutine !== null ? `G${row.goroutine}` : "";
}
