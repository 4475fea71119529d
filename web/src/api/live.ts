// Replies that grow while the trace is being read: asked for again and again, until everything has been.
import { useEffect, useState } from "preact/hooks";
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

  private async ask(): Promise<void> {
    const { data } = this.loaded;
    if (this.asking || this.listeners.size === 0 || (data && !data.reading)) return;
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
  useEffect(() => live.listen(() => setLoaded(live.loaded)), [live]);
  return loaded;
}

export const useOverview = () => useLive(overview);
export const useTimeline = () => useLive(timeline);
