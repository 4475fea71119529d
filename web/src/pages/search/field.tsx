// The search field in the bar: what it finds is listed below it while it has the focus.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { FOUND, search, type Found, type FoundKind, type FoundRow } from "../../api/search";
import { useOverview } from "../../api/live";
import { provide } from "../../commands";
import { count, plural } from "../../format";
import { href, navigate, replaceLocation, useLocation } from "../../router";
import { FoundText, foundNote } from "./found";
import { marksLink, placeOf } from "./places";

const DELAY = 250; // ms after the last key

interface Finding {
  readonly text: string;
  readonly kinds: Found[] | null; // null: not known yet
  readonly error: string | null;
}

interface Item {
  readonly kind: FoundKind;
  readonly row: FoundRow;
  readonly link: string;
}

function useFinding(text: string, wanted: boolean): Finding {
  const [finding, setFinding] = useState<Finding>({ text: "", kinds: null, error: null });
  useEffect(() => {
    if (text === "" || !wanted) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      search(text, abort.signal).then(
        (kinds) => setFinding({ text, kinds, error: null }),
        (error: Error) => !abort.signal.aborted && setFinding({ text, kinds: null, error: error.message }),
      );
    }, DELAY);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, wanted]);
  return finding.text === text ? finding : { text, kinds: null, error: null };
}

interface ListProps {
  readonly finding: Finding;
  readonly items: Item[];
  readonly chosen: number;
  readonly onTimeline: boolean;
}

function List({ finding, items, chosen, onTimeline }: ListProps) {
  const { text, kinds, error } = finding;
  if (error) return <p class="search-says" role="alert">{error}</p>;
  if (!kinds) return <p class="search-says muted" role="status">Searching the whole trace …</p>;
  const some = kinds.filter((found) => found.count > 0);
  if (some.length === 0) return <p class="search-says muted">No goroutine, function in a stack, task, region, log or range has “{text}”.</p>;
  return (
    <>
      {some.map(({ kind, count: rows, matches }) => (
        <section key={kind} role="group" aria-label={FOUND.find((other) => other.kind === kind)!.title}>
          <p class="search-kind muted">
            <a href={href("/search", { q: text, kind })}>{plural(rows, FOUND.find((other) => other.kind === kind)!.noun)}</a>
            {onTimeline && <a class="push" href={marksLink(text, kind)} title="Only these as marks">{count(matches)} marks</a>}
          </p>
          {items.map((item, i) => item.kind === kind && (
            <a key={i} role="option" id={`found-${i}`} class="search-item" aria-selected={i === chosen} href={item.link}>
              <span class="search-text"><FoundText kind={kind} row={item.row} /></span>
              <span class="figure muted">{foundNote(kind, item.row)}</span>
            </a>
          ))}
        </section>
      ))}
      <a class="search-item search-all" role="option" id={`found-${items.length}`} aria-selected={chosen === items.length} href={href("/search", { q: text })}>
        All results
      </a>
    </>
  );
}

export function SearchField() {
  const { path, query } = useLocation();
  const { data: overview } = useOverview();
  const field = useRef<HTMLInputElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const asked = query.get("q") ?? "";
  const [text, setText] = useState(asked);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const onTimeline = path === "/trace";
  const trimmed = text.trim();
  const finding = useFinding(trimmed, open);
  const span = overview?.span_ns ?? 0;
  const items = useMemo(
    () => (finding.kinds ?? []).flatMap(({ kind, rows }) => rows.map((row) => ({ kind, row, link: placeOf(trimmed, kind, row, span) }))),
    [finding.kinds, span, path, location.search],
  );

  useEffect(() => {
    if (document.activeElement !== field.current) setText(asked);
  }, [asked]);
  useEffect(
    () =>
      provide({
        search: () => {
          field.current?.focus();
          field.current?.select();
        },
      }),
    [],
  );
  useEffect(() => setChosen(-1), [finding.kinds]);
  useEffect(() => host.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [chosen]);

  // The timeline marks what is looked for, as it is typed.
  useEffect(() => {
    if (!onTimeline || !open || trimmed === asked) return;
    const timer = setTimeout(() => {
      const next = new URLSearchParams(location.search);
      if (trimmed) next.set("q", trimmed);
      else next.delete("q");
      next.delete("kind");
      replaceLocation(`${location.pathname}${next.size > 0 ? "?" + next : ""}${location.hash}`);
    }, DELAY);
    return () => clearTimeout(timer);
  }, [trimmed, onTimeline, open, asked]);

  const close = () => {
    setOpen(false);
    field.current?.blur();
  };
  const go = (link: string) => {
    close();
    navigate(link);
  };
  const enter = () => {
    if (chosen >= 0 && chosen < items.length) go(items[chosen].link);
    else if (trimmed === "") close();
    else if (onTimeline && chosen < 0) go(marksLink(trimmed, null));
    else go(href("/search", { q: trimmed }));
  };
  const key = (event: KeyboardEvent) => {
    const most = items.length; // the last one leads to all results
    if (event.key === "ArrowDown") setChosen(chosen >= most ? -1 : chosen + 1);
    else if (event.key === "ArrowUp") setChosen(chosen < 0 ? most : chosen - 1);
    else if (event.key === "Enter") enter();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  };

  return (
    <div
      class="search"
      ref={host}
      role="search"
      onFocusOut={(event) => {
        if (!host.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <input
        ref={field}
        type="search"
        class="field"
        placeholder="Search the trace (/)"
        aria-label="Search the trace"
        aria-haspopup="listbox"
        aria-controls="found"
        aria-activedescendant={chosen >= 0 ? `found-${chosen}` : undefined}
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        value={text}
        onFocus={() => setOpen(true)}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={key}
      />
      {open && trimmed !== "" && (
        <div id="found" class="search-list" role="listbox" aria-label="Found" onClick={(event) => (event.target as Element).closest("a") && close()}>
          <List finding={finding} items={items} chosen={chosen} onTimeline={onTimeline} />
        </div>
      )}
    </div>
  );
}
