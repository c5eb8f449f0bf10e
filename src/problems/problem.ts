import { z } from "zod";

const text = z.string().min(1, "must not be empty");
/** Most parts of a tier, and characters of them together: each part is shown, and looked through, with those before it. */
const MAX_PARTS = 200;
const MAX_CHARACTERS = 500_000;
const parts = z
  .array(text)
  .min(1, "must not be an empty list")
  .max(MAX_PARTS, `must have ${MAX_PARTS} parts at most`)
  .refine((all) => all.reduce((sum, part) => sum + part.length, 0) <= MAX_CHARACTERS, {
    error: `must have ${MAX_CHARACTERS} characters at most`,
  });

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
