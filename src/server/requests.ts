import { zValidator } from "@hono/zod-validator";
import type { ValidationTargets } from "hono";
import { z } from "zod";
import { RlvrError } from "../core/errors.ts";

/** A whole number in a path or a query. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, "a whole number is wanted")
  .transform(Number);

/** A whole number of at least 1 and at most `most`, or `usual` where it is left out. */
export function countUpTo(most: number, usual: number) {
  return wholeNumber
    .refine((count) => count >= 1 && count <= most, `a number from 1 to ${most} is wanted`)
    .default(usual);
}

/** Names divided by commas. */
export const names = z.string().transform((text) => text.split(",").filter((name) => name !== ""));

/** The id in a path such as `/runs/:run`. */
export const runParameter = z.object({ run: wholeNumber });

/** The id in a path such as `/rollouts/:id`. */
export const idParameter = z.object({ id: wholeNumber });

/** Checks a part of a request by a schema; what does not fit is the fault `bad_usage`. */
export function checked<Target extends keyof ValidationTargets, Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
) {
  return zValidator(target, schema, (result) => {
    if (result.success) return;
    const told = result.error.issues.map(({ path, message }) => `${path.join(".") || target}: ${message}`);
    throw new RlvrError("bad_usage", told.join("; "), { advice: "See docs/dashboard.md for what the API takes." });
  });
}
