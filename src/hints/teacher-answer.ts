import { z } from "zod";
import { messageOf } from "../core/errors.ts";
import { answerPartOf } from "../core/thinking.ts";
import type { Problem } from "../problems/problem.ts";
import { leakInHints } from "../problems/leaks/leak-in-hints.ts";

/** Parts of a tier: a hint of level j shows the first j. */
const MOST_PARTS = 4;

/** What single backslashes become: \t, \r, \b and \f begin commands of LaTeX, and are escapes of JSON. */
// oxlint-disable-next-line no-control-regex
const GARBLED = /[\u0000-\u0009\u000b-\u001f]/;

const part = z
  .string()
  .refine((text) => text.trim() !== "", "is empty")
  .refine((text) => !GARBLED.test(text), "holds control characters; inside JSON every backslash is written twice")
  .trim();

const tier = (description: string) => z.array(part).min(1).max(MOST_PARTS).describe(description);

/** What a teacher is asked to answer with. */
const answerSchema = z.object({
  knowledge: tier("Concepts and facts that the problem needs, from 1 to 4 parts."),
  planning: tier("The strategy, from 1 to 4 parts."),
  solution: tier("The worked steps, from 1 to 4 parts; only the last may hold the final answer."),
});

/** Hints of a problem, tier by tier. */
export type Hints = z.output<typeof answerSchema>;

/** {@link answerSchema} as the JSON schema that is sent to the teacher. */
export const ANSWER_JSON_SCHEMA = z.toJSONSchema(answerSchema, { target: "draft-7" });

/** What a teacher answered. */
export interface TeacherAnswer {
  readonly text: string;
  /** Why it ended, such as `stop`, or `length` when it was cut off. */
  readonly finishReason: string;
}

/** What an answer is worth: hints, or the reason why it holds none, with what to tell the teacher. */
export type Judgement =
  | { readonly hints: Hints }
  | { readonly reason: "malformed" | "leak"; readonly complaint: string };

/** Reads hints from a teacher's answer and refuses those that give the problem's answer away before their last part. */
export function judgeAnswer({ text, finishReason }: TeacherAnswer, problem: Problem): Judgement {
  const malformed = (complaint: string): Judgement => ({ reason: "malformed", complaint });
  let value: unknown;
  try {
    value = JSON.parse(jsonIn(text));
  } catch (error) {
    if (finishReason === "length") return malformed("it was cut off because it is too long; write shorter parts");
    return malformed(`it is not JSON (${messageOf(error)})`);
  }
  const read = answerSchema.safeParse(value);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`);
    return malformed(faults.join("; "));
  }
  const found = leakInHints({ ...problem, hints: read.data });
  if (found === undefined) return { hints: read.data };
  const { part: place, tier: name, leak } = found;
  const complaint = `part ${place} of ${name} holds the final answer (${leak}); only the last part of solution may`;
  return { reason: "leak", complaint };
}

/** The JSON in a text: what thinking aloud, a fence of Markdown or a sentence stands around it is left out. */
function jsonIn(text: string): string {
  const spoken = answerPartOf(text, "auto") ?? "";
  const [start, end] = [spoken.indexOf("{"), spoken.lastIndexOf("}")];
  return start < 0 ? spoken : spoken.slice(start, end + 1);
}
