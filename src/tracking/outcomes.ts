import { eq, sql } from "drizzle-orm";
import { credits, groups, rollouts, verdicts } from "../../db/schema/rollouts.ts";
import type { Connection } from "./database.ts";
import type { DropReason } from "./training.ts";

/** What became of one rollout. */
export interface Outcome {
  readonly arm: string;
  /** Null without a verdict. */
  readonly passed: boolean | null;
  readonly reward: number | null;
  readonly advantage: number;
  readonly dropReason: DropReason | null;
}

/** What became of each rollout of a step. With several verifiers, one passed when all say so. */
export function outcomesOfStep(db: Connection, stepId: number): Outcome[] {
  return db
    .select({
      arm: groups.arm,
      passed: sql<number | null>`CASE WHEN count(*) = count(${verdicts.passed}) THEN min(${verdicts.passed}) END`,
      reward: credits.reward,
      advantage: credits.advantage,
      dropReason: credits.dropReason,
    })
    .from(groups)
    .innerJoin(rollouts, eq(rollouts.groupId, groups.id))
    .innerJoin(credits, eq(credits.rolloutId, rollouts.id))
    .leftJoin(verdicts, eq(verdicts.rolloutId, rollouts.id))
    .where(eq(groups.stepId, stepId))
    .groupBy(rollouts.id)
    .orderBy(groups.slot, rollouts.number)
    .all()
    .map((row) => ({ ...row, passed: row.passed === null ? null : row.passed === 1 }));
}
