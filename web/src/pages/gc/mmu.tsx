// Minimum mutator utilisation: the curve, and the worst windows of one length.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useJson } from "../../api/client";
import { useOverview } from "../../api/live";
import type { MmuReply, WorstReply, WorstWindow } from "../../api/types";
import { duration, exactDuration, percent } from "../../format";
import { keyOf } from "../../keys";
import { paletteFor } from "../../palette";
import { Waiting } from "../../reading";
import { href, navigate } from "../../router";
import { ArrayTable } from "../../ui/array-table";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { prepareCanvas, useDark, useSize } from "../../ui/size";
import type { Column } from "../../ui/table";
import { stretchLink } from "../timeline/fragment";
import { DASHES, describePoint, drawCurve, HEIGHT, pointNear, windowAt } from "./curve";
import { GcTabs } from "./tabs";

// What counts as taken from the program, under the official names.
const LOSSES = [
  { flag: "stw", title: "Stops of the world" },
  { flag: "background", title: "Background workers" },
  { flag: "assist", title: "Mark assists" },
  { flag: "sweep", title: "Sweeping" },
];
const USUAL = "stw|background|assist";

interface Choice {
  readonly flags: Set<string>;
  readonly percentiles: boolean;
  readonly window: number | null;
}

// `mut` asks for percentiles, as in the official tool.
function choiceOf(query: URLSearchParams): Choice {
  const flags = new Set((query.get("flags") ?? USUAL).split(/[|,]/));
  const window = Number(query.get("window"));
  return { flags, percentiles: flags.has("mut"), window: Number.isFinite(window) && window >= 1 ? Math.round(window) : null };
}

function flagList({ flags }: Choice): string {
  return ["perProc", ...LOSSES.map(({ flag }) => flag)].filter((flag) => flags.has(flag)).join("|");
}

function choose(choice: Choice): void {
  const flags = [flagList(choice), ...(choice.flags.has("mut") ? ["mut"] : [])].filter(Boolean).join("|");
  navigate(href("/mmu", { flags, window: choice.window === null ? null : String(choice.window) }));
}

function Switches({ choice }: { choice: Choice }) {
  const toggle = (flag: string) => {
    const flags = new Set(choice.flags);
    if (!flags.delete(flag)) flags.add(flag);
    choose({ ...choice, flags });
  };
  const box = (flag: string, title: string, hint?: string) => (
    <label key={flag} title={hint}>
      <input type="checkbox" checked={choice.flags.has(flag)} onChange={() => toggle(flag)} /> {title}
    </label>
  );
  return (
    <div class="switches">
      <fieldset>
        <legend>Lost is</legend>
        {LOSSES.map(({ flag, title }) => box(flag, title))}
      </fieldset>
      <fieldset>
        <legend>Show</legend>
        {box("perProc", "Each processor alone", "A goroutine on it either runs or does not, so that the worst of any processor counts")}
        {box("mut", "Percentiles", "What is left at least in all windows but the worst 0.1, 1 and 5 per cent of them")}
      </fieldset>
    </div>
  );
}

interface CurveProps {
  readonly reply: MmuReply;
  readonly chosen: number;
  readonly onChoose: (window: number) => void;
}

function Curve({ reply, chosen, onChoose }: CurveProps) {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(host);
  const dark = useDark();
  const [pointed, setPointed] = useState<number | null>(null);
  const points = reply.curve;
  useEffect(() => {
    if (width > 0) drawCurve(prepareCanvas(canvas.current!, width, HEIGHT), { points, width, colours: paletteFor(dark), pointed, chosen });
  }, [points, width, dark, pointed, chosen]);
  const windowUnder = (event: PointerEvent | MouseEvent) => windowAt({ points, width }, event.clientX - canvas.current!.getBoundingClientRect().left);
  const step = (event: KeyboardEvent) => {
    const command = keyOf(event, "curve");
    if (command === null) return;
    event.preventDefault();
    const by = command === "curve-longer" ? 1 : -1;
    const at = points.indexOf(pointNear(points, chosen) as number[]);
    onChoose(points[Math.min(points.length - 1, Math.max(0, at + by))][0]);
  };
  const told = pointNear(points, pointed ?? chosen);
  return (
    <>
      <p class="curve-says figure muted">{describePoint(told, reply.shares)}</p>
      <div ref={host}>
        <canvas
          ref={canvas}
          class="curve"
          height={HEIGHT}
          tabIndex={0}
          role="slider"
          aria-label="Window: left and right choose another"
          aria-valuemin={points[0][0]}
          aria-valuemax={points[points.length - 1][0]}
          aria-valuenow={chosen}
          aria-valuetext={describePoint(pointNear(points, chosen), reply.shares)}
          onPointerMove={(event) => setPointed(windowUnder(event))}
          onPointerLeave={() => setPointed(null)}
          onClick={(event) => onChoose(pointNear(points, windowUnder(event))[0])}
          onKeyDown={step}
        />
      </div>
      {reply.shares.length > 1 && (
        <ul class="legend">
          {reply.shares.map((share, i) => (
            <li key={share}>
              <svg width="28" height="8" aria-hidden="true">
                <line class={i === 0 ? "curve-line" : "curve-line-other"} x1="0" x2="28" y1="4" y2="4" stroke-dasharray={DASHES[i].join(" ")} />
              </svg>
              {i === 0 ? "minimum" : `all but ${share * 100}% of windows`}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function worstColumns(perProc: boolean): Column<WorstWindow>[] {
  const proc = (row: WorstWindow) => (row.proc === undefined ? (perProc ? "any" : "all") : String(row.proc));
  return [
    {
      key: "start",
      title: "Begins at",
      hint: "Since the start of the trace",
      width: 200,
      text: true,
      value: (row) => row.start_ns,
      cell: (row) => <span class="figure">{duration(row.start_ns)}</span>,
      exact: (row) => exactDuration(row.start_ns),
    },
    {
      key: "utilization",
      title: "Left to the program",
      width: 220,
      wide: true,
      value: (row) => row.utilization,
      cell: (row) => percent(row.utilization),
      share: (row) => row.utilization,
    },
    { key: "proc", title: "Processor", width: 140, value: proc },
  ];
}

function Worst({ choice, window, longest }: { choice: Choice; window: number; longest: number }) {
  const { data, error } = useJson<WorstReply>(href("/api/mmu/worst", { flags: flagList(choice), window: String(window) }));
  const { data: overview } = useOverview();
  const columns = useMemo(() => worstColumns(choice.flags.has("perProc")), [choice]);
  const sizes = useMemo(() => {
    const all = new Set([window]);
    for (let decade = 1000; decade <= longest; decade *= 10) for (const factor of [1, 2, 5]) if (factor * decade <= longest) all.add(factor * decade);
    return [...all].sort((a, b) => a - b);
  }, [window, longest]);
  return (
    <>
      <div class="page-head">
        <h2>
          <label>
            The worst windows of{" "}
            <select class="field field-short" value={String(window)} onChange={(event) => choose({ ...choice, window: Number(event.currentTarget.value) })}>
              {sizes.map((size) => (
                <option key={size} value={String(size)}>{duration(size)}</option>
              ))}
            </select>
          </label>
        </h2>
        <p class="muted">They do not overlap. A row opens the timeline there.</p>
      </div>
      {error && <ErrorNotice message={error} />}
      {data?.worst.length === 0 && <EmptyNotice title="Nothing is lost in any window of this length.">Choose a shorter one, or count more as lost.</EmptyNotice>}
      {data && data.worst.length > 0 && (
        <ArrayTable
          label="Worst windows"
          noun="window"
          rows={data.worst}
          columns={columns}
          initialSort={{ key: "utilization", descending: false }}
          rowLink={(row) => stretchLink(row.start_ns, row.start_ns + window, overview?.span_ns ?? row.start_ns + window)}
        />
      )}
    </>
  );
}

// A millisecond, or what a short trace has of that.
function usualWindow(reply: MmuReply): number {
  return pointNear(reply.curve, Math.min(1e6, reply.longest_ns / 10))[0];
}

function NoCollection() {
  return (
    <EmptyNotice title="This trace holds no garbage collection, so everything was left to the program.">
      It did not fill its heap up to its goal while it was recorded. Record for longer or under load; GOGC or GOMEMLIMIT may also keep it
      from collecting.
    </EmptyNotice>
  );
}

export function MmuPage({ query }: { query: URLSearchParams }) {
  const choice = choiceOf(query);
  const { data, error } = useJson<MmuReply>(href("/api/mmu", { flags: flagList(choice), percentiles: choice.percentiles ? "1" : null }));
  const last = useRef<MmuReply | null>(null); // stays while another is under way
  if (data) last.current = data;
  const reply = data ?? last.current;
  const window = reply?.curve.length ? (choice.window ?? usualWindow(reply)) : 0;
  return (
    <div class="page page-table">
      <div class="page-head">
        <h1>Minimum mutator utilisation</h1>
        <p class="muted">The least share of the processors that the garbage collector left to the program, in any stretch of time of a given length.</p>
        <GcTabs path="/mmu" />
      </div>
      {error && <ErrorNotice message={error} />}
      {!reply && !error && <Waiting whole />}
      {reply && !reply.collections && <NoCollection />}
      {reply?.collections && reply.curve.length === 0 && (
        <EmptyNotice title="The trace tells of no processors.">Without them there is nothing that could be left to the program.</EmptyNotice>
      )}
      {reply?.collections && reply.curve.length > 0 && (
        <>
          <section class="card">
            <Switches choice={choice} />
            {choice.percentiles && reply.too_many && <p class="muted">There are too many changes for percentiles of each processor.</p>}
            <Curve reply={reply} chosen={window} onChoose={(chosen) => choose({ ...choice, window: chosen })} />
          </section>
          <Worst choice={choice} window={window} longest={reply.longest_ns} />
        </>
      )}
    </div>
  );
}
