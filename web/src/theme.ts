import { useSyncExternalStore } from "react";

/** What the page looks like: as the system asks, or as somebody chose. */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "rlvr.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let choice = stored();
apply();
dark.addEventListener("change", tell);

function stored(): ThemeChoice {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
}

function apply(): void {
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme that the page has now. */
export function useTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, () => (choice === "system" ? (dark.matches ? "dark" : "light") : choice));
}

/** What was chosen. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, () => choice);
}

/** Goes on to the next choice: system, light, dark; it is kept for later visits. */
export function nextTheme(): void {
  choice = choice === "system" ? "light" : choice === "light" ? "dark" : "system";
  if (choice === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  apply();
  tell();
}
