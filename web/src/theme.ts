// Light, dark, or as the system has it. CSS follows through color-scheme; canvases ask isDark() and listen.
import { recall, remember } from "./storage";

export type Theme = "auto" | "light" | "dark";
export const THEMES: readonly Theme[] = ["auto", "light", "dark"];

const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let chosen: Theme = THEMES.find((theme) => theme === recall("theme")) ?? "auto";

function apply(): void {
  document.documentElement.dataset.theme = chosen;
  for (const listener of listeners) listener();
}

export function theme(): Theme {
  return chosen;
}

export function setTheme(next: Theme): void {
  chosen = next;
  remember("theme", next);
  apply();
}

export function isDark(): boolean {
  return chosen === "auto" ? system.matches : chosen === "dark";
}

export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

system.addEventListener("change", apply);
apply();
