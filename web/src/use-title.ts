import { useEffect } from "react";
import { plainLabel } from "../../src/report/charts/plain-label.ts";

/** Names the page in the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "rlvr" : `${plainLabel(title)} · rlvr`;
  }, [title]);
}
