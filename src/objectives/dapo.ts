import { z } from "zod";
import { creditRollouts } from "./credit-rollouts.ts";
import { normalisationOptions, normalisedAdvantages } from "./normalised-advantages.ts";
import { clippedSurrogate, consistentOptions, teacherCoefficient, usualOptions } from "./objective-options.ts";
import type { Objective } from "./objective.ts";

const optionsSchema = z
  .strictObject({
    ...normalisationOptions,
    ...usualOptions("token-mean", { low: 0.2, high: 0.28 }),
  })
  .check(consistentOptions);

type DapoOptions = z.output<typeof optionsSchema>;

/**
 * Decoupled clip and dynamic sampling policy optimisation (DAPO, arXiv 2503.14476): GRPO's advantages with a higher
 * upper clip (0.2 / 0.28), weights by token, and a soft penalty for overlong completions (set `overlong_buffer` and
 * `max_tokens`). Its dynamic sampling, further groups in place of those without spread, is a matter of sampling: the
 * recipe's `sampling.refill`.
 */
export const dapo: Objective<DapoOptions> = {
  name: "dapo",
  options: optionsSchema,
  credit: (groups, options) => creditRollouts(groups, options, (shaped) => normalisedAdvantages(shaped, options)),
  surrogate: (options) => clippedSurrogate(options),
  teacherCoefficient,
};
