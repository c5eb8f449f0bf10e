import { z } from "zod";
import { creditRollouts } from "./credit-rollouts.ts";
import { clipOptions, clippedSurrogate, consistentOptions, lossOptions, weightOptions } from "./objective-options.ts";
import type { Objective } from "./objective.ts";

const optionsSchema = z
  .strictObject({
    teacher_coef: z
      .number()
      .positive()
      .default(1)
      .describe("Each token's advantage is -teacher_coef x (log p - log p of the teacher)."),
    ...weightOptions("token-mean"),
    ...clipOptions(0.2, 0.2),
    ...lossOptions,
  })
  .check(consistentOptions);

type DistillationOptions = z.output<typeof optionsSchema>;

/**
 * On-policy distillation alone (arXiv 2306.13649, reverse KL token by token): rewards give no credit, a teacher's
 * log-probabilities of the policy's own tokens give all of it. Verifiers still judge, so that pass rates are known; a
 * rollout without a verdict is not trained, as in every objective. The others take `teacher_coef` beside their rewards.
 */
export const distillation: Objective<DistillationOptions> = {
  name: "distillation",
  options: optionsSchema,
  credit: (groups, options) => creditRollouts(groups, options, (own) => own.map(({ rewards }) => rewards.map(() => 0))),
  surrogate: (options) => clippedSurrogate(options),
  teacherCoefficient: (options) => options.teacher_coef,
};
