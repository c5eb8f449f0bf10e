import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import { foldCase } from "../text/fold-case.ts";

const options = z.strictObject({
  trim: z.boolean().default(true).describe("White space around the text does not count."),
  fold_case: z.boolean().default(false).describe("Upper and lower case are the same."),
  collapse_whitespace: z.boolean().default(false).describe("Any run of white space counts as one space."),
});

function normalise(text: string, { trim, fold_case, collapse_whitespace }: z.output<typeof options>): string {
  let result = text.normalize("NFC");
  if (collapse_whitespace) result = result.replaceAll(/\s+/g, " ");
  if (trim) result = result.trim();
  if (fold_case) result = foldCase(result);
  return result;
}

/** Passes a response that is the reference answer, letter by letter once both are normalised; accents are composed (NFC). */
export const exact = defineVerifier({
  name: "exact",
  version: "2",
  options,
  verify({ response, answer }, settings) {
    const extracted = normalise(response, settings);
    return { passed: extracted === normalise(answer, settings), extracted };
  },
});
