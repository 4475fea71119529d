// The address of the page: the statement, and how much may be asked for where that is not as usual.
import { useEffect, useRef } from "preact/hooks";
import type { Limits } from "../../api/query";
import { addLocation, href, renameLocation } from "../../router";

export const ROWS = [1000, 10_000];
export const SECONDS = [10, 60];
const MOST_IN_ADDRESS = 10_000; // bytes, as they are written there: the server takes no longer ones
const SETTLE = 300; // ms after the last key

const oneOf = (choices: readonly number[], text: string | null) => choices.find((choice) => String(choice) === text) ?? choices[0];

export function limitsOf(query: URLSearchParams): Limits {
  return { rows: oneOf(ROWS, query.get("rows")), seconds: oneOf(SECONDS, (query.get("time") ?? "").replace(/s$/, "")) };
}

export function addressOf(text: string, { rows, seconds }: Limits): string | null {
  const address = href("/sql", {
    query: text === "" ? null : text,
    rows: rows === ROWS[0] ? null : String(rows),
    time: seconds === SECONDS[0] ? null : `${seconds}s`,
  });
  return address.length > MOST_IN_ADDRESS ? null : address;
}

// Keeps the address to what is typed: the first change is a step to go back from.
export function useAddress() {
  const changed = useRef(false);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const write = (text: string, limits: Limits) => {
    clearTimeout(timer.current);
    const address = addressOf(text, limits) ?? "/sql";
    if (address === location.pathname + location.search) return;
    if (changed.current) renameLocation(address);
    else addLocation(address);
    changed.current = true;
  };
  return {
    soon: (text: string, limits: Limits) => {
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => write(text, limits), SETTLE);
    },
    // What is asked now stays, and the next change is another step.
    now: (text: string, limits: Limits) => {
      write(text, limits);
      changed.current = false;
    },
    arrived: () => {
      clearTimeout(timer.current);
      changed.current = false;
    },
  };
}
