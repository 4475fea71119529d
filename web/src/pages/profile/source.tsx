// The file of a function, with what was spent on each of its lines.
import { useMemo, useState } from "preact/hooks";
import { useJson } from "../../api/client";
import type { ProfileReply } from "../../api/types";
import { count, duration, exactDuration, percent, plural } from "../../format";
import { href } from "../../router";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import type { Samples, Weight } from "./samples";
import { lineFigures, type LineFigures } from "./source-lines";

const AROUND = 8; // lines before the first and behind the last that has something
const MOST_LINES = 5000; // that are shown at once

interface SourceReply {
  root: string | null; // null: kymo was not told
  path?: string;
  text?: string;
  missing?: string; // why it cannot be shown
}

interface SourceProps {
  readonly profile: ProfileReply;
  readonly samples: Samples;
  readonly fn: number;
  readonly weight: Weight;
  readonly total: number;
}

function HowToGiveIt() {
  return (
    <EmptyNotice title="kymo was not told where the source is.">
      A trace holds names and lines, but no text. Start kymo with the folder of the program: <code>kymo --source-root=DIR trace.out</code>. Files beneath it
      are shown with what was spent on each line, and nothing else is opened.
    </EmptyNotice>
  );
}

function Amount({ value, weight, total }: { value: number | undefined; weight: Weight; total: number }) {
  if (!value) return <td class="figure faint" />;
  return (
    <td class="figure" title={`${weight === "ns" ? exactDuration(value) : count(value)} (${percent(value / total)})`}>
      {weight === "ns" ? duration(value) : count(value)}
    </td>
  );
}

function Lines({ text, figures, weight, total }: { text: string; figures: Map<number, LineFigures>; weight: Weight; total: number }) {
  const [whole, setWhole] = useState(false);
  const lines = useMemo(() => text.replace(/\n$/, "").split("\n"), [text]);
  const told = [...figures.keys()].filter((line) => line >= 1 && line <= lines.length).sort((a, b) => a - b);
  const beyond = figures.size - told.length;
  const first = whole || told.length === 0 ? 1 : Math.max(1, told[0] - AROUND);
  const last = Math.min(first + MOST_LINES - 1, whole || told.length === 0 ? lines.length : Math.min(lines.length, told[told.length - 1] + AROUND));
  const rows = [];
  for (let line = first; line <= last; line++) {
    const figure = figures.get(line);
    rows.push(
      <tr key={line} class={figure ? "source-hot" : undefined}>
        <td class="figure muted">{line}</td>
        <Amount value={figure?.flat} weight={weight} total={total} />
        <Amount value={figure?.cum} weight={weight} total={total} />
        <td class="code">{lines[line - 1]}</td>
      </tr>,
    );
  }
  return (
    <>
      {beyond > 0 && <p class="notice notice-warning">The trace tells of {plural(beyond, "line")} that this file does not have: it is another version than the program's.</p>}
      <div class="source-lines" tabIndex={0}>
        <table aria-label="Source">
          <thead>
            <tr>
              <th>Line</th>
              <th>Flat</th>
              <th>Cum</th>
              <th class="text">Source</th>
            </tr>
          </thead>
          <tbody>{rows}</tbody>
        </table>
      </div>
      <p class="muted">
        Lines {count(first)} to {count(last)} of {count(lines.length)}.{" "}
        {(first > 1 || last < lines.length) && !whole && (
          <button type="button" class="button" onClick={() => setWhole(true)}>
            Show the whole file
          </button>
        )}
      </p>
    </>
  );
}

export function SourceView({ profile, samples, fn, weight, total }: SourceProps) {
  const file = profile.functions.find(({ name }) => name === samples.names[fn])?.file ?? "";
  const { data, error } = useJson<SourceReply>(href("/api/source", { file }));
  const figures = useMemo(() => lineFigures(profile, samples, file, weight, fn), [profile, samples, file, weight, fn]);
  if (error) return <ErrorNotice message={error} />;
  if (!data) return null;
  if (data.root === null) return <HowToGiveIt />;
  if (data.text === undefined) {
    return (
      <EmptyNotice title={`${file || "The file"} ${file ? data.missing : "is not told of by the trace"}.`}>
        Looked for beneath <code>{data.root}</code>, also without the first parts of its path. Functions of the standard library are there only if Go's own source is.
      </EmptyNotice>
    );
  }
  return (
    <section class="source">
      <p>
        <span class="code">{data.path}</span> <span class="muted">of</span> <span class="code muted">{data.root}</span>
      </p>
      <Lines text={data.text} figures={figures} weight={weight} total={total} />
    </section>
  );
}
