import { and, asc, eq, gte, lte, sql } from "drizzle-orm";
import { groups } from "../../../db/schema/groups.ts";
import { hints } from "../../../db/schema/hints.ts";
import { problems, prompts } from "../../../db/schema/problems.ts";
import { credits, outcomes, rolloutPayloads, rollouts, tokenStats, verdicts } from "../../../db/schema/rollouts.ts";
import { steps } from "../../../db/schema/runs.ts";
import { unpackFloat16, unpackFloat32, unpackInt32 } from "../../core/pack.ts";
import type { Connection } from "../database.ts";
import { prepared } from "../prepared.ts";

/** Steps to export, both ends included. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** The steps of a run in a range, by number. */
export function stepsInRange(db: Connection, runId: number, { from, to }: StepRange) {
  return db
    .select({ id: steps.id, number: steps.number })
    .from(steps)
    .where(and(eq(steps.runId, runId), gte(steps.number, from), lte(steps.number, to)))
    .orderBy(asc(steps.number))
    .all();
}

/** Ids of a step's groups, by slot. */
export function groupIdsOfStep(db: Connection, stepId: number): number[] {
  const rows = db
    .select({ id: groups.id })
    .from(groups)
    .where(eq(groups.stepId, stepId))
    .orderBy(asc(groups.slot))
    .all();
  return rows.map(({ id }) => id);
}

const selectRollouts = prepared((db) =>
  db
    .select({
      step: steps.number,
      slot: groups.slot,
      groupId: groups.id,
      number: rollouts.number,
      rolloutId: rollouts.id,
      arm: groups.arm,
      propensity: groups.propensity,
      scaffold: groups.scaffold,
      source: problems.source,
      problemKey: problems.key,
      problem: problems.problem,
      answer: problems.answer,
      prompt: prompts.text,
      promptTokenIds: prompts.tokenIds,
      hintTier: hints.tier,
      hintLevel: hints.level,
      replaces: rollouts.replaces,
      trainedUnder: rollouts.trainedUnder,
      response: rolloutPayloads.text,
      finishReason: rollouts.finishReason,
      tokens: rollouts.tokens,
      tokenIds: rolloutPayloads.tokenIds,
      logprobs: rolloutPayloads.logprobs,
      teacherLogprobs: rolloutPayloads.teacherLogprobs,
      logRatios: tokenStats.logRatios,
      entropies: tokenStats.entropies,
      policyVersion: rollouts.policyVersion,
      seed: rollouts.seed,
      sampledAt: rollouts.sampledAt,
      passed: outcomes.passed,
      reward: outcomes.reward,
      extracted: outcomes.extracted,
      advantage: credits.advantage,
      weight: credits.weight,
      advantage2: credits.advantage2,
      weight2: credits.weight2,
      minibatch: credits.minibatch,
      batchId: credits.batchId,
      dropReason: credits.dropReason,
    })
    .from(rollouts)
    .innerJoin(groups, eq(groups.id, rollouts.groupId))
    .innerJoin(steps, eq(steps.id, groups.stepId))
    .innerJoin(problems, eq(problems.id, groups.problemId))
    .innerJoin(prompts, eq(prompts.id, rollouts.promptId))
    .innerJoin(rolloutPayloads, eq(rolloutPayloads.rolloutId, rollouts.id))
    .leftJoin(hints, eq(hints.id, rollouts.hintId))
    .leftJoin(outcomes, eq(outcomes.rolloutId, rollouts.id))
    .leftJoin(credits, eq(credits.rolloutId, rollouts.id))
    .leftJoin(tokenStats, eq(tokenStats.rolloutId, rollouts.id))
    .where(eq(rollouts.groupId, sql.placeholder("groupId")))
    .orderBy(asc(rollouts.number))
    .prepare(),
);

const selectVerdicts = prepared((db) =>
  db
    .select({
      rolloutId: verdicts.rolloutId,
      verifier: verdicts.verifier,
      version: verdicts.version,
      status: verdicts.status,
      passed: verdicts.passed,
      score: verdicts.score,
      extracted: verdicts.extracted,
      details: sql<string | null>`${verdicts.details}`,
      error: verdicts.error,
      runMs: verdicts.runMs,
      queueMs: verdicts.queueMs,
      attempts: verdicts.attempts,
      kept: verdicts.kept,
    })
    .from(rollouts)
    .innerJoin(verdicts, eq(verdicts.rolloutId, rollouts.id))
    .where(eq(rollouts.groupId, sql.placeholder("groupId")))
    .orderBy(asc(rollouts.id), asc(verdicts.verifier))
    .prepare(),
);

/** All that is known of the rollouts of a group, by number: what an export has a line of. */
export function exportedRollouts(db: Connection, groupId: number) {
  // One transaction: a run that writes meanwhile cannot come between the two.
  const [rows, said] = db.transaction(() => [selectRollouts(db).all({ groupId }), selectVerdicts(db).all({ groupId })]);
  const byRollout = Map.groupBy(said, ({ rolloutId }) => rolloutId);
  return rows.map((row) => ({
    ...row,
    promptTokenIds: unpackInt32(row.promptTokenIds),
    tokenIds: unpackInt32(row.tokenIds),
    logprobs: unpackFloat32(row.logprobs),
    teacherLogprobs: row.teacherLogprobs === null ? null : unpackFloat32(row.teacherLogprobs),
    logRatios: row.logRatios === null ? null : unpackFloat16(row.logRatios),
    entropies: row.entropies === null ? null : unpackFloat16(row.entropies),
    verdicts: byRollout.get(row.rolloutId) ?? [],
  }));
}

/** A rollout with all that is known of it. */
export type ExportedRollout = ReturnType<typeof exportedRollouts>[number];

/** What a verifier said of such a rollout; `details` is JSON text. */
export type ExportedVerdict = ExportedRollout["verdicts"][number];
