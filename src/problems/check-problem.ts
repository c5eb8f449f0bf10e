import { messageOf } from "../core/errors.ts";
import { problemSchema, type Problem } from "./problem.ts";

/** A problem, or what keeps something from being one. */
export type Checked = { readonly problem: Problem } | { readonly fault: string };

/** Checks a value against the schema of a problem. */
export function checkProblem(value: unknown): Checked {
  const result = problemSchema.safeParse(value);
  if (result.success) return { problem: result.data };
  const issue = result.error.issues[0];
  const path = issue?.path.join(".") ?? "";
  return { fault: `${path === "" ? "" : `${path}: `}${issue?.message ?? "invalid"}` };
}

/** The value of a line of JSON, or what keeps it from being one. */
export function parseJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: `not JSON (${messageOf(error)})` };
  }
}
