import { readScale } from "../numbers/scale.ts";
import { foldCase } from "../text/fold-case.ts";
import type { Choices } from "./choices.ts";
import { LATIN, phrases, phrasesBehind, words } from "./phrase-patterns.ts";

// Every repetition in these patterns is bounded.

/** A letter in brackets, as the group `wrapped`. */
export const IN_BRACKETS = String.raw`[([{<] ?(?<wrapped>[A-Z]) ?[)\]}>]`;
/** A letter that is no part of a word, as the group `bare`. */
export const BARE = String.raw`(?<bare>[A-Z])(?!['’${LATIN}])`;
/** Words for a choice in front of its letter. */
export const OPTION = String.raw`(?:(?:\b(?:option|choice|letter)s?|${phrases("option")}) ?)`;
const NAME = new RegExp(`${OPTION}?(?:${IN_BRACKETS}|${BARE})`, "iuy");

const AND_OR = String.raw`(?:(?:\b(?:and\/or|and|nor|vs\.?|versus)(?!\w))|${words("or")}|${phrases("and")})`;
const HEDGE =
  String.raw`(?:\b(?:and|or|but|maybe|possibly|perhaps|alternatively|otherwise|else|also|even|if not|(?:could|might|may) be)\b` +
  `|${words("or")}|${phrases("maybe")})`;
/** What makes a second letter another candidate. */
export const ALSO = String.raw`(?:${AND_OR}|${HEDGE}|[,;/&|]) ?(?:${HEDGE},? ?){0,3}`;
/** What stands between two names of one answer. */
const LINK = new RegExp(
  String.raw`[)\]]? ?\(?(?:(?:\/|&|\||\+|${AND_OR}|(?<loose>[,;–—-]|\s{1,3}|but\b)) ?(?:${HEDGE},? ?){0,3}|${HEDGE} ?)|` +
    String.raw`[)\]]? ?(?=${IN_BRACKETS})`,
  "iuy",
);

/** What may follow a letter that is no word. */
const ENDED = /^(?:\s*$| ?\n|[.,:;!?)\]}>/&|](?!\w)| ?[(/&|]| [-–—] |[-–—+][A-Za-z](?!\w))/;
const LINE_ENDED = /^[)\].]{0,2} ?(?:$|\n)/;
const REASONED = new RegExp(
  String.raw`^ (?:(?:because|since|as|or|and|for|due|which|rather|over|instead)\b|${words("reason")}|${AND_OR})`,
  "iu",
);
/** A script that has no letter A: what is a word in English is a name there. */
const ELSEWHERE = /^ ?[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** What no article and no pronoun stands in front of. */
const IS_NAMED: Readonly<Record<string, RegExp>> = {
  A: /^ (?:is|are|was|were|must|can(?:not)?|fails?|remains?|works|fits|has|gives)(?!\w)/,
  I: /^ (?:is|fails|remains|works|fits|gives)(?!\w)/,
};
const JUDGED = new RegExp(`^(?:${phrasesBehind("right")}|${phrasesBehind("wrong")})`, "iu");

/** Whether a letter without brackets is a name: "A" and "I" are words, and so is any small letter, where a word follows. */
export function isName(letter: string, rest: string): boolean {
  if (ENDED.test(rest) || REASONED.test(rest)) return true;
  if (!/[A-Z]/.test(letter)) return false;
  const named = IS_NAMED[letter];
  return named === undefined || named.test(rest) || ELSEWHERE.test(rest) || JUDGED.test(rest);
}

/** Characters behind a letter that say whether it is a name. */
export const REACH = 20;

/** Letters that are named together, and where that ends. */
export interface Names {
  readonly letters: readonly string[];
  readonly end: number;
}

/** The names that stand at a place of the text, of which there are several in "B or C". */
export function readNames(text: string, start: number, choices: Choices): Names {
  const letters: string[] = [];
  let end = start;
  let name = readName(text, start, choices);
  while (name !== null) {
    letters.push(name.letter);
    end = name.end;
    LINK.lastIndex = end;
    const link = LINK.exec(text);
    const next = link === null ? null : readName(text, LINK.lastIndex, choices);
    const loose = link?.groups?.["loose"];
    // Behind a comma another thought may begin: "B, C is wrong"; on a new line, the explanation of a choice.
    const ended = loose?.trim() === "" ? LINE_ENDED : ENDED;
    const isOther = next !== null && loose !== undefined && !ended.test(text.slice(next.end, next.end + 10));
    name = isOther ? null : next;
  }
  return { letters, end };
}

function readName(text: string, start: number, { letters, texts }: Choices): { letter: string; end: number } | null {
  NAME.lastIndex = start;
  const match = NAME.exec(text);
  const { wrapped, bare = wrapped } = match?.groups ?? {};
  // Behind the word "option" every capital letter is a name.
  const isSure = wrapped !== undefined || (match !== null && match[0] !== bare && /[A-Z]/.test(bare ?? ""));
  if (bare !== undefined && (isSure || isName(bare, text.slice(NAME.lastIndex, NAME.lastIndex + REACH)))) {
    return { letter: bare.toUpperCase(), end: NAME.lastIndex };
  }
  const found = letters
    .map((letter, index) => ({ letter, text: texts[index] ?? "" }))
    .filter((choice) => choice.text !== "" && standsAt(text, start, choice.text))
    .sort((left, right) => right.text.length - left.text.length)[0];
  return found === undefined ? null : { letter: found.letter, end: start + found.text.length };
}

function standsAt(text: string, start: number, part: string): boolean {
  const end = start + part.length;
  if (foldCase(text.slice(start, end)) !== part || GOES_ON.test(text.slice(end, end + 6))) return false;
  return !/\d$/.test(part) || isWholeNumber(text.slice(end, end + 60));
}

/** Behind the text of a choice: it is only a part of another. */
const GOES_ON = /^(?:\p{L}|[.,/^]?\p{N}|\/\p{L})/u;

/** Whether a number that is the end of a choice's text ends there, in view of what follows it. */
function isWholeNumber(rest: string): boolean {
  if (/^ ?(?:%|[-–×*/^:+=±] ?\p{N}|(?:to|or|and) \p{N})/u.test(rest)) return false;
  return readScale(rest, 0).factor?.numerator === 1n;
}
