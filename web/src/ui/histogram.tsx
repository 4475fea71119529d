// Histograms of durations, whose axis is logarithmic. Bars filter a list: one leads to those of its length, and so do several that are
// dragged over, or gathered with Shift and the arrow keys.
import { useRef, useState } from "preact/hooks";
import type { Durations } from "../api/types";
import { count, duration, plural } from "../format";
import { navigate } from "../router";

type Buckets = Durations["histogram"];

function describe([from, to, held]: Buckets[number]): string {
  return `${duration(from)} to ${duration(to)}: ${count(held)}`;
}

export function SmallHistogram({ buckets }: { buckets: Buckets }) {
  const most = Math.max(1, ...buckets.map(([, , held]) => held));
  return (
    <span class="small-histogram" title={buckets.map(describe).join("\n")}>
      {buckets.map(([from, , held], i) => <span key={`${i} ${from}`} style={{ height: `${held && Math.max(8, (100 * held) / most)}%` }} />)}
    </span>
  );
}

// Bounds as bars write them; others mark no bar.
function nanoseconds(text: string | undefined): number {
  return Number(/^(\d+)ns$/.exec(text ?? "")?.[1] ?? NaN);
}

// What a list is limited to by them, in words; null if it is not.
export function boundsInWords(latmin: string | undefined, latmax: string | undefined): string | null {
  if (latmin && latmax) return `${latmin} to ${latmax}`;
  return latmin ? `at least ${latmin}` : latmax ? `at most ${latmax}` : null;
}

// From one bucket to another, in any order.
interface Stretch {
  readonly from: number;
  readonly to: number;
}

const within = (stretch: Stretch | null, i: number) => stretch !== null && i >= Math.min(stretch.from, stretch.to) && i <= Math.max(stretch.from, stretch.to);

interface HistogramProps {
  readonly title?: string;
  readonly buckets: Buckets;
  readonly noun: string;
  readonly chosen: Readonly<Record<string, string | undefined>>; // latmin and latmax of the page
  readonly linkTo: (latmin: string, latmax: string) => string;
}

export function Histogram({ title = "Durations", buckets, noun, chosen, linkTo }: HistogramProps) {
  const [brush, setBrush] = useState<Stretch | null>(null);
  const held = useRef(false); // the button that draws the brush
  if (buckets.length === 0) return null;
  const most = Math.max(1, ...buckets.map(([, , all]) => all));
  const [least, longest] = [nanoseconds(chosen.latmin), nanoseconds(chosen.latmax)];

  const linkOf = ({ from, to }: Stretch) => {
    const [start, end] = [buckets[Math.min(from, to)][0], buckets[Math.max(from, to)][1]];
    return linkTo(`${start}ns`, `${Math.max(start, end - 1)}ns`);
  };
  const settle = () => {
    held.current = false;
    setBrush(null);
    if (brush && brush.from !== brush.to) navigate(linkOf(brush)); // one bar is a link already
  };
  const bucketAt = (event: PointerEvent) => {
    const column = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-bucket]") : null;
    return column ? Number(column.dataset.bucket) : null;
  };
  const press = (event: PointerEvent) => {
    const at = event.button === 0 ? bucketAt(event) : null;
    if (at === null) return;
    held.current = true;
    setBrush({ from: at, to: at });
  };
  const move = (event: PointerEvent) => {
    const at = bucketAt(event);
    if (held.current && at !== null && brush && at !== brush.to) setBrush({ ...brush, to: at });
  };
  const key = (event: KeyboardEvent) => {
    const at = event.target instanceof Element ? Number(event.target.closest<HTMLElement>("[data-bucket]")?.dataset.bucket ?? NaN) : NaN;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape" && brush) setBrush(null);
    else if (event.shiftKey && step && !Number.isNaN(at)) {
      const { from, to } = brush ?? { from: at, to: at };
      setBrush({ from, to: Math.max(0, Math.min(buckets.length - 1, to + step)) });
    } else return;
    event.preventDefault();
  };

  const gathered = buckets.filter((_, i) => within(brush, i));
  const sum = gathered.reduce((all, [, , some]) => all + some, 0);
  return (
    <>
      <h2 class="histogram-title">
        {title}{" "}
        <small class="muted" role="status">
          {gathered.length > 1
            ? `${duration(gathered[0][0])} to ${duration(gathered[gathered.length - 1][1])}: ${plural(sum, noun)}`
            : `A bar lists the ${noun}s of its length, and dragging over several those of all; the axis is logarithmic.`}
        </small>
      </h2>
      <div
        class="histogram"
        role="group"
        aria-label="Durations; a bar lists those of its length, Shift and arrow keys gather several"
        onPointerDown={press}
        onPointerMove={move}
        onPointerUp={settle}
        onPointerLeave={() => held.current && settle()}
        onDragStart={(event) => event.preventDefault()}
        onKeyDown={key}
        onKeyUp={(event) => event.key === "Shift" && settle()}
      >
        {buckets.map((bucket, i) => {
          const [from, to, all] = bucket;
          const bar = <span class="histogram-bar" style={{ height: `${all && Math.max(2, (100 * all) / most)}%` }} />;
          return (
            <div class="histogram-column" key={`${i} ${from}`} data-bucket={i} data-brushed={within(brush, i) ? "" : undefined}>
              <span class="histogram-room">
                {all > 0 ? (
                  <a
                    href={linkOf({ from: i, to: i })}
                    title={describe(bucket)}
                    aria-label={`${plural(all, noun)} from ${duration(from)} to ${duration(to)}`}
                    aria-current={from >= least && to - 1 <= longest ? "true" : undefined}
                  >
                    {bar}
                  </a>
                ) : null}
              </span>
              <span class="histogram-edge figure">{duration(from)}</span>
            </div>
          );
        })}
      </div>
    </>
  );
}
