import { removeCovered } from "./remove-covered.ts";
import type { RunContext } from "./run-context.ts";

/** What a run leaves is whole: the last version has a checkpoint, also where not every step has one. */
export async function saveLastVersion(context: RunContext): Promise<void> {
  await context.trainer.save();
  removeCovered(context);
}
