// Why a statement was not answered, and where it is wrong.
import type { Place } from "./place";
import type { Failure } from "./running";

export function FailureNotice({ failure, place, onGo }: { failure: Failure; place: Place | null; onGo: () => void }) {
  const line = place ? failure.sql.split("\n")[place.line - 1] : "";
  const at = place ? place.column - 1 : 0;
  return (
    <div class="notice notice-error sql-failure" role="alert">
      <p id="sql-says">
        <strong>{place ? `Line ${place.line}, column ${place.column}:` : "It was not answered:"}</strong> {failure.message}
      </p>
      {place && (
        <p class="sql-failure-line">
          <code class="code">
            {line.slice(Math.max(0, at - 60), at)}
            <mark>{line.slice(at, at + place.end - place.at) || " "}</mark>
            {line.slice(at + place.end - place.at, at + 80)}
          </code>
          <button type="button" class="button" onClick={onGo}>
            Go there
          </button>
        </p>
      )}
    </div>
  );
}
