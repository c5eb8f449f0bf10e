import { z } from "zod";

/** Parts of a problem's hints by tier, weakest tier first; level j of a tier is its first j parts. */
export const hintsSchema = z.strictObject({
  knowledge: z.array(z.string().min(1)).min(1).optional(),
  planning: z.array(z.string().min(1)).min(1).optional(),
  solution: z.array(z.string().min(1)).min(1).optional(),
});

/**
 * One line of a problem set. Fields beyond the named ones are kept and reach templates and verifiers.
 * `arm` is the category that curricula choose among; a set without arms has the single arm `all`.
 */
export const problemSchema = z.looseObject({
  id: z.string().min(1).optional(),
  problem: z.string().min(1),
  answer: z.string(),
  arm: z.string().min(1).default("all"),
  hints: hintsSchema.optional(),
});

/** A checked problem. */
export type Problem = z.output<typeof problemSchema>;
