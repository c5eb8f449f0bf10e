import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { prompts } from "../../db/schema/problems.ts";
import { groups } from "../../db/schema/groups.ts";
import { outcomes, rolloutPayloads, rollouts } from "../../db/schema/rollouts.ts";
import type { ChatMessage } from "../core/chat.ts";
import { sha256 } from "../core/files/files.ts";
import { packFloat32, packInt32, unpackFloat32, unpackInt32 } from "../core/pack.ts";
import type { Connection } from "./database.ts";
import { prepared } from "./prepared.ts";
import { now } from "./now.ts";
import { setGroupState, type GroupState } from "./steps.ts";
import { transact } from "./transaction.ts";

/** A prompt as it was sampled under. */
export interface Prompt {
  /** For people: the user's message, or all messages one after the other. */
  readonly text: string;
  /** What the policy's chat template made the ids of. */
  readonly messages: readonly ChatMessage[];
  readonly tokenIds: readonly number[];
}

/** A completion to store. */
export interface NewRollout {
  readonly seed: number;
  /** Version that drew its first token. */
  readonly policyVersion: number;
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
  /** The hint in its prompt; null without one. */
  readonly hintId: number | null;
  /** Number of the rollout that it stands in for; null where it does not. */
  readonly replaces: number | null;
  /** Prompt that such a one is trained under. */
  readonly trainedUnder: "hinted" | "unhinted" | null;
  readonly policyVersion: number;
  readonly promptIds: readonly number[];
  readonly tokenIds: readonly number[];
  readonly logprobs: readonly number[];
  /** Of the same tokens under the teacher; null where it was not asked. */
  readonly teacherLogprobs: readonly number[] | null;
  readonly text: string;
}

/** What a verifier reads of a stored rollout. */
export interface StoredResponse {
  readonly rolloutId: number;
  readonly text: string;
  readonly finishReason: "stop" | "length";
}

const insertRollout = prepared((db) =>
  db
    .insert(rollouts)
    .values({
      groupId: sql.placeholder("groupId"),
      number: sql.placeholder("number"),
      promptId: sql.placeholder("promptId"),
      hintId: sql.placeholder("hintId"),
      seed: sql.placeholder("seed"),
      policyVersion: sql.placeholder("policyVersion"),
      finishReason: sql.placeholder("finishReason"),
      tokens: sql.placeholder("tokens"),
      sampledAt: sql.placeholder("sampledAt"),
    })
    .returning({ id: rollouts.id })
    .prepare(),
);

const insertPayload = prepared((db) =>
  db
    .insert(rolloutPayloads)
    .values({
      rolloutId: sql.placeholder("rolloutId"),
      tokenIds: sql.placeholder("tokenIds"),
      logprobs: sql.placeholder("logprobs"),
      text: sql.placeholder("text"),
    })
    .prepare(),
);

const findPrompt = prepared((db) =>
  db
    .select({ id: prompts.id })
    .from(prompts)
    .where(eq(prompts.sha256, sql.placeholder("sha256")))
    .prepare(),
);

/** What rollouts were sampled under. */
export interface SampledUnder {
  readonly prompt: Prompt;
  /** The hint in the prompt; null without one. */
  readonly hintId: number | null;
  /** How many rollouts the group has already. */
  readonly firstNumber: number;
}

/** Writes rollouts of a group, numbered from `firstNumber` on, and moves it to a state; all or nothing. */
export function storeRollouts(
  db: Connection,
  groupId: number,
  { prompt, hintId, firstNumber }: SampledUnder,
  completions: readonly NewRollout[],
  state: GroupState,
): void {
  transact(db, () => {
    const promptId = storePrompt(db, prompt);
    const sampledAt = now();
    for (const [index, { seed, policyVersion, finishReason, tokenIds, logprobs, text }] of completions.entries()) {
      const number = firstNumber + index;
      const tokens = tokenIds.length;
      const row = { groupId, number, promptId, hintId, seed, policyVersion, finishReason, tokens, sampledAt };
      const { id: rolloutId } = insertRollout(db).get(row) as { id: number };
      insertPayload(db).run({ rolloutId, tokenIds: packInt32(tokenIds), logprobs: packFloat32(logprobs), text });
    }
    setGroupState(db, groupId, state);
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

const selectUnjudged = prepared((db) =>
  db
    .select({ rolloutId: rollouts.id, text: rolloutPayloads.text, finishReason: rollouts.finishReason })
    .from(rollouts)
    .innerJoin(rolloutPayloads, eq(rolloutPayloads.rolloutId, rollouts.id))
    .leftJoin(outcomes, eq(outcomes.rolloutId, rollouts.id))
    .where(and(eq(rollouts.groupId, sql.placeholder("groupId")), isNull(outcomes.rolloutId)))
    .orderBy(asc(rollouts.number))
    .prepare(),
);

/** The responses of a group that have no verdicts yet, by number. */
export function unjudgedResponses(db: Connection, groupId: number): StoredResponse[] {
  return selectUnjudged(db).all({ groupId });
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
    hintId: row.rollout.hintId,
    replaces: row.rollout.replaces,
    trainedUnder: row.rollout.trainedUnder,
    policyVersion: row.rollout.policyVersion,
    promptIds: unpackInt32(row.prompt.tokenIds),
    tokenIds: unpackInt32(row.payload.tokenIds),
    logprobs: unpackFloat32(row.payload.logprobs),
    teacherLogprobs: row.payload.teacherLogprobs && unpackFloat32(row.payload.teacherLogprobs),
    text: row.payload.text,
  };
}

function storePrompt(db: Connection, prompt: Prompt): number {
  const tokenIds = packInt32(prompt.tokenIds);
  // The text too: two tokenizers may give the same ids to different texts.
  const hash = sha256(Buffer.concat([tokenIds, Buffer.from(prompt.text)]));
  const known = findPrompt(db).get({ sha256: hash });
  if (known !== undefined) return known.id;
  const { text, messages } = prompt;
  return db.insert(prompts).values({ sha256: hash, text, messages, tokenIds }).returning({ id: prompts.id }).get().id;
}
