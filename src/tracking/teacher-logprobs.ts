import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { groups } from "../../db/schema/groups.ts";
import { prompts } from "../../db/schema/problems.ts";
import { credits, rolloutPayloads, rollouts } from "../../db/schema/rollouts.ts";
import { packFloat32, unpackFloat32, unpackInt32 } from "../core/pack.ts";
import type { Connection } from "./database.ts";
import { prepared } from "./prepared.ts";

/** What a teacher is asked about. */
export interface UntaughtRollout {
  readonly rolloutId: number;
  /** The prompt that it was sampled under. */
  readonly promptIds: readonly number[];
  readonly tokenIds: readonly number[];
}

const selectUntaught = prepared((db) =>
  db
    .select({ rolloutId: rollouts.id, prompt: prompts.tokenIds, tokens: rolloutPayloads.tokenIds })
    .from(rollouts)
    .innerJoin(rolloutPayloads, eq(rolloutPayloads.rolloutId, rollouts.id))
    .innerJoin(prompts, eq(prompts.id, rollouts.promptId))
    .where(and(eq(rollouts.groupId, sql.placeholder("groupId")), isNull(rolloutPayloads.teacherLogprobs)))
    .orderBy(asc(rollouts.number))
    .prepare(),
);

/** The rollouts of a group without a teacher's log-probabilities, by number. */
export function untaughtRollouts(db: Connection, groupId: number): UntaughtRollout[] {
  return selectUntaught(db)
    .all({ groupId })
    .map(({ rolloutId, prompt, tokens }) => ({
      rolloutId,
      promptIds: unpackInt32(prompt),
      tokenIds: unpackInt32(tokens),
    }));
}

/** Writes the log-probabilities of a rollout's tokens under the teacher. */
export function storeTeacherLogprobs(db: Connection, rolloutId: number, logprobs: readonly number[]): void {
  db.update(rolloutPayloads)
    .set({ teacherLogprobs: packFloat32(logprobs) })
    .where(eq(rolloutPayloads.rolloutId, rolloutId))
    .run();
}

/** Log-probabilities of a rollout's tokens under the policy that sampled it and under the teacher. */
export interface TaughtRollout {
  readonly logprobs: readonly number[];
  readonly teacherLogprobs: readonly number[];
}

/** The rollouts of a step that are trained with a teacher's credit, by slot and number. */
export function taughtRollouts(db: Connection, stepId: number): TaughtRollout[] {
  return db
    .select({ logprobs: rolloutPayloads.logprobs, teacher: sql<Buffer>`${rolloutPayloads.teacherLogprobs}` })
    .from(rollouts)
    .innerJoin(groups, eq(groups.id, rollouts.groupId))
    .innerJoin(credits, eq(credits.rolloutId, rollouts.id))
    .innerJoin(rolloutPayloads, eq(rolloutPayloads.rolloutId, rollouts.id))
    .where(and(eq(groups.stepId, stepId), isNotNull(credits.batchId), isNotNull(rolloutPayloads.teacherLogprobs)))
    .orderBy(asc(groups.slot), asc(rollouts.number))
    .all()
    .map(({ logprobs, teacher }) => ({
      logprobs: unpackFloat32(logprobs),
      teacherLogprobs: unpackFloat32(teacher),
    }));
}
