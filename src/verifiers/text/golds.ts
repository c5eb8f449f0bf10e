import { z } from "zod";
import type { VerifierProblem } from "../define-verifier.ts";

const listSchema = z.array(z.string()).min(1);

/**
 * The reference answers that a problem has: its field `answers`, or its one answer.
 * @throws Error when `answers` is there and is no list of texts.
 */
export function goldsOf(problem: VerifierProblem, answer: string): readonly string[] {
  if (problem["answers"] === undefined) return [answer];
  const list = listSchema.safeParse(problem["answers"]);
  if (!list.success) throw new Error("the problem's `answers` is not a list of at least one text");
  return list.data;
}
