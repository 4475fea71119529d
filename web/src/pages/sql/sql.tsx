// SQL over the trace: a statement, which the address holds, and its answer.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useJson } from "../../api/client";
import { useOverview } from "../../api/live";
import type { Limits, SchemaTable } from "../../api/query";
import { provide } from "../../commands";
import { recallInTab, rememberInTab } from "../../storage";
import { EmptyNotice } from "../../ui/notice";
import { addressOf, limitsOf, ROWS, SECONDS, useAddress } from "./address";
import { Editor } from "./editor";
import { FailureNotice } from "./failure";
import { recallAsked, rememberAsked } from "./history";
import { placeOf } from "./place";
import { Result } from "./result";
import { useRunning, type Answer } from "./running";
import { Side } from "./side";
import { Tools } from "./tools";

// The next larger limit, where one was reached and there is a larger one.
function largerLimits({ reply, limits: { rows, seconds } }: Answer): Limits | null {
  if (reply.more === "rows" && rows < ROWS[1]) return { rows: ROWS[1], seconds };
  return reply.more === "time" && seconds < SECONDS[1] ? { rows, seconds: SECONDS[1] } : null;
}

const NO_TABLES: SchemaTable[] = [];

export function SqlPage({ query }: { query: URLSearchParams }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => query.get("query") ?? recallInTab("sql.text") ?? "");
  const [limits, setLimits] = useState(() => limitsOf(query));
  const [history, setHistory] = useState(recallAsked);
  const schema = useJson<{ tables: SchemaTable[] }>("/api/query/schema");
  const { data: overview } = useOverview();
  const address = useAddress();
  const running = useRunning(({ sql, reply }) => setHistory((before) => rememberAsked(before, { sql, rows: reply.rows.length })));
  const { begun, answer, failure } = running;

  const ask = (sql: string, within: Limits) => {
    setText(sql);
    setLimits(within);
    rememberInTab("sql.text", sql);
    address.now(sql, within);
    if (sql.trim() !== "") running.run(sql, within);
  };
  const edit = (typed: string) => {
    setText(typed);
    rememberInTab("sql.text", typed);
    address.soon(typed, limits);
  };
  const insert = (name: string) => {
    const { value, selectionStart, selectionEnd } = field.current!;
    const before = value.slice(0, selectionStart);
    const gap = /\w$/.test(before) ? " " : "";
    field.current!.setRangeText(gap + name, selectionStart, selectionEnd, "end");
    edit(field.current!.value);
    field.current!.focus();
  };
  const runNow = useRef(() => undefined as void);
  runNow.current = () => begun === null && text.trim() !== "" && ask(text, limits);

  // A link leads here with a statement, or a step back to one: it is answered at once.
  useEffect(() => {
    const sql = query.get("query");
    address.arrived();
    if (sql === null) return;
    setText(sql);
    setLimits(limitsOf(query));
    rememberInTab("sql.text", sql);
    running.run(sql, limitsOf(query));
  }, [query]);
  useEffect(() => provide({ "sql-run": () => runNow.current() }), []);
  useEffect(() => (begun === null ? undefined : provide({ "sql-stop": running.stop })), [begun === null]);

  const place = useMemo(() => (failure && failure.offset !== null ? placeOf(failure.sql, failure.offset) : null), [failure]);
  const wrong = failure && failure.sql === text ? place : null;
  const goThere = () => {
    field.current!.focus();
    if (wrong) field.current!.setSelectionRange(wrong.at, wrong.end);
  };
  const larger = answer && largerLimits(answer);
  return (
    <div class="page page-sql">
      <div class="sql-main">
        <section class="sql-ask card" aria-label="Statement">
          <header>
            <h1>SQL</h1>
            <span class="muted">Asks the trace’s tables in SQLite’s SQL. Nothing can be changed.</span>
          </header>
          <Editor field={field} text={text} wrong={wrong} onText={edit} onRun={() => runNow.current()} onStop={running.stop} />
          <Tools running={running} limits={limits} empty={text.trim() === ""} onRun={() => runNow.current()} onLimits={(next) => (setLimits(next), address.soon(text, next))} />
          {addressOf(text, limits) === null && <p class="muted">The statement is too long for the address: a link to this page would not hold it.</p>}
        </section>
        {failure && <FailureNotice failure={failure} place={place} onGo={goThere} />}
        {answer && <Result key={answer.sql} answer={answer} tables={schema.data?.tables ?? NO_TABLES} span={overview?.span_ns ?? 0} stale={begun !== null} onRaise={larger && (() => ask(answer.sql, larger))} larger={larger} />}
        {!answer && !failure && begun === null && (
          <EmptyNotice title="Nothing has been asked yet.">Type a statement and run it, or choose one of the examples. The address holds it, so that it can be shared with whoever has the same trace open.</EmptyNotice>
        )}
        {!answer && begun !== null && (
          <div class="notice waiting" role="status">
            <strong>Running …</strong>
            <p>What a statement needs is first taken from the trace; later ones that need the same do not wait for that.</p>
          </div>
        )}
      </div>
      <Side schema={schema} history={history} onInsert={insert} onAsk={(sql) => ask(sql, limits)} />
    </div>
  );
}
