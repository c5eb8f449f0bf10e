import { z } from "zod";

/** The option that says what of a response counts as its answer. */
export const answerOption = z
  .enum(["auto", "stated", "boxed", "any"])
  .default("auto")
  .describe(
    'What counts as a response\'s answer. `stated`: what the response gives as its answer (a box, `<answer>`, `####`, "the answer is"), or a response that is nothing else. `boxed`: boxes only. `any`: what is stated, else a guess, the last formula or number. `auto`: `any`, and `stated` for a completion that was cut at `max_tokens`, which ends where it happens to.',
  );

/** What counts as the answer of one response. */
export interface AnswerSource {
  readonly from: "any" | "stated" | "boxed";
  /** Whether the response was cut: a statement that its end may have torn is none, and the whole of it is no answer. */
  readonly isCut: boolean;
}

/** What counts as the answer of a response, given the option and whether the completion was cut. */
export function answerSource(option: z.output<typeof answerOption>, truncated: boolean): AnswerSource {
  return { from: option === "auto" ? (truncated ? "stated" : "any") : option, isCut: truncated };
}
