// Tables that scroll half a million rows: only the rows in sight exist in the page.
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { navigate } from "../router";
import type { Cell } from "./csv";

const ROW_HEIGHT = 29;
const SPARE_ROWS = 8;

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly hint?: string;
  readonly width: number; // px
  readonly wide?: boolean; // takes what is left; otherwise the first column does
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

function TableCell<Row>({ column, row, link, onRow }: { column: Column<Row>; row: Row; link?: string; onRow?: (row: Row) => void }) {
  const content = column.cell ? column.cell(row) : column.value(row);
  const share = column.share?.(row);
  return (
    <td class={column.text ? "text" : "figure"} title={column.exact?.(row)}>
      {share !== undefined && <span class="share" style={{ width: `${100 * Math.min(1, share || 0)}%` }} />}
      {link ? <a href={link}>{content}</a> : onRow ? <button type="button" class="row-button" onClick={() => onRow(row)}>{content}</button> : content}
    </td>
  );
}

// Of all rows only one is in the order of Tab, or the way through a long table would have no end; arrow keys go to others.
function useRowKeys(scroller: RefObject<HTMLDivElement | null>, first: number, end: number, count: number) {
  const [chosen, setChosen] = useState(0);
  const wanted = useRef(false);
  const current = Math.max(first, Math.min(end - 1, chosen));
  useLayoutEffect(() => {
    for (const row of scroller.current!.querySelectorAll<HTMLElement>("tbody tr[aria-rowindex]")) {
      const parts = row.querySelectorAll<HTMLElement>("a, button");
      const own = Number(row.getAttribute("aria-rowindex")) === current + 1;
      for (const part of parts) part.tabIndex = own ? 0 : -1;
      if (!own || !wanted.current || parts.length === 0) continue;
      wanted.current = false;
      parts[0].focus({ preventScroll: true });
    }
  });
  // A row that leaves must not leave its focus to the one that comes in its place.
  useLayoutEffect(() => {
    const active = document.activeElement;
    if (wanted.current || (chosen >= first && chosen < end)) return;
    if (active instanceof HTMLElement && active.closest("tbody") && scroller.current!.contains(active)) active.blur();
  }, [first, end]);
  const indexOf = (target: EventTarget | null) => Number((target as Element).closest("tbody tr[aria-rowindex]")?.getAttribute("aria-rowindex") ?? 0) - 1;
  const onFocusIn = (event: FocusEvent) => {
    if (indexOf(event.target) >= 0) setChosen(indexOf(event.target));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = indexOf(event.target);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const element = scroller.current!;
    const head = element.querySelector("thead")!.offsetHeight;
    const page = Math.max(1, Math.floor((element.clientHeight - head) / ROW_HEIGHT) - 1);
    const goals: Record<string, number> = { ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - page, PageDown: at + page, Home: 0, End: count - 1 };
    if (goals[event.key] === undefined) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(count - 1, goals[event.key]));
    wanted.current = true;
    setChosen(to);
    const [top, bottom] = [to * ROW_HEIGHT, (to + 1) * ROW_HEIGHT + head - element.clientHeight];
    element.scrollTop = Math.max(bottom, Math.min(top, element.scrollTop));
  };
  return { onFocusIn, onKeyDown };
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

  const keys = useRowKeys(scroller, first, end, count);

  const open = (event: MouseEvent, row: Row) => {
    if ((event.target as Element).closest("a, button") || getSelection()?.toString()) return;
    if (rowLink) navigate(rowLink(row));
    else onRow?.(row);
  };

  const wide = Math.max(0, columns.findIndex((column) => column.wide));
  const slots = Math.ceil(scroll.height / ROW_HEIGHT) + 2 * SPARE_ROWS + 1; // a row that comes into sight takes the place of one that left
  const rows = [];
  for (let index = first; index < end; index++) {
    const row = rowAt(index);
    if (!row) {
      rows.push(<tr key={`pending ${index % slots}`} class="row-pending"><td colSpan={columns.length} /></tr>);
      continue;
    }
    rows.push(
      <tr key={index % slots} aria-rowindex={index + 1} class={rowLink || onRow ? "row-link" : undefined} onClick={(event) => open(event, row)}>
        {columns.map((column, i) => (
          <TableCell key={column.key} column={column} row={row} link={i === 0 ? rowLink?.(row) : undefined} onRow={i === 0 ? onRow : undefined} />
        ))}
      </tr>,
    );
  }

  return (
    <div class="table-scroll" ref={scroller} tabIndex={0} {...keys}>
      <table aria-label={props.label} aria-rowcount={count} style={{ minWidth: `${columns.reduce((sum, column) => sum + column.width, 0)}px` }}>
        <colgroup>
          {columns.map((column, i) => <col key={column.key} style={i === wide ? {} : { width: `${column.width}px` }} />)}
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
