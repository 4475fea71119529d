// A table whose rows the server sorts and sends page by page.
import { useMemo, useState } from "preact/hooks";
import { plural } from "../format";
import { csvRows } from "./array-table";
import { ErrorNotice } from "./notice";
import { fetchAllRows, usePages, type PageReply } from "./pages";
import { VirtualTable, type Column, type Sort } from "./table";
import { TableTools } from "./table-tools";

interface PagedTableProps<Row, Reply> {
  readonly list: string; // the path that sends it
  readonly label: string;
  readonly noun: string;
  readonly columnsOf: (head: Reply) => Column<Row>[];
  readonly initialSort: Sort;
  readonly rowLink?: (row: Row) => string;
  readonly empty?: string; // what stands for no rows
}

// Columns without a value, such as bars, are not copied.
export function PagedTable<Row, Reply extends PageReply<Row>>(props: PagedTableProps<Row, Reply>) {
  const { list, columnsOf } = props;
  const [sort, setSort] = useState(props.initialSort);
  const { head, error, rowAt, need } = usePages<Row, Reply>(list, sort);
  const columns = useMemo(() => (head ? columnsOf(head) : []), [head, columnsOf]);
  if (error) return <ErrorNotice message={error} />;
  if (!head) return null;
  const copied = async () => {
    const rows = await fetchAllRows<Row, Reply>(list, sort, head.count);
    return csvRows(columns.filter((column) => rows.some((row) => column.value(row) !== null)), rows);
  };
  return (
    <section class="table-block">
      <TableTools summary={plural(head.count, props.noun)} rows={copied} />
      <VirtualTable
        label={props.label}
        columns={columns}
        count={head.count}
        rowAt={rowAt}
        sort={sort}
        onSort={setSort}
        onVisible={need}
        rowLink={props.rowLink}
      />
      {head.count === 0 && <p class="table-empty">{props.empty ?? "There are none."}</p>}
    </section>
  );
}
