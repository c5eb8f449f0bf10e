import { RlvrError } from "../../core/errors.ts";
import { readTokenStats } from "../../trainer/protocol/token-stats.ts";
import type { TrainAnswer } from "../../trainer/trainer-handle.ts";
import { rolloutsOfBatch, samplerLogprobs, type NewTokenStats } from "../../tracking/token-stats.ts";
import type { BatchRow } from "../../tracking/training.ts";
import type { RunContext } from "../run-context.ts";
import { sequenceIdOf } from "./sequence-id.ts";

/**
 * What a trainer told of the tokens of a batch's rollouts, to be stored with its checkpoint. Nothing of a trainer that does not tell.
 * @yields one rollout after the other.
 * @throws RlvrError `bad_checkpoint` or `protocol_violation` when the trainer's file is not usable or not of this batch.
 */
export function* tokenStatsOfBatch(
  { db, recipe }: Pick<RunContext, "db" | "recipe">,
  batch: BatchRow,
  { tokenStats: file }: Pick<TrainAnswer, "tokenStats">,
): Generator<NewTokenStats, void> {
  if (file === undefined) return;
  const rollouts = rolloutsOfBatch(db, batch.id);
  const told = new Map(readTokenStats(file, batch).map((stats) => [stats.sequenceId, stats]));
  for (const rollout of rollouts) {
    const sequenceId = BigInt(sequenceIdOf(rollout.slot, recipe.sampling.group_size, rollout));
    const stats = told.get(sequenceId);
    if (stats === undefined) continue;
    told.delete(sequenceId);
    const sampler = samplerLogprobs(db, rollout.id);
    if (stats.logprobs.length !== sampler.length) throw notOfBatch(file.path);
    yield {
      rolloutId: rollout.id,
      logRatios: sampler.map((logprob, token) => (stats.logprobs[token] ?? 0) - logprob),
      entropies: [...stats.entropies],
    };
  }
  if (told.size > 0) throw notOfBatch(file.path);
}

function notOfBatch(path: string): RlvrError {
  return new RlvrError("protocol_violation", `${path} has statistics of tokens that its batch does not have`, {
    advice: "Use a trainer that speaks trainer protocol 1.",
  });
}
