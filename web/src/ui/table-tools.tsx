// The line above a table: how much it holds, the filter field, copying.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { copyText, csv, type Cell } from "./csv";

interface TableToolsProps {
  readonly summary: string;
  readonly filter?: string;
  readonly onFilter?: (filter: string) => void;
  readonly rows: () => Promise<Cell[][]>;
  readonly children?: ComponentChildren; // more buttons
}

export function TableTools({ summary, filter, onFilter, rows, children }: TableToolsProps) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      const table = await rows();
      await copyText(csv(table));
      setSaid(`Copied ${table.length - 1} rows`);
    } catch (error) {
      setSaid((error as Error).message);
    }
    setTimeout(() => setSaid(""), 2500);
  };
  return (
    <div class="table-tools">
      {filter !== undefined && (
        <input
          type="search"
          class="field"
          placeholder="Filter"
          aria-label="Filter"
          value={filter}
          onInput={(event) => onFilter?.(event.currentTarget.value)}
        />
      )}
      <span class="muted">{summary}</span>
      <span class="push muted" role="status">
        {said}
      </span>
      {children}
      <button type="button" class="button" onClick={copy}>
        Copy as CSV
      </button>
    </div>
  );
}
