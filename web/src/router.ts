// The path and query say which page is shown; links within the viewer do not reload it.
import { useEffect, useState } from "preact/hooks";

export interface Location {
  readonly path: string;
  readonly query: URLSearchParams;
}

const listeners = new Set<() => void>();
let shown = location.pathname + location.search;

function current(): Location {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

// A fragment is the timeline's own business.
function announce(): void {
  const now = location.pathname + location.search;
  if (now === shown) return;
  shown = now;
  for (const listener of listeners) listener();
}

window.addEventListener("popstate", announce);

export function navigate(href: string): void {
  history.pushState(null, "", href);
  announce();
}

// The same place by another name, which no page has to be told of.
export function renameLocation(url: string): void {
  history.replaceState(history.state, "", url);
  shown = location.pathname + location.search;
}

// The same place once more, as a step to go back from; no page has to be told of it.
export function addLocation(url: string): void {
  history.pushState(null, "", url);
  shown = location.pathname + location.search;
}

// The same page with another state, without a step of its own to go back to.
export function replaceLocation(href: string): void {
  history.replaceState(null, "", href);
  announce();
}

export function useLocation(): Location {
  const [place, setPlace] = useState(current);
  useEffect(() => {
    const update = () => setPlace(current());
    listeners.add(update);
    return () => void listeners.delete(update);
  }, []);
  return place;
}

// A link with parameters left out where they are null.
export function href(path: string, parameters: Record<string, string | null | undefined> = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) if (value != null) query.set(key, value);
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

function internalLink(event: MouseEvent): HTMLAnchorElement | null {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element | null)?.closest("a");
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download")) return null;
  return link;
}

document.addEventListener("click", (event) => {
  const link = internalLink(event);
  if (!link) return;
  event.preventDefault();
  navigate(link.href);
});
