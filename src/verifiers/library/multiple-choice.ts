import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import { choicesOf, readGold } from "../choice/choices.ts";
import { readChoice } from "../choice/read-choice.ts";
import { answerPart, tagOption } from "../text/tags.ts";

const options = z.strictObject({
  last_letter: z
    .string()
    .regex(/^[B-Z]$/, "is a letter from B to Z")
    .default("J")
    .describe("The last letter that a choice may have, where the problem does not have the texts of its `choices`."),
  strict: z
    .boolean()
    .default(false)
    .describe("Only an answer that is in a box, stated (`the answer is B`) or alone on the last line is read."),
  self_correction: z
    .enum(["last", "refuse"])
    .default("last")
    .describe(
      "What counts of a response that takes an answer back and gives another (`Answer: A. Wait, that is wrong. Answer: B`): " +
        "the last answer, or none of them.",
    ),
  tag: tagOption,
});

/**
 * Passes a response that names the letter of the reference answer, and no other, as its answer: `(B)`, `B.`, `**b**`,
 * `\boxed{B}`, `\boxed{B: Rome}`, "The answer is (B) because ...", "A and C are wrong, which leaves B", also in Chinese,
 * Japanese, Korean, French, German and Spanish. Where the problem has the texts of its choices in `choices`, the text
 * names the choice as well, and the reference answer may be a text, or an index from 0. An answer that is none of the
 * choices throws. The details hold the letters of a response that names several.
 */
export const multipleChoice = defineVerifier({
  name: "multiple-choice",
  version: "2",
  options,
  verify({ problem, response, answer }, { last_letter, strict, self_correction, tag }) {
    const choices = choicesOf(problem, last_letter);
    const gold = readGold(answer, choices);
    const text = answerPart(response, tag);
    const named = [...readChoice(text ?? "", choices, { isStrict: strict, correction: self_correction })];
    if (named.length > 1) return { passed: false, details: { named: named.sort() } };
    return { passed: named[0] === gold, extracted: named[0] };
  },
});
