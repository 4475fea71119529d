// Functions of a profile in tables: all of them, and those beside one.
import { useMemo } from "preact/hooks";
import { count, duration, exactDuration, percent } from "../../format";
import { ArrayTable } from "../../ui/array-table";
import { FunctionName } from "../../ui/figures";
import type { Column } from "../../ui/table";
import { functionTable, neighbours, type FunctionRow, type Neighbour, type Samples, type Weight } from "./samples";

function amountText(amount: number, weight: Weight): string {
  return weight === "ns" ? duration(amount) : count(amount);
}

function columnsFor(total: number, weight: Weight): Column<FunctionRow>[] {
  const amount = (key: "flat" | "cum", title: string, hint: string): Column<FunctionRow>[] => [
    {
      key,
      title,
      hint,
      width: 104,
      value: (row) => row[key],
      cell: (row) => amountText(row[key], weight),
      exact: (row) => (weight === "ns" ? exactDuration(row[key]) : count(row[key])),
    },
    {
      key: key + "%",
      title: title + " %",
      hint,
      width: 92,
      value: (row) => row[key] / total,
      cell: (row) => percent(row[key] / total),
      share: (row) => row[key] / total,
    },
  ];
  return [
    {
      key: "name",
      title: "Function",
      width: 320,
      text: true,
      value: (row) => row.name,
      cell: (row) => <FunctionName name={row.name} />,
      exact: (row) => [row.name, row.file].filter(Boolean).join("\n"),
    },
    ...amount("flat", "Flat", "In the function itself: it is at the top of the stack"),
    ...amount("cum", "Cum", "In the function and all that it calls"),
    { key: "count", title: "Count", hint: "How many have the function in their stack", width: 92, value: (row) => row.count, cell: (row) => count(row.count) },
  ];
}

const filterText = (row: FunctionRow) => row.name;

interface TableProps {
  readonly samples: Samples;
  readonly weight: Weight;
  readonly total: number;
  readonly sort: "flat" | "cum";
  readonly onFunction: (name: string) => void;
}

export function FunctionTable({ samples, weight, total, sort, onFunction }: TableProps) {
  const rows = useMemo(() => functionTable(samples, weight), [samples, weight]);
  const columns = useMemo(() => columnsFor(total, weight), [total, weight]);
  return (
    <ArrayTable
      label="Functions"
      noun="function"
      rows={rows}
      columns={columns}
      initialSort={{ key: sort, descending: true }}
      filterText={filterText}
      onRow={(row) => onFunction(row.name)}
    />
  );
}

interface PeekProps {
  readonly samples: Samples;
  readonly fn: number;
  readonly weight: Weight;
  readonly total: number;
  readonly link: (name: string) => string;
}

function Beside({ title, of, cum, weight, link }: { title: string; of: Neighbour[]; cum: number; weight: Weight; link: (name: string) => string }) {
  return (
    <section class="card peek-side" aria-label={title}>
      <h2>{title}</h2>
      {of.length === 0 && <p class="muted">None</p>}
      <ul class="rank">
        {of.map(({ function: fn, name, amount }) => (
          <li key={fn}>
            <a href={link(name)}>
              <FunctionName name={name} />
            </a>
            <span class="rank-bar"><span style={{ width: `${(100 * amount) / cum}%` }} /></span>
            <span class="muted figure">{percent(amount / cum)}</span>
            <span class="figure" title={weight === "ns" ? exactDuration(amount) : undefined}>{amountText(amount, weight)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Peek({ samples, fn, weight, total, link }: PeekProps) {
  const { callers, callees, flat, cum } = useMemo(() => neighbours(samples, fn, weight), [samples, fn, weight]);
  return (
    <div class="peek">
      <Beside title="Called by" of={callers} cum={cum} weight={weight} link={link} />
      <p class="peek-function">
        <span class="code">{samples.names[fn]}</span>
        <span class="figure">
          flat {amountText(flat, weight)} ({percent(flat / total)}) · cum {amountText(cum, weight)} ({percent(cum / total)})
        </span>
      </p>
      <Beside title="Calls" of={callees} cum={cum} weight={weight} link={link} />
    </div>
  );
}
