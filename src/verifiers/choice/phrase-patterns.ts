import { ANSWER_PHRASES } from "../text/answer-phrases.ts";
import { CHOICE_PHRASES, type ChoicePhrases } from "./choice-phrases.ts";

type Kind = Exclude<keyof ChoicePhrases, "language">;

/** Languages that write words without spaces between them. */
const UNSPACED: ReadonlySet<string> = new Set(["zh", "ja", "ko"]);

/** The source of a pattern for any of some sources, which stand alone in a language that parts its words. */
function anyOf(sources: readonly string[], language: string): string {
  const any = `(?:${sources.toSorted((left, right) => right.length - left.length).join("|")})`;
  return UNSPACED.has(language) ? any : String.raw`(?<![\p{L}\p{N}])${any}(?![\p{L}\p{N}])`;
}

function inEveryLanguage(sourceOf: (phrases: ChoicePhrases) => string): string {
  return `(?:${CHOICE_PHRASES.map(sourceOf).join("|")})`;
}

/** The source of a pattern for the phrases of a kind in every language but English; each needs the flags i and u. */
export function phrases(kind: Kind): string {
  const sources = CHOICE_PHRASES.filter((each) => each[kind].length > 0);
  return `(?:${sources.map((each) => anyOf(each[kind], each.language)).join("|")})`;
}

/** The same for phrases that stand right behind a letter. */
export function phrasesBehind(kind: "right" | "wrong"): string {
  return `(?:${CHOICE_PHRASES.flatMap((each) => each[kind]).join("|")})`;
}

/** The same for words of text/answer-phrases.ts. */
export function words(kind: "or" | "not" | "reason"): string {
  return `(?:${ANSWER_PHRASES.map(({ language, [kind]: given }) => (given.length === 0 ? "(?!)" : anyOf(given, language))).join("|")})`;
}

/** What states the answer, in every language but English, up to the letter: "la bonne réponse est la". */
export const STATED_ELSEWHERE = inEveryLanguage(({ language, stated, filler }) => {
  const { answer = [], finalAnswer = [], is = [] } = ANSWER_PHRASES.find((each) => each.language === language) ?? {};
  const name = anyOf([...answer, ...finalAnswer, ...stated], language);
  return String.raw`${name}(?:[ ,]{0,2}${anyOf([...is, ...filler], language)}){0,6}(?: ?[:=]\s{0,3}|\s{0,2})`;
});
