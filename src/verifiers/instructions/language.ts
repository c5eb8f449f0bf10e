import { z } from "zod";
import { isWrittenIn, readLanguageCode, unknownLanguage } from "../text/language.ts";
import { count, instruction, isWithin, relation } from "./instruction.ts";
import { countCapitalWords, isLower, isUpper } from "./words.ts";

/** The whole is written in a language. */
export const responseLanguage = instruction(
  {
    language: z.string().transform((code, context) => {
      const known = readLanguageCode(code);
      if (known === undefined) context.addIssue({ code: "custom", message: unknownLanguage(code) });
      return known ?? z.NEVER;
    }),
  },
  (response, { language }) => isWrittenIn(response, language),
);

/** English, in capital letters alone. The language is told from small letters: detectors have seen few capitals. */
export const englishCapital = instruction({}, (response) => {
  return isUpper(response) && isWrittenIn(response.toLowerCase(), "en");
});

/** English, without capital letters. */
export const englishLowercase = instruction({}, (response) => isLower(response) && isWrittenIn(response, "en"));

/** So many words of capital letters alone. */
export const capitalWordFrequency = instruction(
  { capital_frequency: count, capital_relation: relation },
  (response, { capital_frequency, capital_relation }) =>
    isWithin(countCapitalWords(response), capital_relation, capital_frequency),
);
