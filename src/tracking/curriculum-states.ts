import { desc, eq } from "drizzle-orm";
import { curriculumStates } from "../../db/schema/training.ts";
import type { Connection } from "./database.ts";

/** A curriculum's name and its serialisable state. */
export interface CurriculumState {
  readonly curriculum: string;
  readonly state: unknown;
}

/** Writes the curriculum's state after it chose for a step, or after it saw the step's results. */
export function storeCurriculumState(
  db: Connection,
  row: CurriculumState & {
    readonly runId: number;
    readonly step: number;
    readonly moment: "selected" | "observed";
    readonly round?: number;
  },
): void {
  db.insert(curriculumStates).values(row).run();
}

/** The newest state of a run's curriculum, or undefined before the first step. */
export function latestCurriculumState(db: Connection, runId: number): unknown {
  return db
    .select({ state: curriculumStates.state })
    .from(curriculumStates)
    .where(eq(curriculumStates.runId, runId))
    .orderBy(desc(curriculumStates.step), desc(curriculumStates.id))
    .limit(1)
    .get()?.state;
}
