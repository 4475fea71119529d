// Processor utilisation over the whole trace; dragging over it opens that part in the timeline.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { fetchJson } from "../../api/client";
import { BUCKETS, fetchTiles, levelHolding, type CounterTile } from "../../api/tiles";
import type { Gap, Reading, TimelineReply } from "../../api/types";
import { moment } from "../../format";
import { useAxisSpan } from "../../reading";
import { State } from "../../states";
import { drawStacked } from "../../ui/area";
import { drawGaps, gapBands, gapsWithin } from "../../ui/gaps";
import { TimePicture, type Paint } from "../../ui/time-picture";
import { timelineLink } from "../timeline/fragment";

const PLOT = 170; // px
const AROUND = 1 / 20; // of the width, on either side of a click

// The series of the lane `procs`, in its order.
const SERIES = [
  { label: "running", state: State.Running },
  { label: "syscall", state: State.Syscall },
  { label: "idle", state: State.Idle },
];

interface UtilisationProps {
  readonly reading: Reading | null;
  readonly span: number; // so far
  readonly procs: number;
  readonly damaged: boolean; // events may be missing
}

interface Picture {
  readonly span: number;
  readonly procs: number;
  readonly bucket: number;
  readonly buckets: number;
  readonly series: Float32Array[];
  readonly gaps: Gap[];
}

async function loadGaps(): Promise<Gap[]> {
  return (await fetchJson<TimelineReply>("/api/timeline")).gaps;
}

// `span` is that of the axis.
async function load({ span, procs, damaged }: Omit<UtilisationProps, "reading">): Promise<Picture | null> {
  const level = levelHolding(span);
  const [[tile], gaps] = await Promise.all([fetchTiles(level, [["procs", 0]]), damaged ? loadGaps() : []]);
  if (tile.kind !== "counter") return null;
  const bucket = 2 ** level;
  return { span, procs, bucket, buckets: Math.min(BUCKETS, Math.ceil(span / bucket)), series: (tile as CounterTile).mean, gaps };
}

function paintPicture(picture: Picture): Paint {
  return (context, colours, width) => {
    const shown = (picture.buckets * picture.bucket) / picture.span; // the last bucket may reach beyond the end
    const areas = SERIES.slice(0, 2).map(({ state }, i) => ({
      values: (bucket: number) => picture.series[i]?.[bucket],
      colour: colours.state[state],
    }));
    drawStacked(context, areas, picture.buckets, { left: 0, top: 0, width: width * shown, height: PLOT, full: picture.procs });
    const ratio = window.devicePixelRatio || 1;
    const bands = gapBands(picture.gaps, { start: 0, width: picture.span, left: 0, plot: width, ratio });
    drawGaps(context, colours, ratio, bands, 0, PLOT);
  };
}

function describe(picture: Picture, time: number, pixel: number): string {
  if (gapsWithin(picture.gaps, time - pixel, time + pixel)) return `${moment(time, picture.bucket)} · events are missing`;
  const bucket = Math.min(picture.buckets - 1, Math.floor(time / picture.bucket));
  const figures = SERIES.map(({ label }, i) => `${(picture.series[i]?.[bucket] || 0).toFixed(1)} ${label}`);
  return `${moment(time, picture.bucket)} · ${figures.join(" · ")}`;
}

export function Utilisation({ reading, span: spanSoFar, procs, damaged }: UtilisationProps) {
  const span = useAxisSpan(reading, spanSoFar);
  const asked = useRef(0); // the number of the last request
  const shown = useRef(0); // and of the picture's
  const [picture, setPicture] = useState<Picture | null>(null);
  const [error, setError] = useState("");

  useEffect(() => {
    const number = ++asked.current;
    load({ span, procs: Math.max(1, procs), damaged }).then((loaded) => {
      if (number < shown.current) return;
      shown.current = number;
      setPicture(loaded);
    }, (failure: Error) => setError(failure.message));
  }, [span, spanSoFar, procs, damaged, reading === null]);
  const paint = useMemo(() => picture && paintPicture(picture), [picture]);

  return (
    <TimePicture
      class="utilisation"
      label="Processors running over time"
      height={PLOT}
      start={0}
      end={picture?.span ?? span}
      paint={paint}
      hint="Drag to open a part in the timeline"
      error={error}
      describe={(time, step) => describe(picture!, time, step)}
      around={AROUND}
      linkTo={(start, end) => timelineLink({ start, width: end - start })}
    />
  );
}
