// The timeline's page: canvas, scroll bar, tooltip, details.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useOverview, useTimeline } from "../../api/live";
import type { SliceArrows } from "../../api/arrows";
import type { Loss, Slice, TimelineReply } from "../../api/types";
import { runCommand } from "../../commands";
import { provideGroups, provideReveal } from "../../finder";
import { count, plural } from "../../format";
import { remember } from "../../storage";
import { onThemeChange } from "../../theme";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { useLocation } from "../../router";
import { useSize } from "../../ui/size";
import { Details, recallDock, type Dock } from "./details";
import { HEAD_HEIGHT } from "./frame";
import { GroupTools, LaneFilter } from "./group-tools";
import { listen, type Pointed } from "./input";
import type { LaneView } from "./lane-view";
import { MOST_HEIGHT, resized, scrolledFrom, scrolledTo } from "./scroller";
import { SpanPanel } from "./span-panel";
import { Timeline } from "./timeline";
import { Tooltip } from "./tooltip";
import type { Range } from "./viewport";

interface ShownArrows {
  readonly ofSelection: SliceArrows | null;
  readonly drawn: number; // of everything in sight
  readonly count: number;
}

function ArrowCount({ drawn, count: total }: ShownArrows) {
  return (
    <p class="arrow-count muted" role="status">
      {drawn < total ? `${count(drawn)} of ${plural(total, "arrow")}: zoom in for the others` : plural(total, "arrow")}
    </p>
  );
}

interface TimelineViewProps {
  readonly reply: TimelineReply;
  readonly losses: Loss[];
  readonly onError: (message: string | null) => void;
}

function TimelineView({ reply, losses, onError }: TimelineViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [timeline, setTimeline] = useState<Timeline | null>(null);
  const [slice, setSlice] = useState<Slice | null>(null);
  const [span, setSpan] = useState<Range | null>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [arrows, setArrows] = useState<ShownArrows>({ ofSelection: null, drawn: 0, count: 0 });
  const [dock, setDock] = useState<Dock>(recallDock);
  const [view, setView] = useState<LaneView | null>(null);
  const [{ lanesHeight, top }, setLanes] = useState({ lanesHeight: 0, top: HEAD_HEIGHT });
  const tools = useRef<HTMLDivElement>(null);
  const laneFilter = useRef<HTMLInputElement>(null);
  const goroutineFilter = useRef<HTMLInputElement>(null);
  const place = useLocation();
  const { width, height } = useSize(host);

  const focusFilter = (which: "lanes" | "goroutines") => {
    const field = (which === "lanes" ? laneFilter : goroutineFilter).current;
    field?.focus({ preventScroll: true });
    field?.select();
  };

  // Layout effects: others wait for a frame each before they run, and the first picture waits for all of them.
  useLayoutEffect(() => {
    const created = new Timeline(canvas.current!, reply, {
      onSelect: setSlice,
      onArrows: (ofSelection, drawn, total) => setArrows({ ofSelection, drawn, count: total }),
      onSpan: setSpan,
      onError,
      onLayout: (total, scroll, from) => {
        setLanes((before) => (before.lanesHeight === total && before.top === from ? before : { lanesHeight: total, top: from }));
        if (scroller.current) scrolledTo(scroller.current, scroll, total);
      },
      onLaneView: setView,
      onTools: (at) => {
        if (!tools.current) return;
        tools.current.hidden = at === null;
        tools.current.style.top = `${at ?? 0}px`;
        tools.current.style.left = `${created.left}px`;
      },
    });
    const stopListening = listen(canvas.current!, created, { onPoint: setPointed, onFilter: focusFilter });
    setView(created.lanes);
    const stopReveal = provideReveal((lane) => created.reveal(lane));
    const stopGroups = provideGroups({ all: () => created.groups, toggle: (group) => created.toggleFold(group) });
    setSpan(created.range);
    const stopTheme = onThemeChange(() => created.invalidate());
    const follow = () => created.readFragment(true);
    window.addEventListener("hashchange", follow);
    setTimeline(created);
    return () => {
      stopListening();
      stopTheme();
      stopReveal();
      stopGroups();
      window.removeEventListener("hashchange", follow);
      created.close();
    };
  }, []);
  useLayoutEffect(() => timeline?.update(reply), [timeline, reply]);
  useLayoutEffect(() => timeline?.readLocation(), [place]);

  useLayoutEffect(() => {
    if (width > 0) timeline?.resize(width, height);
  }, [timeline, width, height]);

  useLayoutEffect(() => {
    if (timeline && scroller.current) resized(scroller.current, timeline.scrollTop, lanesHeight);
  }, [timeline, lanesHeight, top, height]);

  const scrolls = lanesHeight > height - top;
  const moveDock = (next: Dock) => {
    remember("details.dock", next);
    setDock(next);
  };
  return (
    <div class={`timeline timeline-${dock}`}>
      <div class="timeline-canvas" ref={host}>
        <canvas ref={canvas} tabIndex={0} role="application" aria-label="Timeline. Press ? for the keys." />
        <button type="button" class="button timeline-help" title="Keys (?)" onClick={() => runCommand("help")}>
          Keys ?
        </button>
        <button type="button" class="button timeline-arrows" title="Arrows of everything in sight (E)" aria-pressed={view?.arrows ?? false} onClick={() => runCommand("arrows")}>
          Arrows
        </button>
        {view?.arrows && <ArrowCount {...arrows} />}
        <div
          ref={scroller}
          class="timeline-scroll"
          hidden={!scrolls}
          style={{ top: `${top}px` }}
          onScroll={(event) => {
            const to = scrolledFrom(event.currentTarget, lanesHeight);
            if (timeline && to !== null) timeline.scrollTo(to);
          }}
        >
          <div style={{ height: `${Math.min(lanesHeight, MOST_HEIGHT)}px` }} />
        </div>
        {timeline && view && <LaneFilter timeline={timeline} view={view} field={laneFilter} />}
        <div ref={tools} class="group-tools" role="toolbar" aria-label="Goroutines">
          {timeline && view && !reply.reading && <GroupTools timeline={timeline} view={view} field={goroutineFilter} />}
        </div>
        {pointed && <Tooltip pointed={pointed} names={reply.names} losses={losses} width={width} height={height} />}
      </div>
      {slice && timeline && <Details slice={slice} arrows={arrows.ofSelection} timeline={timeline} dock={dock} onDock={moveDock} />}
      {!slice && span && timeline && <SpanPanel range={span} timeline={timeline} dock={dock} onDock={moveDock} />}
    </div>
  );
}

export function TimelinePage() {
  const { data: reply, error } = useTimeline();
  const { data: overview } = useOverview();
  const [failure, setFailure] = useState<string | null>(null);
  const message = error ?? failure;
  const nothing = reply !== null && !reply.reading && (reply.lanes.length === 0 || reply.span_ns === 0);
  return (
    <div class="page page-timeline">
      {message && <ErrorNotice message={message} />}
      {nothing && (
        <EmptyNotice title="There is nothing to draw.">
          Nothing happens in this trace. It may have been stopped as soon as it was started, or cut off: record again, for longer.
        </EmptyNotice>
      )}
      {reply && !nothing && <TimelineView reply={reply} losses={overview?.losses ?? []} onError={setFailure} />}
    </div>
  );
}
