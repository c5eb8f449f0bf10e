import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";

/** Whether changes of the database reach the page. */
export type LiveState = "connecting" | "live" | "lost";

/** Changes come in bursts while a run works: what is shown is fetched again at most this often. */
const REFETCH_EVERY_MS = 1500;

let changes = 0;
const listeners = new Set<() => void>();

/** How many changes of the database the page has heard of. */
export function useChangeCount(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => changes,
  );
}

/**
 * Listens to the server's stream of changes for as long as the page lives, and has what is shown fetched again. The browser connects
 * again by itself; after that everything is fetched, since changes in between went unheard.
 */
export function useLive(): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => {
    const source = new EventSource("/api/live");
    let timer: number | null = null;
    let last = 0;
    let wasLost = false;
    const refetch = (): void => {
      timer = null;
      last = performance.now();
      void client.invalidateQueries({ predicate: ({ meta }) => meta?.isStill !== true });
    };
    const onChange = (): void => {
      changes++;
      for (const listener of listeners) listener();
      timer ??= window.setTimeout(refetch, Math.max(0, last + REFETCH_EVERY_MS - performance.now()));
    };
    source.addEventListener("change", onChange);
    source.addEventListener("open", () => {
      setState("live");
      if (wasLost) onChange();
      wasLost = false;
    });
    source.addEventListener("error", () => {
      wasLost = true;
      setState("lost");
    });
    return () => {
      source.close();
      if (timer !== null) window.clearTimeout(timer);
    };
  }, [client]);
  return state;
}
