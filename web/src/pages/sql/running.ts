// The statement that is running, and what came of the one before.
import { useEffect, useRef, useState } from "preact/hooks";
import { ServerError } from "../../api/client";
import { runQuery, stopQuery, type Limits, type QueryReply } from "../../api/query";

export interface Failure {
  readonly sql: string;
  readonly message: string;
  readonly offset: number | null; // bytes of the statement before the place
}

export interface Answer {
  readonly sql: string;
  readonly limits: Limits;
  readonly reply: QueryReply;
}

interface State {
  readonly begun: number | null; // when the one that is running was, by performance.now()
  readonly answer: Answer | null;
  readonly failure: Failure | null;
}

export interface Running extends State {
  readonly run: (sql: string, limits: Limits) => void; // in place of what is running
  readonly stop: () => void;
}

function failureOf(sql: string, error: Error): Failure {
  const offset = error instanceof ServerError ? (error.reply as { offset?: unknown } | null)?.offset : null;
  return { sql, message: error.message, offset: typeof offset === "number" ? offset : null };
}

interface Request {
  readonly id: string;
  readonly abort: AbortController;
}

// The server stops what nobody waits for any more; being told, it does so at once.
function giveUp({ id, abort }: Request): void {
  abort.abort();
  stopQuery(id).catch(() => undefined);
}

export function useRunning(onAnswer: (answer: Answer) => void): Running {
  const [state, setState] = useState<State>({ begun: null, answer: null, failure: null });
  const request = useRef<Request | null>(null);

  const run = (sql: string, limits: Limits) => {
    if (request.current) giveUp(request.current);
    const own: Request = { id: Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-"), abort: new AbortController() };
    request.current = own;
    setState((before) => ({ ...before, begun: performance.now(), failure: null }));
    const settle = (change: Partial<State>) => {
      if (request.current !== own) return;
      request.current = null;
      setState((before) => ({ ...before, begun: null, ...change }));
    };
    runQuery(sql, own.id, limits, own.abort.signal).then(
      (reply) => {
        const answer = { sql, limits, reply };
        if (request.current === own) onAnswer(answer);
        settle({ answer });
      },
      (error: Error) => settle({ answer: null, failure: failureOf(sql, error) }),
    );
  };

  const stop = () => {
    const own = request.current;
    if (!own) return;
    const nothingCame = () => {
      if (request.current !== own) return;
      request.current = null;
      own.abort.abort();
      setState((before) => ({ ...before, begun: null }));
    };
    // Not running there: it has just ended, and its answer is on the way; or it has not begun.
    stopQuery(own.id).then((stopped) => !stopped && setTimeout(nothingCame, 200), nothingCame);
  };

  useEffect(
    () => () => {
      if (request.current) giveUp(request.current);
      request.current = null;
    },
    [],
  );
  return { ...state, run, stop };
}
