import { useSyncExternalStore } from "react";

const wide = window.matchMedia("(min-width: 1000px)");

function subscribe(listener: () => void): () => void {
  wide.addEventListener("change", listener);
  return () => wide.removeEventListener("change", listener);
}

/** Whether the window has room for names beside marks. */
export function useWide(): boolean {
  return useSyncExternalStore(subscribe, () => wide.matches);
}
