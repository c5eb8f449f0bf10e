import { and, desc, eq, lte } from "drizzle-orm";
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

/** The state of a run's curriculum that was written last, or undefined before the first step. */
export function latestCurriculumState(db: Connection, runId: number): unknown {
  return db
    .select({ state: curriculumStates.state })
    .from(curriculumStates)
    .where(eq(curriculumStates.runId, runId))
    .orderBy(desc(curriculumStates.id))
    .limit(1)
    .get()?.state;
}

/** The state of a run's curriculum in which it had chosen the problems of a step. */
export function curriculumStateChoosing(db: Connection, runId: number, step: number): unknown {
  return db
    .select({ state: curriculumStates.state })
    .from(curriculumStates)
    .where(
      and(eq(curriculumStates.runId, runId), eq(curriculumStates.step, step), eq(curriculumStates.moment, "selected")),
    )
    .orderBy(desc(curriculumStates.id))
    .limit(1)
    .get()?.state;
}

/** The state of a run's curriculum after a step, or undefined before the first. */
export function curriculumStateAfter(db: Connection, runId: number, step: number): CurriculumState | undefined {
  return db
    .select({ curriculum: curriculumStates.curriculum, state: curriculumStates.state })
    .from(curriculumStates)
    .where(and(eq(curriculumStates.runId, runId), lte(curriculumStates.step, step)))
    .orderBy(desc(curriculumStates.step), desc(curriculumStates.id))
    .limit(1)
    .get();
}
