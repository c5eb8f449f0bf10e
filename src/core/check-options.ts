import { z } from "zod";
import { RlvrError } from "./errors.ts";
import { nearestName } from "./nearest-name.ts";

function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): string {
  const path = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return path === "" ? issue.message : `${path}: ${issue.message}`;
  return issue.keys
    .map((key) => {
      const nearest = path === "" ? nearestName(key, known) : undefined;
      const full = path === "" ? key : `${path}.${key}`;
      return `${full}: there is no such option${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`;
    })
    .join("; ");
}

/**
 * Options as a schema reads them, with its defaults filled in.
 * @param owner whose options they are, for the message, such as `verifier "numeric"`.
 * @throws RlvrError `bad_recipe` with the path of each wrong option and the nearest known name of an unknown one.
 */
export function checkOptions<T>(schema: z.ZodType<T>, options: unknown, owner: string): T {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const problems = result.error.issues.map((issue) => describeIssue(issue, known)).join("; ");
  throw new RlvrError("bad_recipe", `bad options of ${owner}: ${problems}`, {
    advice: known.length === 0 ? `The ${owner} takes no options.` : `Options are: ${known.join(", ")}.`,
    cause: result.error,
  });
}
