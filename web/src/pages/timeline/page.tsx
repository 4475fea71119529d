// The timeline's page: canvas, scroll bar, tooltip, details.
import { useEffect, useRef, useState } from "preact/hooks";
import { useOverview, useTimeline } from "../../api/live";
import type { Loss, Slice, TimelineReply } from "../../api/types";
import { remember } from "../../storage";
import { onThemeChange } from "../../theme";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { useLocation } from "../../router";
import { useSize } from "../../ui/size";
import { Details, recallDock, type Dock } from "./details";
import { HEAD_HEIGHT } from "./frame";
import { GroupTools, LaneFilter } from "./group-tools";
import { Help } from "./help";
import { listen, type Pointed } from "./input";
import type { LaneView } from "./lane-view";
import { MOST_HEIGHT, scrolledFrom, scrolledTo } from "./scroller";
import { Timeline } from "./timeline";
import { Tooltip } from "./tooltip";

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
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [help, setHelp] = useState(false);
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

  useEffect(() => {
    const created = new Timeline(canvas.current!, reply, {
      onSelect: setSlice,
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
    const stopListening = listen(canvas.current!, created, { onPoint: setPointed, onHelp: () => setHelp(true), onFilter: focusFilter });
    setView(created.lanes);
    const stopTheme = onThemeChange(() => created.invalidate());
    const follow = () => created.readFragment(true);
    window.addEventListener("hashchange", follow);
    setTimeline(created);
    return () => {
      stopListening();
      stopTheme();
      window.removeEventListener("hashchange", follow);
      created.close();
    };
  }, []);
  useEffect(() => timeline?.update(reply), [timeline, reply]);
  useEffect(() => timeline?.readLocation(), [place]);

  useEffect(() => {
    if (width > 0) timeline?.resize(width, height);
  }, [timeline, width, height]);

  useEffect(() => {
    if (timeline && scroller.current) scrolledTo(scroller.current, timeline.scrollTop, lanesHeight);
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
        <button type="button" class="button timeline-help" title="Keys (?)" onClick={() => setHelp(true)}>
          Keys ?
        </button>
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
      {slice && timeline && <Details slice={slice} timeline={timeline} dock={dock} onDock={moveDock} />}
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

export function TimelinePage() {
  const { data: reply, error } = useTimeline();
  const { data: overview } = useOverview();
  const [failure, setFailure] = useState<string | null>(null);
  const message = error ?? failure;
  return (
    <div class="page page-timeline">
      {message && <ErrorNotice message={message} />}
      {reply?.lanes.length === 0 && (
        <EmptyNotice title="There is nothing to draw.">This trace holds no events: record again, for longer.</EmptyNotice>
      )}
      {reply && reply.lanes.length > 0 && <TimelineView reply={reply} losses={overview?.losses ?? []} onError={setFailure} />}
    </div>
  );
}
