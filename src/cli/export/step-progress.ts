import type { Database } from "../../tracking/database.ts";
import type { StepRange } from "../../tracking/reads/exported-rollouts.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { latestStep } from "../../tracking/steps.ts";
import type { ExportRequest } from "./formats.ts";

/** Tells how far an export by step has come. */
export function stepProgress(
  db: Database,
  run: RunRow,
  { from, to }: StepRange,
  onProgress: ExportRequest["onProgress"],
): (point: { readonly step: number }) => void {
  const first = Math.max(1, from);
  const last = Math.min(to, latestStep(db, run.id)?.number ?? 0);
  return ({ step }) => {
    const share = last < first ? 1 : Math.max(0, step - first + 1) / (last - first + 1);
    onProgress({ share, numbers: `step ${step} of ${last}` });
  };
}
