// Replies that grow while the trace is being read: asked for again and again, until everything has been.
import { useLayoutEffect, useState } from "preact/hooks";
import { fetchAnew, NOTHING, type Loaded } from "./client";
import type { Overview, Reading, TimelineReply } from "./types";

const AGAIN = 200; // ms

class Live<T extends { reading: Reading | null }> {
  loaded: Loaded<T> = NOTHING;
  private readonly listeners = new Set<() => void>();
  private asking = false;
  private timer = 0;

  constructor(private readonly path: string) {}

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    void this.ask();
    return () => this.listeners.delete(listener);
  }

  // Before there is a listener: somebody is about to listen.
  foresee(): void {
    void this.ask(true);
  }

  private async ask(foreseen = false): Promise<void> {
    const { data } = this.loaded;
    if (this.asking || (this.listeners.size === 0 && !foreseen) || (data && !data.reading)) return;
    clearTimeout(this.timer);
    this.asking = true;
    try {
      this.loaded = { data: await fetchAnew<T>(this.path), error: null };
    } catch (error) {
      this.loaded = { data, error: (error as Error).message };
    }
    this.asking = false;
    for (const listener of this.listeners) listener();
    if (this.loaded.error === null) this.timer = window.setTimeout(() => void this.ask(), AGAIN);
  }
}

const overview = new Live<Overview>("/api/overview");
const timeline = new Live<TimelineReply>("/api/timeline");

function useLive<T extends { reading: Reading | null }>(live: Live<T>): Loaded<T> {
  const [loaded, setLoaded] = useState(live.loaded);
  useLayoutEffect(() => live.listen(() => setLoaded(live.loaded)), [live]);
  return loaded;
}

// The script begins with what its first page will show.
export function foreseeTimeline(): void {
  timeline.foresee();
  overview.foresee();
}

export const useOverview = () => useLive(overview);
export const useTimeline = () => useLive(timeline);
