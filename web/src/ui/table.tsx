// Tables that scroll half a million rows: only the rows in sight exist in the page.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { navigate } from "../router";
import type { Cell } from "./csv";

const ROW_HEIGHT = 29;
const SPARE_ROWS = 12;

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly hint?: string;
  readonly width: number; // px; the first column takes what is left
  readonly text?: boolean; // left-aligned; figures stand on the right
  readonly sortable?: boolean;
  readonly value: (row: Row) => Cell; // what sorting and CSV see
  readonly cell?: (row: Row) => ComponentChildren;
  readonly exact?: (row: Row) => string;
  readonly share?: (row: Row) => number; // 0 to 1: the bar behind the figure
}

export interface Sort {
  readonly key: string;
  readonly descending: boolean;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: Column<Row>[];
  readonly count: number;
  readonly rowAt: (index: number) => Row | undefined;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly onVisible?: (first: number, end: number) => void;
  readonly rowLink?: (row: Row) => string;
  readonly onRow?: (row: Row) => void;
}

function nextSort<Row>(column: Column<Row>, sort: Sort): Sort {
  const descending = sort.key === column.key ? !sort.descending : !column.text;
  return { key: column.key, descending };
}

function Header<Row>({ column, sort, onSort }: { column: Column<Row>; sort: Sort; onSort: (sort: Sort) => void }) {
  const sorted = sort.key === column.key;
  const order = sorted ? (sort.descending ? "descending" : "ascending") : "none";
  const sortable = column.sortable !== false;
  return (
    <th class={column.text ? "text" : undefined} aria-sort={sortable ? order : undefined} title={column.hint}>
      {sortable ? (
        <button type="button" onClick={() => onSort(nextSort(column, sort))}>
          {column.title}
          <span class="sort-mark">{sorted ? (sort.descending ? "▾" : "▴") : ""}</span>
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

function TableCell<Row>({ column, row, link }: { column: Column<Row>; row: Row; link?: string }) {
  const content = column.cell ? column.cell(row) : column.value(row);
  const share = column.share?.(row);
  return (
    <td class={column.text ? "text" : "figure"} title={column.exact?.(row)}>
      {share !== undefined && <span class="share" style={{ width: `${100 * Math.min(1, share || 0)}%` }} />}
      {link ? <a href={link}>{content}</a> : content}
    </td>
  );
}

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { columns, count, rowAt, sort, onVisible, rowLink, onRow } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 800 });

  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = () => setScroll({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);

  useEffect(() => {
    scroller.current!.scrollTop = 0;
  }, [sort.key, sort.descending]);

  const first = Math.max(0, Math.min(count, Math.floor(scroll.top / ROW_HEIGHT) - SPARE_ROWS));
  const end = Math.min(count, Math.ceil((scroll.top + scroll.height) / ROW_HEIGHT) + SPARE_ROWS);
  useEffect(() => onVisible?.(first, end), [first, end, onVisible]);

  const open = (event: MouseEvent, row: Row) => {
    if ((event.target as Element).closest("a, button") || getSelection()?.toString()) return;
    if (rowLink) navigate(rowLink(row));
    else onRow?.(row);
  };

  const rows = [];
  for (let index = first; index < end; index++) {
    const row = rowAt(index);
    if (!row) {
      rows.push(<tr key={index} class="row-pending"><td colSpan={columns.length} /></tr>);
      continue;
    }
    rows.push(
      <tr key={index} class={rowLink || onRow ? "row-link" : undefined} onClick={(event) => open(event, row)}>
        {columns.map((column, i) => (
          <TableCell key={column.key} column={column} row={row} link={i === 0 ? rowLink?.(row) : undefined} />
        ))}
      </tr>,
    );
  }

  return (
    <div class="table-scroll" ref={scroller} tabIndex={0}>
      <table aria-label={props.label} aria-rowcount={count} style={{ minWidth: `${columns.reduce((sum, column) => sum + column.width, 0)}px` }}>
        <colgroup>
          {columns.map((column, i) => <col key={column.key} style={i === 0 ? {} : { width: `${column.width}px` }} />)}
        </colgroup>
        <thead>
          <tr>{columns.map((column) => <Header key={column.key} column={column} sort={sort} onSort={props.onSort} />)}</tr>
        </thead>
        <tbody>
          <tr class="spacer" style={{ height: `${first * ROW_HEIGHT}px` }} />
          {rows}
          <tr class="spacer" style={{ height: `${(count - end) * ROW_HEIGHT}px` }} />
        </tbody>
      </table>
    </div>
  );
}
