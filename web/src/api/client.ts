// Requests to the server. A trace does not change, so every reply may be kept.
import { useEffect, useState } from "preact/hooks";

export class ServerError extends Error {}

// A reply, or an error whose message can be shown as it is.
export async function request(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new ServerError("kymo does not answer. Is it still running?");
  }
  if (response.ok) return response;
  let message = `kymo answered with status ${response.status}.`;
  try {
    const reply = (await response.json()) as { error?: unknown };
    if (typeof reply.error === "string") message = reply.error;
  } catch {
    // No sentence from the server: the status has to do.
  }
  throw new ServerError(message);
}

const replies = new Map<string, Promise<unknown>>();

export function fetchJson<T>(path: string): Promise<T> {
  let reply = replies.get(path) as Promise<T> | undefined;
  if (!reply) {
    reply = request(path).then((response) => response.json() as Promise<T>);
    replies.set(path, reply);
    reply.catch(() => replies.delete(path));
    if (replies.size > 200) replies.delete(replies.keys().next().value!);
  }
  return reply;
}

export interface Loaded<T> {
  readonly data: T | null;
  readonly error: string | null;
}

const NOTHING = { data: null, error: null };

// What the server says at a path. Never shows the reply of another path.
export function useJson<T>(path: string): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T> & { path: string }>({ path, ...NOTHING });
  useEffect(() => {
    let wanted = true;
    fetchJson<T>(path).then(
      (data) => wanted && setLoaded({ path, data, error: null }),
      (error: Error) => wanted && setLoaded({ path, data: null, error: error.message }),
    );
    return () => {
      wanted = false;
    };
  }, [path]);
  return loaded.path === path ? loaded : NOTHING;
}
