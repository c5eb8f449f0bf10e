import { z } from "zod";
import { creditRollouts } from "./credit-rollouts.ts";
import { normalisationOptions, normalisedAdvantages } from "./normalised-advantages.ts";
import { clippedSurrogate, consistentOptions, teacherCoefficient, usualOptions } from "./objective-options.ts";
import type { Objective } from "./objective.ts";

const optionsSchema = z
  .strictObject({
    ...normalisationOptions,
    ...usualOptions("seq-mean-token-mean", { low: 3e-4, high: 4e-4 }),
  })
  .check(consistentOptions);

type GspoOptions = z.output<typeof optionsSchema>;

/**
 * Group sequence policy optimisation (GSPO, arXiv 2507.18071): GRPO's advantages, but one ratio a sequence,
 * exp(mean of its tokens' log-ratios), with correspondingly narrow clips. It differs from GRPO only where the policy
 * has moved since sampling.
 */
export const gspo: Objective<GspoOptions> = {
  name: "gspo",
  options: optionsSchema,
  credit: (groups, options) => creditRollouts(groups, options, (shaped) => normalisedAdvantages(shaped, options)),
  surrogate: (options) => clippedSurrogate(options, "sequence"),
  teacherCoefficient,
};
