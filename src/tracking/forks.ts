import { eq } from "drizzle-orm";
import { runs } from "../../db/schema/runs.ts";
import { checkpoints } from "../../db/schema/training.ts";
import { storeCurriculumState, type CurriculumState } from "./curriculum-states.ts";
import type { Connection } from "./database.ts";
import { now } from "./now.ts";
import { storeRecipeChanges, type NewRecipeChange } from "./recipe-changes.ts";
import type { RunRow } from "./runs.ts";
import type { CheckpointRow } from "./training.ts";

/** What a fork has of its own from the start. */
export interface TakenOver {
  /** The version that it begins with, where its own files of it lie; undefined at the base. */
  readonly version: Omit<CheckpointRow, "id" | "runId" | "removedAt" | "createdAt"> | undefined;
  /** What its curriculum goes on from; undefined begins anew. */
  readonly curriculum: CurriculumState | undefined;
  /** In which options its recipe differs from its parent's. */
  readonly changes: readonly NewRecipeChange[];
  /** Whether going on with the parent is given up for it. */
  readonly isSuperseding: boolean;
}

/** Writes what a new fork takes over, all or nothing with the run's own row. */
export function storeTakenOver(
  tx: Connection,
  { id: runId, parentRun, parentStep, recipe }: RunRow,
  { version, curriculum, changes, isSuperseding }: TakenOver,
): void {
  const step = parentStep ?? 0;
  if (version !== undefined)
    tx.insert(checkpoints)
      .values({ ...version, runId, createdAt: now() })
      .run();
  if (curriculum !== undefined) storeCurriculumState(tx, { runId, step, moment: "observed", ...curriculum });
  if (changes.length > 0) storeRecipeChanges(tx, runId, recipe, changes);
  if (isSuperseding && parentRun !== null)
    tx.update(runs).set({ supersededBy: runId }).where(eq(runs.id, parentRun)).run();
}

/** Whether the files of a version are no longer kept. */
export function isRemoved(db: Connection, checkpointId: number): boolean {
  const row = db.select({ at: checkpoints.removedAt }).from(checkpoints).where(eq(checkpoints.id, checkpointId)).get();
  return row?.at !== null;
}
