import { asc, eq, sql } from "drizzle-orm";
import { groups, rollouts, verdicts } from "../../db/schema/rollouts.ts";
import type { Connection } from "./database.ts";
import { prepared } from "./prepared.ts";
import { setGroupState } from "./steps.ts";
import { transact } from "./transaction.ts";

/** A row of `verdicts`. */
export type VerdictRow = typeof verdicts.$inferSelect;

const insertVerdict = prepared((db) =>
  db
    .insert(verdicts)
    .values({
      rolloutId: sql.placeholder("rolloutId"),
      verifier: sql.placeholder("verifier"),
      version: sql.placeholder("version"),
      status: sql.placeholder("status"),
      // Past the columns' own encoders, which would make something of a null.
      passed: sql`${sql.placeholder("passed")}`,
      score: sql.placeholder("score"),
      extracted: sql.placeholder("extracted"),
      details: sql`${sql.placeholder("details")}`,
      error: sql.placeholder("error"),
      runMs: sql.placeholder("runMs"),
      queueMs: sql.placeholder("queueMs"),
    })
    .prepare(),
);

/** A verdict to store; what it does not have is null. */
export type NewVerdict = typeof verdicts.$inferInsert;

/** Writes the verdicts of a group and moves the group to `scaffolding`, all or nothing. */
export function storeGroupVerdicts(db: Connection, groupId: number, rows: readonly NewVerdict[]): void {
  transact(db, () => {
    for (const { passed, details, score = null, extracted = null, error = null, ...row } of rows)
      insertVerdict(db).run({
        ...row,
        passed: passed == null ? null : Number(passed),
        score,
        extracted,
        details: details == null ? null : JSON.stringify(details),
        error,
      });
    setGroupState(db, groupId, "scaffolding");
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
