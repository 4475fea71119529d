// SQL over the trace: a statement, which the address holds, and its answer.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useJson } from "../../api/client";
import { useOverview } from "../../api/live";
import type { Limits, SchemaTable } from "../../api/query";
import { provide } from "../../commands";
import { count } from "../../format";
import { addLocation, href, renameLocation } from "../../router";
import { recallInTab, rememberInTab } from "../../storage";
import { EmptyNotice } from "../../ui/notice";
import { Editor } from "./editor";
import { recallAsked, rememberAsked } from "./history";
import { placeOf, type Place } from "./place";
import { Result } from "./result";
import { useRunning, type Failure, type Running } from "./running";
import { Side } from "./side";

const ROWS = [1000, 10_000];
const SECONDS = [10, 60];
const MOST_IN_ADDRESS = 10_000; // bytes, as they are written there: the server takes no longer ones
const SETTLE = 300; // ms after the last key

const oneOf = (choices: readonly number[], text: string | null) => choices.find((choice) => String(choice) === text) ?? choices[0];

function limitsOf(query: URLSearchParams): Limits {
  return { rows: oneOf(ROWS, query.get("rows")), seconds: oneOf(SECONDS, (query.get("time") ?? "").replace(/s$/, "")) };
}

function addressOf(text: string, { rows, seconds }: Limits): string | null {
  const address = href("/sql", {
    query: text === "" ? null : text,
    rows: rows === ROWS[0] ? null : String(rows),
    time: seconds === SECONDS[0] ? null : `${seconds}s`,
  });
  return address.length > MOST_IN_ADDRESS ? null : address;
}

// Keeps the address to what is typed: the first change is a step to go back from.
function useAddress() {
  const changed = useRef(false);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const write = (text: string, limits: Limits) => {
    clearTimeout(timer.current);
    const address = addressOf(text, limits) ?? "/sql";
    if (address === location.pathname + location.search) return;
    if (changed.current) renameLocation(address);
    else addLocation(address);
    changed.current = true;
  };
  return {
    soon: (text: string, limits: Limits) => {
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => write(text, limits), SETTLE);
    },
    // What is asked now stays, and the next change is another step.
    now: (text: string, limits: Limits) => {
      write(text, limits);
      changed.current = false;
    },
    arrived: () => {
      clearTimeout(timer.current);
      changed.current = false;
    },
  };
}

function FailureNotice({ failure, place, onGo }: { failure: Failure; place: Place | null; onGo: () => void }) {
  const line = place ? failure.sql.split("\n")[place.line - 1] : "";
  const at = place ? place.column - 1 : 0;
  return (
    <div class="notice notice-error sql-failure" role="alert">
      <p id="sql-says">
        <strong>{place ? `Line ${place.line}, column ${place.column}:` : "It was not answered:"}</strong> {failure.message}
      </p>
      {place && (
        <p class="sql-failure-line">
          <code class="code">
            {line.slice(Math.max(0, at - 60), at)}
            <mark>{line.slice(at, at + place.end - place.at) || " "}</mark>
            {line.slice(at + place.end - place.at, at + 80)}
          </code>
          <button type="button" class="button" onClick={onGo}>
            Go there
          </button>
        </p>
      )}
    </div>
  );
}

function Elapsed({ begun }: { begun: number }) {
  const [now, setNow] = useState(begun);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, [begun]);
  return (
    <span class="muted figure waiting-plain" role="status">
      running: {(Math.max(0, now - begun) / 1000).toFixed(1)} s
    </span>
  );
}

interface ToolsProps {
  readonly running: Running;
  readonly limits: Limits;
  readonly empty: boolean;
  readonly onRun: () => void;
  readonly onLimits: (limits: Limits) => void;
}

function Tools({ running: { begun, stop }, limits, empty, onRun, onLimits }: ToolsProps) {
  return (
    <div class="sql-tools">
      {begun === null ? (
        <button type="button" class="button sql-run" disabled={empty} title="Ctrl+Enter" onClick={onRun}>
          Run
        </button>
      ) : (
        <button type="button" class="button sql-run" title="Esc" onClick={stop}>
          Stop
        </button>
      )}
      {begun === null ? <span class="muted sql-keys"><kbd>Ctrl</kbd> <kbd>Enter</kbd></span> : <Elapsed begun={begun} />}
      <label class="push muted">
        at most{" "}
        <select class="sql-select" aria-label="Rows at most" value={String(limits.rows)} onChange={(event) => onLimits({ ...limits, rows: Number(event.currentTarget.value) })}>
          {ROWS.map((rows) => <option key={rows} value={String(rows)}>{count(rows)} rows</option>)}
        </select>
      </label>
      <label class="muted">
        within{" "}
        <select class="sql-select" aria-label="Seconds at most" value={String(limits.seconds)} onChange={(event) => onLimits({ ...limits, seconds: Number(event.currentTarget.value) })}>
          {SECONDS.map((seconds) => <option key={seconds} value={String(seconds)}>{seconds} s</option>)}
        </select>
      </label>
    </div>
  );
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
  const type = (typed: string) => {
    setText(typed);
    rememberInTab("sql.text", typed);
    address.soon(typed, limits);
  };
  const insert = (name: string) => {
    const { value, selectionStart, selectionEnd } = field.current!;
    const before = value.slice(0, selectionStart);
    const gap = /[\w.]$/.test(before) && !before.endsWith(".") ? " " : "";
    field.current!.setRangeText(gap + name, selectionStart, selectionEnd, "end");
    type(field.current!.value);
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
  const raise = () => {
    if (!answer || answer.reply.more === null) return null;
    const { rows, seconds } = answer.limits;
    if (answer.reply.more === "rows" && rows < ROWS[1]) return { title: `Up to ${count(ROWS[1])}`, onClick: () => ask(answer.sql, { rows: ROWS[1], seconds }) };
    if (answer.reply.more === "time" && seconds < SECONDS[1]) return { title: `Take up to ${SECONDS[1]} s`, onClick: () => ask(answer.sql, { rows, seconds: SECONDS[1] }) };
    return null;
  };
  return (
    <div class="page page-sql">
      <div class="sql-main">
        <section class="sql-ask card" aria-label="Statement">
          <header>
            <h1>SQL</h1>
            <span class="muted">Asks the trace’s tables in SQLite’s SQL. Nothing can be changed.</span>
          </header>
          <Editor field={field} text={text} wrong={wrong} onText={type} onRun={() => runNow.current()} onStop={running.stop} />
          <Tools running={running} limits={limits} empty={text.trim() === ""} onRun={() => runNow.current()} onLimits={(next) => (setLimits(next), address.soon(text, next))} />
          {addressOf(text, limits) === null && <p class="muted">The statement is too long for the address: a link to this page would not hold it.</p>}
        </section>
        {failure && <FailureNotice failure={failure} place={place} onGo={goThere} />}
        {answer && <Result key={answer.sql} answer={answer} tables={schema.data?.tables ?? NO_TABLES} span={overview?.span_ns ?? 0} stale={begun !== null} raise={raise()} />}
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
