// A table of rows that are all at hand: sorts, filters and copies them here.
import { useMemo, useState } from "preact/hooks";
import { plural } from "../format";
import type { Cell } from "./csv";
import { TableTools } from "./table-tools";
import { VirtualTable, type Column, type Sort } from "./table";

interface ArrayTableProps<Row> {
  readonly label: string;
  readonly noun: string;
  readonly rows: Row[];
  readonly columns: Column<Row>[];
  readonly initialSort: Sort;
  readonly filterText?: (row: Row) => string;
  readonly rowLink?: (row: Row) => string;
  readonly onRow?: (row: Row) => void;
}

function compare(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""));
}

export function csvRows<Row>(columns: Column<Row>[], rows: Row[]): Cell[][] {
  return [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => column.value(row)))];
}

export function ArrayTable<Row>(props: ArrayTableProps<Row>) {
  const { rows, columns, filterText } = props;
  const [sort, setSort] = useState(props.initialSort);
  const [filter, setFilter] = useState("");

  const shown = useMemo(() => {
    const needle = filter.toLowerCase();
    const matching = filterText && needle ? rows.filter((row) => filterText(row).toLowerCase().includes(needle)) : rows.slice();
    const column = columns.find((candidate) => candidate.key === sort.key) ?? columns[0];
    const sign = sort.descending ? -1 : 1;
    return matching.sort((a, b) => sign * compare(column.value(a), column.value(b)));
  }, [rows, columns, filterText, filter, sort]);

  const summary = shown.length === rows.length ? plural(rows.length, props.noun) : `${shown.length} of ${plural(rows.length, props.noun)}`;
  return (
    <section class="table-block">
      <TableTools
        summary={summary}
        filter={filterText ? filter : undefined}
        onFilter={setFilter}
        rows={async () => csvRows(columns, shown)}
      />
      <VirtualTable
        label={props.label}
        columns={columns}
        count={shown.length}
        rowAt={(index) => shown[index]}
        sort={sort}
        onSort={setSort}
        rowLink={props.rowLink}
        onRow={props.onRow}
      />
      {shown.length === 0 && <p class="table-empty">Nothing matches “{filter}”.</p>}
    </section>
  );
}
