import { asc, eq } from "drizzle-orm";
import { groups, rollouts, verdicts } from "../../db/schema/rollouts.ts";
import type { Connection } from "./database.ts";
import { setGroupState } from "./steps.ts";

/** A row of `verdicts`. */
export type VerdictRow = typeof verdicts.$inferSelect;

/** Writes the verdicts of a group and moves the group to `scaffolding`, all or nothing. */
export function storeGroupVerdicts(
  db: Connection,
  groupId: number,
  rows: readonly (typeof verdicts.$inferInsert)[],
): void {
  db.transaction((tx) => {
    tx.insert(verdicts)
      .values([...rows])
      .run();
    setGroupState(tx, [groupId], "scaffolding");
  });
}

/** The verdicts of a step, by slot and rollout number. */
export function verdictsOfStep(db: Connection, stepId: number): VerdictRow[] {
  return db
    .select({ verdict: verdicts })
    .from(verdicts)
    .innerJoin(rollouts, eq(rollouts.id, verdicts.rolloutId))
    .innerJoin(groups, eq(groups.id, rollouts.groupId))
    .where(eq(groups.stepId, stepId))
    .orderBy(asc(groups.slot), asc(rollouts.number))
    .all()
    .map((row) => row.verdict);
}
