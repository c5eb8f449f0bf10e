import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import { isWrittenIn, readLanguageCode, unknownLanguage } from "../text/language.ts";
import { readTags, tagName, type Checks } from "../text/tags.ts";

const bound = z.int().nonnegative().optional();

const options = z
  .strictObject({
    tags: z
      .array(tagName)
      .refine((names) => new Set(names).size === names.length, "a tag is named twice")
      .default([])
      .describe("Tags that have to stand there once each, closed, and in this order: `[think, answer]`."),
    outside: z
      .enum(["nothing", "after", "anything"])
      .default("nothing")
      .describe("What may stand outside of the tags beside white space: nothing, text after the last, or anything."),
    opened: z
      .boolean()
      .default(false)
      .describe("The prompt ends with the opening of the first tag, so that the response begins inside of it."),
    of: z.string().optional().describe("The tag whose text the options below are about; else they are about it all."),
    min_characters: bound.describe("Fewest characters (Unicode code points)."),
    max_characters: bound.describe("Most characters (Unicode code points)."),
    min_words: bound.describe("Fewest words (anything between white space)."),
    max_words: bound.describe("Most words (anything between white space)."),
    language: z
      .string()
      .refine((code) => readLanguageCode(code) !== undefined, { error: ({ input }) => unknownLanguage(String(input)) })
      .optional()
      .describe(
        "Language of the text by its ISO 639-1 or 639-3 code, such as `de` or `deu`. Fails a text of no words.",
      ),
    score: z
      .enum(["passed", "fraction"])
      .default("passed")
      .describe("1 when everything holds and else 0, or the fraction that holds of what is asked for."),
  })
  .superRefine((wanted, context) => {
    const refuse = (key: keyof typeof wanted, message: string): void =>
      context.addIssue({ code: "custom", path: [key], message });
    const { tags, of, opened, language, min_characters, max_characters, min_words, max_words } = wanted;
    const asked = [language, min_characters, max_characters, min_words, max_words];
    if (tags.length === 0 && asked.every((each) => each === undefined)) refuse("tags", "nothing is asked for");
    if (tags.length === 0 && opened) refuse("opened", "there are no tags");
    if (of !== undefined && !tags.includes(of)) refuse("of", `"${of}" is not one of the tags`);
    if ((min_characters ?? 0) > (max_characters ?? Infinity)) refuse("min_characters", "is above max_characters");
    if ((min_words ?? 0) > (max_words ?? Infinity)) refuse("min_words", "is above max_words");
  });

type Options = z.output<typeof options>;

function countCharacters(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    if ((text.codePointAt(index) ?? 0) > 0xffff) index++;
    count++;
  }
  return count;
}

function countWords(text: string): number {
  const word = /\S+/g;
  let count = 0;
  while (word.test(text)) count++;
  return count;
}

/** Checks a text; one that could not be read, because its tag is not there, holds nothing of what is asked for. */
async function checkText(text: string | undefined, wanted: Options): Promise<Checks> {
  const checks = new Map<string, string | null>();
  const limit = (name: "characters" | "words", countIn: (text: string) => number): void => {
    const [fewest, most] = [wanted[`min_${name}`], wanted[`max_${name}`]];
    if (fewest === undefined && most === undefined) return;
    const count = text === undefined ? undefined : countIn(text);
    const fault = count === undefined ? "there is no text" : `there are ${count}`;
    if (fewest !== undefined) checks.set(`min_${name}`, count !== undefined && count >= fewest ? null : fault);
    if (most !== undefined) checks.set(`max_${name}`, count !== undefined && count <= most ? null : fault);
  };
  limit("characters", countCharacters);
  limit("words", countWords);
  const language = wanted.language && readLanguageCode(wanted.language);
  if (language !== undefined) {
    const holds = text !== undefined && (await isWrittenIn(text, language));
    checks.set("language", holds ? null : "it reads as another, or as none");
  }
  return checks;
}

/**
 * Passes a response of the form that is asked for: tags in order, limits of length, a language. It does not look at the
 * answer. `{ tags: [think], outside: after }` is what TRL's `think_format_reward` asks for (which lets white space in front
 * fail and a second closing marker pass), and `{ tags: [think, answer] }` the form of DeepSeek-R1-Zero
 * (arXiv 2501.12948). A tag may be empty.
 * The details name each check that failed.
 */
export const format = defineVerifier({
  name: "format",
  version: "1",
  options,
  thinking: "none",
  async verify({ response }, wanted) {
    const { checks: ofTags, texts } = readTags(response, wanted);
    const ofText = await checkText(wanted.of === undefined ? response : texts.get(wanted.of), wanted);
    const checks = [...ofTags, ...ofText];
    const failed = checks.filter(([, fault]) => fault !== null);
    const fraction = 1 - failed.length / checks.length;
    return {
      passed: failed.length === 0,
      score: wanted.score === "fraction" ? fraction : undefined,
      details: { failed: Object.fromEntries(failed) },
    };
  },
});
