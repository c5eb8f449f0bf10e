import { asc, eq } from "drizzle-orm";
import { prompts } from "../../db/schema/problems.ts";
import { groups, rolloutPayloads, rollouts } from "../../db/schema/rollouts.ts";
import { sha256 } from "../core/files.ts";
import { packFloat32, packInt32, unpackFloat32, unpackInt32 } from "../core/pack.ts";
import type { Connection } from "./database.ts";
import { now } from "./now.ts";
import { setGroupState } from "./steps.ts";

/** A prompt as it was sampled under. */
export interface Prompt {
  readonly text: string;
  readonly tokenIds: readonly number[];
}

/** A completion to store. */
export interface NewRollout {
  readonly seed: number;
  readonly tokenIds: readonly number[];
  readonly logprobs: readonly number[];
  readonly text: string;
  readonly finishReason: "stop" | "length";
}

/** A stored rollout with its payload. */
export interface RolloutRecord {
  readonly id: number;
  readonly groupId: number;
  readonly number: number;
  readonly policyVersion: number;
  readonly promptIds: readonly number[];
  readonly tokenIds: readonly number[];
  readonly logprobs: readonly number[];
  readonly text: string;
}

/** Writes the rollouts of a group, numbered in their order, and moves the group to `verifying`, all or nothing. */
export function storeGroupRollouts(
  db: Connection,
  groupId: number,
  prompt: Prompt,
  policyVersion: number,
  completions: readonly NewRollout[],
): void {
  db.transaction((tx) => {
    const promptId = storePrompt(tx, prompt);
    const sampledAt = now();
    const ids = tx
      .insert(rollouts)
      .values(
        completions.map(({ seed, finishReason, tokenIds }, number) => ({
          groupId,
          number,
          promptId,
          seed,
          policyVersion,
          finishReason,
          tokens: tokenIds.length,
          sampledAt,
        })),
      )
      .returning({ id: rollouts.id, number: rollouts.number })
      .all();
    tx.insert(rolloutPayloads)
      .values(
        ids.map(({ id, number }) => {
          const { tokenIds, logprobs, text } = completions[number] as NewRollout;
          return { rolloutId: id, tokenIds: packInt32(tokenIds), logprobs: packFloat32(logprobs), text };
        }),
      )
      .run();
    setGroupState(tx, [groupId], "verifying");
  });
}

/** The rollouts of a step with their payloads, by slot and number. */
export function rolloutsOfStep(db: Connection, stepId: number): RolloutRecord[] {
  return selectRecords(db)
    .where(eq(groups.stepId, stepId))
    .orderBy(asc(groups.slot), asc(rollouts.number))
    .all()
    .map(toRecord);
}

/** The rollouts of a group with their payloads, by number. */
export function rolloutsOfGroup(db: Connection, groupId: number): RolloutRecord[] {
  return selectRecords(db).where(eq(rollouts.groupId, groupId)).orderBy(asc(rollouts.number)).all().map(toRecord);
}

function selectRecords(db: Connection) {
  return db
    .select({ rollout: rollouts, payload: rolloutPayloads, prompt: prompts })
    .from(rollouts)
    .innerJoin(groups, eq(groups.id, rollouts.groupId))
    .innerJoin(rolloutPayloads, eq(rolloutPayloads.rolloutId, rollouts.id))
    .innerJoin(prompts, eq(prompts.id, rollouts.promptId))
    .$dynamic();
}

function toRecord(row: {
  rollout: typeof rollouts.$inferSelect;
  payload: typeof rolloutPayloads.$inferSelect;
  prompt: typeof prompts.$inferSelect;
}): RolloutRecord {
  return {
    id: row.rollout.id,
    groupId: row.rollout.groupId,
    number: row.rollout.number,
    policyVersion: row.rollout.policyVersion,
    promptIds: unpackInt32(row.prompt.tokenIds),
    tokenIds: unpackInt32(row.payload.tokenIds),
    logprobs: unpackFloat32(row.payload.logprobs),
    text: row.payload.text,
  };
}

function storePrompt(db: Connection, prompt: Prompt): number {
  const tokenIds = packInt32(prompt.tokenIds);
  const hash = sha256(tokenIds);
  const known = db.select({ id: prompts.id }).from(prompts).where(eq(prompts.sha256, hash)).get();
  if (known !== undefined) return known.id;
  return db.insert(prompts).values({ sha256: hash, text: prompt.text, tokenIds }).returning({ id: prompts.id }).get()
    .id;
}
