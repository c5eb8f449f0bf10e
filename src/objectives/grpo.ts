import { z } from "zod";
import { creditRollouts } from "./credit-rollouts.ts";
import { normalisationOptions, normalisedAdvantages } from "./normalised-advantages.ts";
import { clippedSurrogate, consistentOptions, teacherCoefficient, usualOptions } from "./objective-options.ts";
import type { Objective } from "./objective.ts";

const optionsSchema = z
  .strictObject({
    ...normalisationOptions,
    ...usualOptions("token-mean", { low: 0.2, high: 0.2 }),
  })
  .check(consistentOptions);

/** Options of {@link grpo}, checked. */
export type GrpoOptions = z.output<typeof optionsSchema>;

/**
 * Group relative policy optimisation (DeepSeekMath, arXiv 2402.03300): A = (r - mean) / (std + eps) within a group; see
 * {@link normalisedAdvantages}. A group without spread gets zeros, and its tokens stay in the denominator of the
 * weights.
 */
export const grpo: Objective<GrpoOptions> = {
  name: "grpo",
  options: optionsSchema,
  credit: (groups, options) => creditRollouts(groups, options, (shaped) => normalisedAdvantages(shaped, options)),
  surrogate: (options) => clippedSurrogate(options),
  teacherCoefficient,
};
