// What lies under the pointer, in words.
import { useJson } from "../../api/client";
import type { LogReply } from "../../api/tracks";
import type { Loss } from "../../api/types";
import { bytes, count, duration, exactDuration, figure, moment, percent, plural } from "../../format";
import { lossOf } from "../../losses";
import { NO_NAME, shortName } from "../../names";
import { href } from "../../router";
import { stateStyle } from "../../states";
import type { BucketHit, CounterHit, GapHit, Hit, SliceHit } from "./hit";
import type { Pointed } from "./input";

const WIDTH = 380;
const LOG_LANE = "logs";

function Who({ id, name }: { id: number; name: string }) {
  return (
    <p class="code">
      {id >= 0 && <strong>G{id} </strong>}
      {name && shortName(name, 60)}
    </p>
  );
}

function nameOf({ lane, name }: SliceHit | BucketHit, names: string[]): string {
  return (lane.nested ? lane.nested.names.get(name) : names[name]) ?? "";
}

function LogText({ index }: { index: number }) {
  const { data } = useJson<LogReply>(href("/api/log", { index: String(index) }));
  if (!data) return null;
  return (
    <p class="code">
      {data.category && `${data.category}: `}
      {data.message.slice(0, 400)}
    </p>
  );
}

// A moment: who, and what it was.
function MarkText({ hit, names }: { hit: SliceHit; names: string[] }) {
  return (
    <>
      <Who id={hit.goroutine} name={hit.name === NO_NAME ? "" : names[hit.name]} />
      <p>
        {hit.lane.marks!.one}
        <span class="muted"> at </span>
        <span class="figure">{exactDuration(hit.start)}</span>
      </p>
      {hit.lane.id === LOG_LANE ? <LogText index={hit.index} /> : <p class="muted">{hit.lane.name}</p>}
    </>
  );
}

function MarksText({ hit }: { hit: BucketHit }) {
  return (
    <>
      <p>
        {count(hit.count)} {hit.count === 1 ? hit.lane.marks!.one : hit.lane.marks!.many} within <span class="figure">{duration(hit.width)}</span>
      </p>
      <p class="muted">{hit.lane.name} · zoom in to tell them apart</p>
    </>
  );
}

function SliceText({ hit, names }: { hit: SliceHit; names: string[] }) {
  const name = hit.lane.goroutine?.name ?? nameOf(hit, names);
  return (
    <>
      <Who id={hit.goroutine} name={name} />
      <p>
        {stateStyle(hit.state).label} for <span class="figure">{duration(hit.duration)}</span>
        <span class="muted"> since </span>
        <span class="figure">{exactDuration(hit.start)}</span>
      </p>
      {!hit.lane.goroutine && hit.lane.name && <p class="muted">{hit.lane.name}</p>}
    </>
  );
}

// A goroutine is always in some state: how much of the bucket is taken says nothing there.
function BucketText({ hit, names }: { hit: BucketHit; names: string[] }) {
  const { goroutine } = hit.lane;
  const name = nameOf(hit, names);
  return (
    <>
      {goroutine && <Who id={goroutine.id} name={goroutine.name} />}
      <p>
        {plural(hit.count, goroutine ? "state" : "slice")} within <span class="figure">{duration(hit.width)}</span>
        {!goroutine && `, ${percent(hit.busy)} busy`}
      </p>
      <p>
        mostly {stateStyle(hit.state).label}
        {name && <span class="code"> {shortName(name, 60)}</span>}
      </p>
      <p class="muted">{goroutine ? "" : hit.lane.name && `${hit.lane.name} · `}zoom in to tell them apart</p>
    </>
  );
}

function CounterText({ hit }: { hit: CounterHit }) {
  const values = hit.lane.stacked ? hit.mean : hit.max;
  return (
    <>
      <p class="muted">
        {hit.lane.name} at <span class="figure">{moment(hit.time, 1000)}</span>
      </p>
      {hit.lane.series.map((series, i) => (
        <p key={series.name} class="tooltip-pair">
          <span>{series.name}</span>
          <span class="figure">{Number.isNaN(values[i]) ? "–" : figure(values[i], hit.lane.unit)}</span>
        </p>
      ))}
    </>
  );
}

function GapText({ hit: { gap, places }, losses }: { hit: GapHit; losses: Loss[] }) {
  const loss = lossOf(losses, gap);
  return (
    <>
      <p>
        Events are missing {places > 1 && `in ${count(places)} places `}from <span class="figure">{exactDuration(gap.from_ns)}</span> to{" "}
        <span class="figure">{exactDuration(gap.to_ns)}</span>
      </p>
      {loss && (
        <p class="muted">
          {loss.bytes > 0 && `${bytes(loss.bytes)} lost: `}
          {loss.cause}
        </p>
      )}
      {places > 1 && <p class="muted">zoom in to tell them apart</p>}
    </>
  );
}

interface Known {
  readonly names: string[];
  readonly losses: Loss[];
}

function HitText({ hit, names, losses }: Known & { hit: Hit }) {
  switch (hit.kind) {
    case "slice":
      return hit.lane.marks ? <MarkText hit={hit} names={names} /> : <SliceText hit={hit} names={names} />;
    case "bucket":
      return hit.lane.marks ? <MarksText hit={hit} /> : <BucketText hit={hit} names={names} />;
    case "counter":
      return <CounterText hit={hit} />;
    case "gap":
      return <GapText hit={hit} losses={losses} />;
  }
}

interface TooltipProps extends Known {
  readonly pointed: Pointed;
  readonly width: number;
  readonly height: number;
}

export function Tooltip({ pointed, width, height, ...known }: TooltipProps) {
  if (!pointed.hit) return null;
  const x = pointed.x + 16 + WIDTH > width ? Math.max(0, pointed.x - WIDTH - 12) : pointed.x + 16;
  const above = pointed.y > height - 120;
  const style = above
    ? { left: `${x}px`, bottom: `${height - pointed.y + 10}px`, maxWidth: `${WIDTH}px` }
    : { left: `${x}px`, top: `${pointed.y + 18}px`, maxWidth: `${WIDTH}px` };
  return (
    <div class="tooltip" style={style} role="status">
      <HitText hit={pointed.hit} {...known} />
    </div>
  );
}
