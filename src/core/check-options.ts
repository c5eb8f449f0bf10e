import type { z } from "zod";
import { describeIssue, keysAt } from "./texts/describe-issue.ts";
import { RlvrError } from "./errors.ts";

/**
 * Options as a schema reads them, with its defaults filled in.
 * @param owner whose options they are, for the message, such as `verifier "numeric"`.
 * @throws RlvrError `bad_recipe` with the path of each wrong option and the nearest known name of an unknown one.
 */
export function checkOptions<T>(schema: z.ZodType<T>, options: unknown, owner: string): T {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const known = keysAt(schema, []);
  const faults = result.error.issues.flatMap((issue) => describeIssue(issue, schema)).map((fault) => fault.message);
  throw new RlvrError("bad_recipe", `bad options of ${owner}: ${faults.join("; ")}`, {
    advice: known.length === 0 ? `The ${owner} takes no options.` : `Options are: ${known.join(", ")}.`,
    cause: result.error,
  });
}
