import { z } from "zod";
import { count, instruction, isWithin, phrase, relation } from "./instruction.ts";
import { countIn, hasWord } from "./words.ts";

/** Each of the keywords stands there, case aside; as in IFEval also inside of a longer word. */
export const existence = instruction({ keywords: z.array(phrase).min(1) }, (response, { keywords }) =>
  keywords.every((keyword) => countIn(response, keyword) > 0),
);

/** A keyword stands there so often. */
export const frequency = instruction({ keyword: phrase, frequency: count, relation }, (response, asked) =>
  isWithin(countIn(response, asked.keyword), asked.relation, asked.frequency),
);

/** None of the words stands there as a word of its own. */
export const forbiddenWords = instruction({ forbidden_words: z.array(phrase).min(1) }, (response, asked) =>
  asked.forbidden_words.every((word) => !hasWord(response, word)),
);

/** A letter stands there so often, as a capital or not. */
export const letterFrequency = instruction(
  {
    letter: z
      .string()
      .trim()
      .refine((letter) => [...letter].length === 1, "is not one character"),
    let_frequency: count,
    let_relation: relation,
  },
  (response, { letter, let_frequency, let_relation }) =>
    isWithin(countIn(response, letter), let_relation, let_frequency),
);
