import { sql } from "drizzle-orm";
import { verdicts } from "../../db/schema/rollouts.ts";
import type { Connection } from "./database.ts";
import { prepared } from "./prepared.ts";
import { setGroupState, type GroupState } from "./steps.ts";
import { transact } from "./transaction.ts";

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

/** Writes verdicts of a group and moves the group to a state, all or nothing. */
export function storeVerdicts(db: Connection, groupId: number, rows: readonly NewVerdict[], state: GroupState): void {
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
    setGroupState(db, groupId, state);
  });
}
