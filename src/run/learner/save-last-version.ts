import { latestCheckpoint } from "../../tracking/training.ts";
import { removeUnneeded } from "./remove-unneeded.ts";
import type { RunContext } from "../run-context.ts";

/** What a run leaves is whole: the last version has a checkpoint, also where not every step has one. */
export async function saveLastVersion(context: RunContext): Promise<void> {
  const served = latestCheckpoint(context.db, context.run.id);
  await context.trainer.save();
  if (served !== undefined) removeUnneeded(context, served.exportDirectory);
}
