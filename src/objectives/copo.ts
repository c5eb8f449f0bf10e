import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { hasSpread, mean, safeScale, standardDeviation } from "../core/statistics.ts";
import { normalisedAdvantages } from "./normalised-advantages.ts";
import { answerEntropy } from "./answer-entropy.ts";
import {
  clipOptions,
  clippedSurrogate,
  consistentOptions,
  lossOptions,
  overlongOptions,
  weightOptions,
} from "./objective-options.ts";
import { knownRewards, passedOf, type CreditedGroup, type Objective, type RewardGroup } from "./objective.ts";
import { penaliseOverlong } from "./overlong.ts";
import { tokenWeights } from "./weights.ts";

const optionsSchema = z
  .strictObject({
    mode: z
      .enum(["soft", "soft-with-zero"])
      .default("soft")
      .describe(
        "soft: local and global loss are blended by the group's entropy. soft-with-zero: failures are all global.",
      ),
    k: z.number().positive().default(5).describe("Slope of the blend: the local share is sigmoid(k (entropy - b))."),
    b: z.number().nonnegative().default(1).describe("Entropy in bits at which local and global share equally."),
    consistency: z
      .boolean()
      .default(false)
      .describe("Scale a group's mean reward by 1 - lambda x entropy, lambda = (1 - 1/G) / log2 G."),
    eps: z.number().nonnegative().default(1e-6).describe("Added to the standard deviations."),
    ...weightOptions("seq-mean-token-mean"),
    ...overlongOptions,
    ...clipOptions(0.2, 0.2),
    ...lossOptions,
  })
  .check(consistentOptions);

type CopoOptions = z.output<typeof optionsSchema>;

/**
 * Consistency-aware policy optimisation (COPO, arXiv 2508.04138): groups without spread still teach. Beside GRPO's
 * local advantages there is a global one, shared by a group: its mean reward compared with that of the other groups,
 * A = (R - mean) / (std + eps). The loss is w local + (1 - w) global, w = sigmoid(k (H - b)), where H is the entropy of
 * the group's answers ({@link answerEntropy}): groups that agree are judged against other groups, groups that do not
 * within themselves. The two are surrogates of their own (`advantages2`), as clipping differs by sign.
 *
 * Null rewards are left out of everything. A group with fewer than two rewards gets zeros and is left out of the global
 * statistics. There is no `teacher_coef`: the blend would scale a teacher's credit by a group's agreement.
 */
export const copo: Objective<CopoOptions> = {
  name: "copo",
  options: optionsSchema,
  credit(groups, options) {
    const shaped = penaliseOverlong(groups, options);
    const base = tokenWeights(options.weights, shaped, options.max_tokens);
    const local = normalisedAdvantages(shaped, { eps: options.eps, std: "sample", scale: "group" });
    const entropies = shaped.map((group) => answerEntropy(group.rewards, answersOf(group)));
    const global = globalAdvantages(shaped, entropies, options);
    return shaped.map((group, index): CreditedGroup => {
      const shares = localShares(group, entropies[index] ?? 0, options);
      const weights = base[index] ?? [];
      return {
        advantages: local[index] ?? [],
        weights: weights.map((weight, rollout) => weight * (shares[rollout] ?? 0)),
        advantages2: group.rewards.map((reward) => (reward === null ? 0 : (global[index] ?? 0))),
        weights2: weights.map((weight, rollout) => weight * (1 - (shares[rollout] ?? 0))),
      };
    });
  },
  surrogate: (options) => clippedSurrogate(options),
};

function answersOf({ answers }: RewardGroup): readonly (string | null)[] {
  if (answers !== undefined) return answers;
  throw new RlvrError("bad_recipe", "copo compares the answers of a group, and a group comes without any", {
    advice: "Use a verifier that tells the answers it extracted, or give every group its `answers`.",
  });
}

/** The share of the local loss in each rollout's. */
function localShares(group: RewardGroup, entropy: number, { mode, k, b }: CopoOptions): number[] {
  const share = 1 / (1 + Math.exp(-k * (entropy - b)));
  return passedOf(group).map((passed) => (mode === "soft-with-zero" && passed !== true ? 0 : share));
}

/** The global advantage of each group. */
function globalAdvantages(
  groups: readonly RewardGroup[],
  entropies: readonly number[],
  { consistency, eps }: CopoOptions,
): number[] {
  const scores = groups.map(({ rewards }, index) => {
    const known = knownRewards(rewards);
    if (known.length < 2) return null;
    const lambda = (1 - 1 / known.length) / Math.log2(known.length);
    return mean(known) * (consistency ? 1 - lambda * (entropies[index] ?? 0) : 1);
  });
  const pool = knownRewards(scores);
  if (!hasSpread(pool)) return groups.map(() => 0);
  const scale = safeScale(pool);
  const scaled = pool.map((score) => score * scale);
  const centre = mean(scaled);
  const divisor = standardDeviation(scaled, 1) + eps * scale;
  return scores.map((score) => (score === null ? 0 : (score * scale - centre) / divisor));
}
