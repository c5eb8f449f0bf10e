import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { groups } from "../../db/schema/groups.ts";
import { prompts } from "../../db/schema/problems.ts";
import { credits, outcomes, rollouts } from "../../db/schema/rollouts.ts";
import { steps } from "../../db/schema/runs.ts";
import type { Connection } from "./database.ts";
import { checkpoints } from "../../db/schema/training.ts";
import type { DropReason } from "./training.ts";

/** A rollout with what its verdicts come to, without its tokens: what credit is made of. */
export interface ScoredRollout {
  readonly id: number;
  readonly groupId: number;
  readonly slot: number;
  readonly arm: string;
  readonly number: number;
  readonly hintId: number | null;
  readonly replaces: number | null;
  readonly trainedUnder: "hinted" | "unhinted" | null;
  readonly promptTokens: number;
  readonly tokens: number;
  /** `length`: it was cut at the most tokens. */
  readonly finishReason: string;
  /** What its verdicts come to: see `outcomes` in db/schema/rollouts.ts. */
  readonly reward: number | null;
  readonly passed: boolean | null;
  readonly extracted: string | null;
}

/** The rollouts of a step with what their verdicts come to, by slot and number; without those of groups that were dropped whole. */
export function scoredRolloutsOfStep(db: Connection, stepId: number): ScoredRollout[] {
  return selectScored(db)
    .where(and(eq(groups.stepId, stepId), isNull(groups.dropReason)))
    .orderBy(asc(groups.slot), asc(rollouts.number))
    .all();
}

/** The same of one group, by number. */
export function scoredRolloutsOfGroup(db: Connection, groupId: number): ScoredRollout[] {
  return selectScored(db).where(eq(rollouts.groupId, groupId)).orderBy(asc(rollouts.number)).all();
}

function selectScored(db: Connection) {
  return db
    .select({
      id: rollouts.id,
      groupId: rollouts.groupId,
      slot: groups.slot,
      arm: groups.arm,
      number: rollouts.number,
      hintId: rollouts.hintId,
      replaces: rollouts.replaces,
      trainedUnder: rollouts.trainedUnder,
      promptTokens: sql<number>`length(${prompts.tokenIds}) / 4`,
      tokens: rollouts.tokens,
      finishReason: rollouts.finishReason,
      reward: outcomes.reward,
      passed: outcomes.passed,
      extracted: outcomes.extracted,
    })
    .from(rollouts)
    .innerJoin(groups, eq(groups.id, rollouts.groupId))
    .innerJoin(prompts, eq(prompts.id, rollouts.promptId))
    .leftJoin(outcomes, eq(outcomes.rolloutId, rollouts.id))
    .$dynamic();
}

/** How many rollouts of a step were trained, and how many were dropped for each reason. */
export function fatesOfStep(
  db: Connection,
  stepId: number,
): { readonly trained: number; readonly dropped: Readonly<Partial<Record<DropReason, number>>> } {
  const rows = db
    .select({ reason: credits.dropReason, count: sql<number>`count(*)` })
    .from(credits)
    .innerJoin(rollouts, eq(rollouts.id, credits.rolloutId))
    .innerJoin(groups, eq(groups.id, rollouts.groupId))
    .where(eq(groups.stepId, stepId))
    .groupBy(credits.dropReason)
    .orderBy(credits.dropReason)
    .all();
  const dropped: Partial<Record<DropReason, number>> = {};
  let trained = 0;
  for (const { reason, count } of rows) {
    if (reason === null) trained = count;
    else dropped[reason] = count;
  }
  return { trained, dropped };
}

/**
 * How many policy versions old what a step trained was when its training began: mean and most; null when it trained
 * nothing.
 */
export function stalenessOfStep(
  db: Connection,
  stepId: number,
): { readonly mean: number; readonly max: number } | null {
  const age = sql<number>`${checkpoints.parentVersion} - ${rollouts.policyVersion}`;
  const row = db
    .select({ mean: sql<number | null>`avg(${age})`, max: sql<number | null>`max(${age})` })
    .from(credits)
    .innerJoin(rollouts, eq(rollouts.id, credits.rolloutId))
    .innerJoin(groups, eq(groups.id, rollouts.groupId))
    .innerJoin(steps, eq(steps.id, groups.stepId))
    // Not the row of a fork that begins with this version.
    .innerJoin(checkpoints, and(eq(checkpoints.batchId, credits.batchId), eq(checkpoints.runId, steps.runId)))
    .where(eq(groups.stepId, stepId))
    .get();
  return row?.mean == null ? null : { mean: row.mean, max: row.max ?? 0 };
}
