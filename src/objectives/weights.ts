import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import type { RewardGroup } from "./objective.ts";

/** How the losses of tokens add up; see {@link tokenWeights}. */
export const weightModeSchema = z.enum([
  "token-mean",
  "seq-mean-token-mean",
  "seq-mean-token-sum",
  "seq-mean-token-sum-norm",
]);

/** How the losses of tokens add up. */
export type WeightMode = z.output<typeof weightModeSchema>;

/**
 * The loss weight of each token of each rollout, so that the loss is the plain sum of weight x term:
 *
 * - `token-mean`: 1 / tokens (DAPO, arXiv 2503.14476)
 * - `seq-mean-token-mean`: 1 / (sequences x own tokens) (GRPO, arXiv 2402.03300)
 * - `seq-mean-token-sum`: 1 / sequences
 * - `seq-mean-token-sum-norm`: 1 / (sequences x `maxTokens`) (Dr. GRPO, arXiv 2503.20783)
 *
 * A rollout without a reward or without a token, and a masked one, is not trained: its weight is 0 and it counts in no
 * denominator.
 * Groups without spread do count: their advantage is 0, but the others' share does not grow for it.
 * @param groups all groups of one optimiser step.
 * @param maxTokens most tokens a completion can have; only `seq-mean-token-sum-norm` asks for it.
 * @throws RlvrError `bad_recipe` when that mode has no `maxTokens`.
 */
export function tokenWeights(mode: WeightMode, groups: readonly RewardGroup[], maxTokens: number | null): number[][] {
  const lengths = groups.map(({ rewards, lengths: own, masked }) =>
    own.map((length, index) => (typeof rewards[index] === "number" && masked?.[index] !== true ? length : 0)),
  );
  const trained = lengths.flat().filter((length) => length > 0);
  const tokens = trained.reduce((sum, length) => sum + length, 0);
  const weightOf = (length: number): number => {
    switch (mode) {
      case "token-mean":
        return 1 / tokens;
      case "seq-mean-token-mean":
        return 1 / (trained.length * length);
      case "seq-mean-token-sum":
        return 1 / trained.length;
      case "seq-mean-token-sum-norm":
        return 1 / (trained.length * requireMaxTokens(maxTokens));
    }
  };
  return lengths.map((own) => own.map((length) => (length > 0 ? weightOf(length) : 0)));
}

function requireMaxTokens(maxTokens: number | null): number {
  if (maxTokens !== null) return maxTokens;
  throw new RlvrError("bad_recipe", "the weights seq-mean-token-sum-norm need max_tokens", {
    advice: "Set the objective's max_tokens to the most tokens that a completion can have.",
  });
}
