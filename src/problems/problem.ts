import { z } from "zod";

const text = z.string().min(1, "must not be empty");
const parts = z.array(text).min(1, "must not be an empty list");

/** Parts of a problem's hints by tier, weakest tier first; level j of a tier is its first j parts. */
export const hintsSchema = z.strictObject({
  knowledge: parts.optional(),
  planning: parts.optional(),
  solution: parts.optional(),
});

/**
 * One line of a problem set. Fields beyond the named ones are kept and reach templates and verifiers.
 * `arm` is the category that curricula choose among; a set without arms has the single arm `all`.
 */
export const problemSchema = z.looseObject({
  id: text.optional(),
  problem: text,
  answer: z.string(),
  arm: text.default("all"),
  hints: hintsSchema.optional(),
});

/** A checked problem. */
export type Problem = z.output<typeof problemSchema>;
