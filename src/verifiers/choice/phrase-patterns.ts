import { ANSWER_PHRASES } from "../text/answer-phrases.ts";
import { CHOICE_PHRASES, type ChoicePhrases } from "./choice-phrases.ts";

type Kind = Exclude<keyof ChoicePhrases, "language">;

/** Languages that write words without spaces between them. */
const UNSPACED: ReadonlySet<string> = new Set(["zh", "ja", "ko"]);

/** Letters, digits and accents of the Latin script: ranges compile far faster than `\p{L}` does without case. */
export const LATIN = String.raw`\w\u00c0-\u024f\u0300-\u036f`;

interface InLanguage {
  readonly language: string;
  readonly sources: readonly string[];
}

/** The source of a pattern for any of some sources, which stand alone in a language that parts its words. */
function anyOf(all: readonly InLanguage[]): string {
  const of = (isUnspaced: boolean): string[] =>
    all
      .flatMap(({ language, sources }) => (UNSPACED.has(language) === isUnspaced ? sources : []))
      .toSorted((left, right) => right.length - left.length);
  const [spaced, unspaced] = [of(false), of(true)];
  const alone = spaced.length === 0 ? [] : [`(?<![${LATIN}])(?:${spaced.join("|")})(?![${LATIN}])`];
  return `(?:${[...alone, ...unspaced].join("|")})`;
}

/** The source of a pattern for the phrases of a kind in every language but English; each needs the flags i and u. */
export function phrases(kind: Kind): string {
  return anyOf(CHOICE_PHRASES.map(({ language, [kind]: sources }) => ({ language, sources })));
}

/** The same for phrases that stand right behind a letter. */
export function phrasesBehind(kind: "right" | "wrong"): string {
  return `(?:${CHOICE_PHRASES.flatMap((each) => each[kind]).join("|")})`;
}

/** The same for words of text/answer-phrases.ts. */
export function words(kind: "or" | "not" | "reason"): string {
  return anyOf(ANSWER_PHRASES.map(({ language, [kind]: sources }) => ({ language, sources })));
}

/** What states the answer, in every language but English, up to the letter: "la bonne réponse est la". */
export const STATED_ELSEWHERE = statedElsewhere();

function statedElsewhere(): string {
  const each = CHOICE_PHRASES.map(({ language, stated, filler }) => {
    const {
      answer = [],
      finalAnswer = [],
      is = [],
    } = ANSWER_PHRASES.find((known) => known.language === language) ?? {};
    const name = anyOf([{ language, sources: [...answer, ...finalAnswer, ...stated] }]);
    return `${name}(?:[ ,]{0,2}${anyOf([{ language, sources: [...is, ...filler] }])}){0,6}`;
  });
  return String.raw`(?:${each.join("|")})(?: ?[:=]\s{0,3}|\s{0,2})`;
}
