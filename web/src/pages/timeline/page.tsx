// The timeline's page: canvas, scroll bar, tooltip, details.
import { useEffect, useRef, useState } from "preact/hooks";
import { useOverview, useTimeline } from "../../api/live";
import type { Loss, Slice, TimelineReply } from "../../api/types";
import { remember } from "../../storage";
import { onThemeChange } from "../../theme";
import { EmptyNotice, ErrorNotice } from "../../ui/notice";
import { useSize } from "../../ui/size";
import { Details, recallDock, type Dock } from "./details";
import { HEAD_HEIGHT } from "./frame";
import { Help } from "./help";
import { listen, type Pointed } from "./input";
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
  const [lanesHeight, setLanesHeight] = useState(0);
  const { width, height } = useSize(host);

  useEffect(() => {
    const created = new Timeline(canvas.current!, reply, {
      onSelect: setSlice,
      onError,
      onLayout: (total, scroll) => {
        setLanesHeight(total);
        if (scroller.current && scroller.current.scrollTop !== scroll) scroller.current.scrollTop = scroll;
      },
    });
    const stopListening = listen(canvas.current!, created, { onPoint: setPointed, onHelp: () => setHelp(true) });
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

  useEffect(() => {
    if (width > 0) timeline?.resize(width, height);
  }, [timeline, width, height]);

  const scrolls = lanesHeight > height - HEAD_HEIGHT;
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
          style={{ top: `${HEAD_HEIGHT}px` }}
          onScroll={(event) => {
            const top = Math.round(event.currentTarget.scrollTop);
            if (timeline && top !== timeline.scrollTop) timeline.scrollTo(top);
          }}
        >
          <div style={{ height: `${lanesHeight}px` }} />
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
