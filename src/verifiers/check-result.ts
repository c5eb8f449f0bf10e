import { z } from "zod";

const resultSchema = z
  .object({
    passed: z.boolean(),
    score: z.number().optional(),
    extracted: z.string().nullish(),
    details: z.unknown().optional(),
  })
  .nullable();

/** What a verifier returned, checked: what a user wrote may return anything. */
export type CheckedResult = z.output<typeof resultSchema>;

/** @throws TypeError that says what is wrong with what a verifier returned. */
export function checkResult(value: unknown): CheckedResult {
  const parsed = resultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(`what the verifier returned is no result: ${z.prettifyError(parsed.error)}`);
}
