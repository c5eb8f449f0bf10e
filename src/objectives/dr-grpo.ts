import { z } from "zod";
import { creditRollouts } from "./credit-rollouts.ts";
import { centred, groupAdvantages } from "./group-advantages.ts";
import { clippedSurrogate, consistentOptions, teacherCoefficient, usualOptions } from "./objective-options.ts";
import type { Objective } from "./objective.ts";

const optionsSchema = z
  .strictObject({
    ...usualOptions("seq-mean-token-sum-norm", { low: 0.2, high: 0.2 }),
  })
  .check(consistentOptions);

type DrGrpoOptions = z.output<typeof optionsSchema>;

/**
 * GRPO done right (Dr. GRPO, arXiv 2503.20783): A = r - mean. No standard deviation, which would weigh easy and hard
 * problems up, and by default weights that divide by a constant, not by a completion's own length: `max_tokens` is
 * needed then.
 */
export const drGrpo: Objective<DrGrpoOptions> = {
  name: "dr-grpo",
  options: optionsSchema,
  credit: (groups, options) => creditRollouts(groups, options, (shaped) => groupAdvantages(shaped, centred)),
  surrogate: (options) => clippedSurrogate(options),
  teacherCoefficient,
};
