import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";

/** Whether changes of the database reach the page. */
export type LiveState = "connecting" | "live" | "lost";

/** Changes come in bursts while a run works: what is shown is fetched again at most this often. */
const REFETCH_EVERY_MS = 1500;
/** The browser gives a stream up for good that the server refused, as while the database is gone: it is asked for anew. */
const RECONNECT_AFTER_MS = 5000;

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
 * Listens to the server's stream of changes for as long as the page lives, and has what is shown fetched again. After a stream that
 * was lost everything is fetched, since changes in between went unheard.
 */
export function useLive(): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => {
    let source: EventSource;
    let [refetching, reconnecting]: (number | null)[] = [null, null];
    let last = 0;
    let wasLost = false;
    const refetch = (): void => {
      refetching = null;
      last = performance.now();
      void client.invalidateQueries({ predicate: ({ meta }) => meta?.isStill !== true });
    };
    const onChange = (): void => {
      changes++;
      for (const listener of listeners) listener();
      refetching ??= window.setTimeout(refetch, Math.max(0, last + REFETCH_EVERY_MS - performance.now()));
    };
    const connect = (): void => {
      source = new EventSource("/api/live");
      source.addEventListener("change", onChange);
      source.addEventListener("open", () => {
        setState("live");
        if (wasLost) onChange();
        wasLost = false;
      });
      source.addEventListener("error", () => {
        wasLost = true;
        setState("lost");
        if (source.readyState !== EventSource.CLOSED) return;
        // What is shown is fetched all the same: its fault says why, such as a token of before the server's restart; and
        // where only the stream is refused, as it is to too many pages, nothing gets old.
        refetch();
        reconnecting = window.setTimeout(connect, RECONNECT_AFTER_MS);
      });
    };
    connect();
    return () => {
      source.close();
      for (const timer of [refetching, reconnecting]) if (timer !== null) window.clearTimeout(timer);
    };
  }, [client]);
  return state;
}
