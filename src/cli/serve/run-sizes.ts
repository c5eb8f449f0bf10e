import type { DashboardParts } from "../../server/parts.ts";
import { runBytes } from "../../tracking/run-folder.ts";

/** How long a size counts, in milliseconds. */
const KEPT_MS = 60_000;
/** How long one request measures, in milliseconds: what it does not come to, a later one does. */
const MEASURING_MS = 50;

/** Measures the files of runs beside a database, each at most once a minute, and never for long at a time. */
export function createRunSizes(databasePath: string): DashboardParts["runSizes"] {
  const known = new Map<number, { readonly bytes: number | null; readonly at: number }>();
  return (runIds) => {
    const start = performance.now();
    const age = (id: number): number => start - (known.get(id)?.at ?? -Infinity);
    const old = runIds.filter((id) => age(id) > KEPT_MS).sort((left, right) => age(right) - age(left) || right - left);
    for (const id of old) {
      if (performance.now() - start > MEASURING_MS) break;
      known.set(id, { bytes: runBytes(databasePath, id), at: start });
    }
    return new Map(runIds.map((id) => [id, known.get(id)?.bytes ?? null]));
  };
}
