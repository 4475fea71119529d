// The rows of an answer.
import { useMemo, useState } from "preact/hooks";
import type { Limits, More, QueryReply, SchemaTable, SqlCell } from "../../api/query";
import { count, duration, plural } from "../../format";
import { csv, type Cell } from "../../ui/csv";
import { saveFile } from "../../ui/save";
import { VirtualTable, type Column, type Sort } from "../../ui/table";
import { TableTools } from "../../ui/table-tools";
import { asJson, columnsOf, compareCells, exactCell, plainCell, shownCell, type ResultColumn } from "./columns";
import { linkOf } from "./links";
import type { Answer } from "./running";

interface Row {
  readonly number: number;
  readonly cells: readonly SqlCell[];
}

const NUMBER = "#"; // of the row, as they came: to be sorted by again
const LETTER = 7.4; // px, of a figure
const ROOM = 30;
const [NARROWEST, WIDEST] = [64, 420];
const MEASURED = 200; // rows
const LONG_LOADING = 10e6; // ns

function widthOf(column: ResultColumn, rows: readonly Row[], raw: boolean): number {
  let longest = column.name.length + 2;
  for (const { cells } of rows.slice(0, MEASURED)) longest = Math.max(longest, shownCell(cells[column.at], column, raw).length);
  return Math.min(WIDEST, Math.max(NARROWEST, Math.ceil(longest * LETTER + ROOM)));
}

function ShownCell({ row, column, columns, span, raw }: { row: Row; column: ResultColumn; columns: readonly ResultColumn[]; span: number; raw: boolean }) {
  const cell = row.cells[column.at];
  if (cell === null) return <span class="faint">NULL</span>;
  const text = shownCell(cell, column, raw);
  const link = linkOf(row.cells, column, columns, span);
  return link ? <a href={link}>{text}</a> : <>{text}</>;
}

function tableColumns(columns: readonly ResultColumn[], rows: readonly Row[], span: number, raw: boolean): Column<Row>[] {
  const widths = columns.map((column) => widthOf(column, rows, raw));
  const texts = columns.filter(({ numeric }) => !numeric);
  const widest = texts.find(({ at }) => widths[at] === WIDEST) ?? null; // it can do with what is left
  const shown: Column<Row>[] = columns.map((column) => ({
    key: String(column.at),
    title: column.name,
    hint: column.name,
    width: widths[column.at],
    wide: column === widest,
    text: !column.numeric,
    value: (row) => plainCell(row.cells[column.at]),
    cell: (row) => <ShownCell row={row} column={column} columns={columns} span={span} raw={raw} />,
    exact: (row) => exactCell(row.cells[column.at], column),
    share: column.most > 0 ? (row) => Number(row.cells[column.at] ?? 0) / column.most : undefined,
  }));
  const number: Column<Row> = { key: NUMBER, title: NUMBER, hint: "As they came", width: 62, value: (row) => row.number, cell: (row) => <span class="faint">{row.number}</span> };
  const rest: Column<Row> = { key: "", title: "", width: 1, wide: true, text: true, sortable: false, value: () => null };
  return widest ? [number, ...shown] : [number, ...shown, rest];
}

function sorted(rows: readonly Row[], { key, descending }: Sort): readonly Row[] {
  const sign = descending ? -1 : 1;
  const at = Number(key);
  return rows.slice().sort((a, b) => (key === NUMBER ? sign * (a.number - b.number) : sign * compareCells(a.cells[at], b.cells[at]) || a.number - b.number));
}

const came = (rows: number) => (rows > 0 ? "these are the rows that had come" : "no row had come");

const MORE: Readonly<Record<More, (rows: number, seconds: number) => string>> = {
  rows: (rows) => `There are more rows: these are the first ${count(rows)}.`,
  time: (rows, seconds) => `It took longer than ${plural(seconds, "second")}, and was ended: ${came(rows)}.`,
  size: () => "There are more rows, but an answer holds no more than 16 MiB.",
  stopped: (rows) => `It was stopped: ${came(rows)}.`,
};

// How long reading took is worth a word where it was long.
function summaryOf({ rows, elapsed_ns: elapsed, loading_ns: loading, visited }: QueryReply): string {
  const reading = loading > LONG_LOADING ? ` (${duration(loading)} to read the trace)` : "";
  return `${plural(rows.length, "row")} in ${duration(elapsed)}${reading}, ${count(visited)} visited`;
}

interface ResultProps {
  readonly answer: Answer;
  readonly tables: readonly SchemaTable[];
  readonly span: number;
  readonly stale: boolean; // another statement is running
  readonly larger: Limits | null; // than those that were reached
  readonly onRaise: (() => void) | null;
}

export function Result({ answer: { sql, limits, reply }, tables, span, stale, larger, onRaise }: ResultProps) {
  const [sort, setSort] = useState<Sort>({ key: NUMBER, descending: false });
  const [raw, setRaw] = useState(false);
  const all = useMemo(() => reply.rows.map((cells, i): Row => ({ number: i + 1, cells })), [reply]);
  const known = useMemo(() => columnsOf(reply, sql, tables), [reply, sql, tables]);
  const columns = useMemo(() => tableColumns(known, all, span, raw), [known, all, span, raw]);
  const rows = useMemo(() => sorted(all, sort), [all, sort]);
  const names = reply.columns.map(({ name }) => name);
  const table = (): Cell[][] => [names, ...rows.map(({ cells }) => cells.map(plainCell))];
  return (
    <>
      {reply.more && (
        <p class="notice notice-warning sql-more" role="status">
          {MORE[reply.more](reply.rows.length, limits.seconds)}
          {reply.more === "time" && reply.loading_ns > reply.elapsed_ns / 2 && " Most of the time went into reading the trace, which later statements need not do again once it is done."}{" "}
          {larger && onRaise && (
            <button type="button" class="button" onClick={onRaise}>
              {reply.more === "rows" ? `Up to ${count(larger.rows)}` : `Take up to ${larger.seconds} s`}
            </button>
          )}
        </p>
      )}
      <section class={stale ? "table-block sql-stale" : "table-block"} aria-label="Result">
        <TableTools
          summary={summaryOf(reply)}
          rows={async () => table()}
        >
          {known.some(({ unit }) => unit !== "") && (
            <button type="button" class="button" aria-pressed={raw} title="Nanoseconds and bytes as plain numbers" onClick={() => setRaw(!raw)}>
              Raw numbers
            </button>
          )}
          <button type="button" class="button" onClick={() => saveFile("query.csv", csv(table()), "text/csv")}>
            Save CSV
          </button>
          <button type="button" class="button" onClick={() => saveFile("query.json", asJson(names, rows.map(({ cells }) => cells.slice())), "application/json")}>
            Save JSON
          </button>
        </TableTools>
        <VirtualTable label="Result" columns={columns} count={rows.length} rowAt={(index) => rows[index]} sort={sort} onSort={setSort} />
        {rows.length === 0 && !reply.more && <p class="table-empty">The statement has no rows.</p>}
      </section>
    </>
  );
}

