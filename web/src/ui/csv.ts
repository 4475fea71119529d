// Tables as comma-separated values (RFC 4180).

export type Cell = string | number | null;

function field(cell: Cell): string {
  const text = cell === null ? "" : String(cell);
  // A spreadsheet must not take a name from the trace for a formula.
  const safe = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) && !/^-\d+$/.test(text) ? "'" + text : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function csv(rows: Cell[][]): string {
  return rows.map((row) => row.map(field).join(",") + "\r\n").join("");
}

export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Without a secure context (another host over http) there is only the old way.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("The browser does not let pages copy.");
}
