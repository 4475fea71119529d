// What stands beside the statement: the tables there are, questions to begin with, and what was asked before.
import { useState } from "preact/hooks";
import type { Loaded } from "../../api/client";
import type { SchemaColumn, SchemaTable } from "../../api/query";
import { plural } from "../../format";
import { recallInTab, rememberInTab } from "../../storage";
import { ErrorNotice } from "../../ui/notice";
import { RECIPES } from "./cookbook";
import type { Asked } from "./history";

interface SideProps {
  readonly schema: Loaded<{ tables: SchemaTable[] }>;
  readonly history: readonly Asked[];
  readonly onInsert: (name: string) => void;
  readonly onAsk: (sql: string) => void;
}

function unitWords({ type, unit }: SchemaColumn): string {
  if (unit === "") return type;
  return /\.(id|life)$/.test(unit) ? `→ ${unit}` : unit;
}

function Table({ table, onInsert, onAsk }: { table: SchemaTable } & Pick<SideProps, "onInsert" | "onAsk">) {
  return (
    <details class="sql-table">
      <summary title={table.about}>
        <span class="code">{table.name}</span>
        <span class="muted sql-about">{table.about}</span>
      </summary>
      <div class="sql-columns">
        <p class="muted">{table.about}</p>
        <p class="sql-table-does">
          <button type="button" class="button" onClick={() => onInsert(table.name)}>
            Insert its name
          </button>
          <button type="button" class="button" onClick={() => onAsk(`SELECT *\nFROM ${table.name}\nLIMIT 100;`)}>
            Show 100 rows
          </button>
        </p>
        <ul>
          {table.columns.map((column) => (
            <li key={column.name}>
              <button type="button" class="sql-column" title={`Insert ${column.name}`} onClick={() => onInsert(column.name)}>
                <span class="code">{column.name}</span>
                <span class="sql-unit muted">{unitWords(column)}</span>
                <span class="sql-column-about">{column.about}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}

function Tables({ schema: { data, error }, onInsert, onAsk }: SideProps) {
  if (error) return <ErrorNotice message={error} />;
  return (
    <>
      <p class="muted sql-hint">Times are nanoseconds since the trace’s first event. Names are inserted by a click.</p>
      {data?.tables.map((table) => <Table key={table.name} table={table} onInsert={onInsert} onAsk={onAsk} />)}
    </>
  );
}

function Statement({ title, note, sql, onAsk }: { title: string; note?: string; sql: string; onAsk: (sql: string) => void }) {
  return (
    <li>
      <button type="button" class="sql-choice" title={sql.slice(0, 2000)} onClick={() => onAsk(sql)}>
        <span>{title}</span>
        {note && <span class="muted">{note}</span>}
      </button>
    </li>
  );
}

function Examples({ onAsk }: SideProps) {
  return (
    <ol class="sql-choices">
      {RECIPES.map(({ title, sql }) => (
        <Statement key={title} title={title} sql={sql} onAsk={onAsk} />
      ))}
    </ol>
  );
}

function History({ history, onAsk }: SideProps) {
  if (history.length === 0) return <p class="muted sql-hint">Statements that were answered in this tab are kept here until it is closed.</p>;
  return (
    <ol class="sql-choices">
      {history.map(({ sql, rows }) => (
        <Statement key={sql} title={sql.replace(/\s+/g, " ").slice(0, 200)} note={plural(rows, "row")} sql={sql} onAsk={onAsk} />
      ))}
    </ol>
  );
}

const PARTS = [
  { key: "tables", title: "Tables", Part: Tables },
  { key: "examples", title: "Examples", Part: Examples },
  { key: "history", title: "History", Part: History },
];

export function Side(props: SideProps) {
  const [chosen, setChosen] = useState(recallInTab("sql.side") ?? PARTS[0].key);
  const { Part, title } = PARTS.find(({ key }) => key === chosen) ?? PARTS[0];
  const choose = (key: string) => {
    setChosen(key);
    rememberInTab("sql.side", key);
  };
  return (
    <aside class="sql-side card" aria-label={title}>
      <div class="switch" role="group" aria-label="Beside the statement">
        {PARTS.map(({ key, title: other }) => (
          <button key={key} type="button" aria-pressed={other === title} onClick={() => choose(key)}>
            {other}
          </button>
        ))}
      </div>
      <div class="sql-side-body">
        <Part {...props} />
      </div>
    </aside>
  );
}
