// What the browser remembers for the user. Storage may be off: then nothing is remembered.

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem("kymo." + key, value);
  } catch {
    // Not worth a word: the page works without.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem("kymo." + key);
  } catch {
    return null;
  }
}

// A list of texts, as rememberList() left it.
export function recallList(key: string): string[] {
  return (recall(key) ?? "").split("\n").filter((item) => item !== "");
}

export function rememberList(key: string, items: Iterable<string>): void {
  remember(key, [...items].join("\n"));
}

export function recallNumber(key: string, fallback: number): number {
  const value = Number(recall(key) ?? NaN);
  return Number.isFinite(value) ? value : fallback;
}

// What is remembered as long as the tab is open, and no other tab knows.
export function rememberInTab(key: string, value: string): void {
  try {
    sessionStorage.setItem("kymo." + key, value);
  } catch {
    // As above.
  }
}

export function recallInTab(key: string): string | null {
  try {
    return sessionStorage.getItem("kymo." + key);
  } catch {
    return null;
  }
}
