import { setImmediate as breathe } from "node:timers/promises";
import type { Database } from "../tracking/database.ts";
import {
  exportedRollouts,
  groupIdsOfStep,
  stepsInRange,
  type ExportedRollout,
  type StepRange,
} from "../tracking/reads/exported-rollouts.ts";
import type { RolloutRow } from "./rollout-columns.ts";
import type { RowFile } from "./row-file.ts";

/** How far an export of rollouts has come. */
export interface ExportProgress {
  /** The part that is done, from 0 to 1. */
  readonly share: number;
  readonly rollouts: number;
}

/**
 * Writes the rollouts of a run's steps in order of step, slot and number, a group at a time: what is in memory does not
 * grow with the run. A run that goes on meanwhile is not held up; what it samples later than a step was read is left out.
 * @param onGroup is told after every group; what it throws ends the export.
 * @returns how many rollouts there were.
 */
export async function exportRollouts(
  db: Database,
  run: RolloutRow["run"],
  range: StepRange,
  file: RowFile<RolloutRow>,
  onGroup: (progress: ExportProgress) => void,
): Promise<number> {
  const steps = stepsInRange(db, run.id, range);
  let rollouts = 0;
  for (const [stepAt, step] of steps.entries()) {
    const groupIds = groupIdsOfStep(db, step.id);
    for (const [groupAt, groupId] of groupIds.entries()) {
      const rows = exportedRollouts(db, groupId).map((rollout) => ({ run, rollout }));
      await file.write(rows);
      rollouts += rows.length;
      onGroup({ share: (stepAt + (groupAt + 1) / groupIds.length) / steps.length, rollouts });
      // The database and the Parquet writer never wait: Ctrl-C and the progress line would have to.
      await breathe();
    }
  }
  return rollouts;
}

/** About how many bytes a rollout takes before it is compressed. */
export function sizeOfRollout({ rollout }: RolloutRow): number {
  return 4 * (rollout.promptTokenIds.length + 3 * rollout.tokenIds.length) + textSize(rollout);
}

function textSize({ problem, answer, prompt, response, verdicts }: ExportedRollout): number {
  const said = verdicts.reduce(
    (sum, { extracted, details, error }) =>
      sum + 100 + (extracted?.length ?? 0) + (details?.length ?? 0) + (error?.length ?? 0),
    0,
  );
  return 200 + problem.length + answer.length + prompt.length + response.length + said;
}
