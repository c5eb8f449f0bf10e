import { useSyncExternalStore } from "react";

/** A hook that tells whether the window is at least so many pixels wide. */
function atLeast(pixels: number): () => boolean {
  const media = window.matchMedia(`(min-width: ${pixels}px)`);
  const subscribe = (listener: () => void): (() => void) => {
    media.addEventListener("change", listener);
    return () => media.removeEventListener("change", listener);
  };
  return () => useSyncExternalStore(subscribe, () => media.matches);
}

/** Whether the window has room for names beside marks. */
export const useWide = atLeast(1000);

/** Whether the window has room for a table of many columns: a phone's has not. */
export const useTables = atLeast(721);
