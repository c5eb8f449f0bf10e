import { anyOf, phrasesFor } from "../text/answer-phrases.ts";

const OTHER = phrasesFor("not");
const isSpaced = (word: string): boolean => /^\p{Script=Latin}/u.test(word);

const NEGATED = new RegExp(
  [
    String.raw`(?:\b(?:can)?not|n['’]t)\s+(?:(?:equal to|equal|be|exactly|simply|just)\s+)?\S+`,
    String.raw`${anyOf(OTHER.filter(isSpaced))}\s+(?=[-$\d\\])\S+`,
    String.raw`${anyOf(OTHER.filter((word) => !isSpaced(word)))}\s?[^\s,;。而]{1,20}`,
  ].join("|"),
  "giu",
);

/** Every match holds one of these: a text without them need not be searched. */
const WORDS = ["not", "n't", "n’t", ...OTHER];

/** A text without what it says that the answer is not: "not 5". */
export function withoutNegated(text: string): string {
  const lower = text.toLowerCase();
  if (!WORDS.some((word) => lower.includes(word))) return text;
  return text.replaceAll(NEGATED, " ");
}
