import { useEffect, useSyncExternalStore } from "react";

/** A key or two keys after each other (`g r`), and what they do. */
export interface Binding {
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
  /** Whether the keys do it now; default: always. Else they do what the browser does with them. */
  readonly when?: () => boolean;
}

/** The second key of two counts for so long. */
const SEQUENCE_MS = 1200;
const KEY = "rlvr.keys";

let groups: readonly (readonly Binding[])[] = [];
let isOn = localStorage.getItem(KEY) !== "off";
let pending: { readonly key: string; readonly at: number } | null = null;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: readonly (readonly Binding[])[]): void {
  groups = next;
  for (const listener of listeners) listener();
}

/** Binds keys for as long as a component is shown. `bindings` must be the same array while nothing changes. */
export function useKeys(bindings: readonly Binding[]): void {
  useEffect(() => {
    change([...groups, bindings]);
    return () => change(groups.filter((group) => group !== bindings));
  }, [bindings]);
}

/** All that is bound now. */
export function useBindings(): readonly (readonly Binding[])[] {
  return useSyncExternalStore(subscribe, () => groups);
}

/** Whether single keys do anything: some people's tools type them. */
export function useKeysOn(): boolean {
  return useSyncExternalStore(subscribe, () => isOn);
}

/** Turns single keys on or off; kept for later visits. */
export function setKeysOn(next: boolean): void {
  isOn = next;
  if (next) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, "off");
  for (const listener of listeners) listener();
}

/** Starts to listen; the page does so once. Returns what ends it. */
export function listenToKeys(): () => void {
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = isTyping(event.target);
  if (typing && event.key === "Escape") {
    (event.target as HTMLElement).blur();
    return;
  }
  if (typing || document.querySelector("dialog[open]") !== null || (!isOn && event.key !== "Escape")) return;
  const first = pending !== null && performance.now() - pending.at < SEQUENCE_MS ? pending.key : null;
  pending = null;
  const binding = (first !== null && find(`${first} ${event.key}`)) || find(event.key);
  if (binding) {
    event.preventDefault();
    binding.run();
  } else if (groups.flat().some(({ keys }) => keys.startsWith(`${event.key} `))) {
    pending = { key: event.key, at: performance.now() };
  }
}

/** The binding of some keys; a page's own go before the frame's. */
function find(keys: string): Binding | undefined {
  return groups.flat().findLast(({ keys: ways, when }) => ways.split(" or ").includes(keys) && (when?.() ?? true));
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
}

/** Whether the focus is on a row: the arrows then go from row to row, else they scroll. */
export function isOnRow(): boolean {
  return document.activeElement?.matches("[data-row]") ?? false;
}

/** Moves the focus to the next or the previous row of the page that has a link to follow. */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const now = rows.findIndex(
    (row) => row === document.activeElement || row.closest("tr")?.contains(document.activeElement),
  );
  const next = rows[now === -1 ? (by === 1 ? 0 : rows.length - 1) : now + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
