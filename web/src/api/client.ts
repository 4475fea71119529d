// Requests to the server. What is asked for here does not change, so every reply may be kept; live.ts has what does.
import { useEffect, useState } from "preact/hooks";

// reply: all that the server said.
export class ServerError extends Error {
  constructor(message: string, readonly reply: unknown = null) {
    super(message);
  }
}

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
  let reply: { error?: unknown } | null = null;
  try {
    reply = (await response.json()) as { error?: unknown };
    if (typeof reply.error === "string") message = reply.error;
  } catch {
    // No sentence from the server: the status has to do.
  }
  throw new ServerError(message, reply);
}

export async function fetchAnew<T>(path: string): Promise<T> {
  return (await request(path)).json() as Promise<T>;
}

const replies = new Map<string, Promise<unknown>>();

export function fetchJson<T>(path: string): Promise<T> {
  let reply = replies.get(path) as Promise<T> | undefined;
  if (!reply) {
    reply = fetchAnew<T>(path);
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

export const NOTHING = { data: null, error: null };

// What the server says at a path; nothing while that is null. Never shows the reply of another path.
export function useJson<T>(path: string | null): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T> & { path: string | null }>({ path, ...NOTHING });
  useEffect(() => {
    let wanted = true;
    if (path === null) return;
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
