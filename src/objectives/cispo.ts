import { z } from "zod";
import { creditRollouts } from "./credit-rollouts.ts";
import { normalisationOptions, normalisedAdvantages } from "./normalised-advantages.ts";
import {
  consistentOptions,
  lossOptions,
  lossSettings,
  overlongOptions,
  teacherCoefficient,
  teacherOptions,
  weightOptions,
} from "./objective-options.ts";
import type { Objective } from "./objective.ts";

const optionsSchema = z
  .strictObject({
    ...normalisationOptions,
    ...weightOptions("token-mean"),
    ...overlongOptions,
    ...teacherOptions,
    ratio_cap: z.number().min(1).default(5).describe("Bound on the ratio as a weight of the token's log-probability."),
    ...lossOptions,
  })
  .check(consistentOptions);

type CispoOptions = z.output<typeof optionsSchema>;

/**
 * Clipped importance-sampling weight policy optimisation (CISPO, MiniMax-M1, arXiv 2506.13585; the cap of 5 is
 * ScaleRL's, arXiv 2510.13786): GRPO's advantages, and the loss -min(ratio, cap) A log p with no gradient through the
 * ratio. No token is clipped away, so rare tokens that start a new thought keep their gradient.
 */
export const cispo: Objective<CispoOptions> = {
  name: "cispo",
  options: optionsSchema,
  credit: (groups, options) => creditRollouts(groups, options, (shaped) => normalisedAdvantages(shaped, options)),
  surrogate: (options) => ({
    ratioLevel: "token",
    // The weight stays within [0, cap]; the same bounds as a clip, for whoever reads only those.
    clipLow: 1,
    clipHigh: options.ratio_cap - 1,
    dualClip: null,
    ratioCap: options.ratio_cap,
    ...lossSettings(options),
  }),
  teacherCoefficient,
};
