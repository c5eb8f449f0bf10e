import { ANSWER_PHRASES, anyOf, type AnswerPhrases } from "../text/answer-phrases.ts";

/** Words behind which a text states its answer. */
export interface Anchor {
  readonly place: "final answer" | "####" | "answer";
  /** Where the answer would begin. */
  readonly end: number;
  /** The words of its language. */
  readonly phrases: AnswerPhrases;
}

interface Patterns {
  readonly phrases: AnswerPhrases;
  /** Every match of a pattern holds one of these words: a text without them is not searched further. */
  readonly words: Readonly<Record<"final" | "overriding" | "plain", readonly string[]>>;
  readonly final: RegExp;
  readonly overriding: RegExp;
  readonly plain: RegExp;
  /** What an anchor ends in that gives no more than a bound: "the answer, at least, is". */
  readonly bounded: RegExp;
}

const COLON = String.raw`\s{0,2}[:=]`;
/** A value right behind the name of the answer, or behind words that lead to it: "the answer should be 5". */
const DIRECTLY = String.raw`(?:,?\s(?:would|should|must|will|can|to|be|been|becomes?|comes?|out|as|of|or|therefore|thus|hence|then|now|was|equal|here)){0,5},?\s(?=[-\u2212$\d\\])`;
/** Behind the sign of equality in what an answer is given for: "the answer for n = 3 is 5". */
const CONDITION = String.raw`\s?[-\w.]{1,8}\$?\s`;
/** At the beginning of a line, with no more in front than marks and "the". */
const LINE_START = String.raw`(?:^|\n)[^\p{L}\n]{0,9}(?:(?:so|thus|hence|therefore),? )?(?:(?:the|my|our) )?`;

const PATTERNS: readonly Patterns[] = ANSWER_PHRASES.map((phrases) => {
  const [answer, final, is] = [anyOf(phrases.answer), anyOf(phrases.finalAnswer), anyOf(phrases.is)];
  // A sentence of Chinese has fewer characters.
  const gap = /^\p{Lo}/u.test(phrases.answer[0] ?? "") ? 20 : 60;
  const label =
    phrases.label.length === 0 ? "" : String.raw`|(?:^|[\n。.;!?*#>]\s{0,3})${anyOf(phrases.label)}${COLON}`;
  const heading = String.raw`(?<=${LINE_START}${final})[*_\s]{0,4}(?::|[.#*_ ]{0,6}\n)`;
  return {
    phrases,
    words: {
      final: phrases.finalAnswer,
      overriding: phrases.finalAnswer,
      plain: [...phrases.answer, ...phrases.label],
    },
    final: new RegExp(String.raw`${final}(?:${DIRECTLY}|[^.。\n]{0,${gap}}?(?:${is}|:)|${heading})`, "giu"),
    overriding: new RegExp(String.raw`${final}(?:[^.。:\n]{0,${gap}}?${is}|${heading})`, "giu"),
    plain: new RegExp(
      String.raw`${answer}(?:${DIRECTLY}|[^.。\n]{0,${gap}}?(?:${is}|[:】]|=(?!${CONDITION}${is}))|(?<=\p{Lo})(?=\d))${label}`,
      "giu",
    ),
    bounded: new RegExp(String.raw`${anyOf(phrases.bound)}[\p{Lo},\s]{0,4}(?:${is}|[:=])?\s?$`, "iu"),
  };
});

/** The first item of a list of steps on a line of its own: what follows is the working. */
const STEPS = /^(?::|\s){0,5}\n\s*[*_#]{0,4}1[.)][*_]{0,2}\s+[*_]{0,2}\p{L}/u;

/** In front of the name of the answer: what follows only supposes it, checks it, or says how sure of it one is. */
const SUPPOSED_SOURCE = String.raw`\b(?:(?:(?:if|whether|unless|suppose|supposing|assume|assuming)(?: that)?|(?:confidence|certainty|confident|certain|sure) (?:in|of|about)|(?:verify|check|confirm|justify|explain)(?:ing)?) (?:(?:the|this|that|my|our|your) )?(?:(?:correct|right|final) )?|(?:wrong|incorrect|mistaken|tempting|naive|previous|earlier|another|other|common|alternative) (?:final )?)`;
const SUPPOSED = new RegExp(`${SUPPOSED_SOURCE}$`, "i");
const SUPPOSED_ANSWER = new RegExp(String.raw`(${SUPPOSED_SOURCE})answer\b`, "gi");
const MAX_BEFORE = 60;

/** A text without the names of an answer that it only supposes: "if the answer is 5". */
export function withoutSupposed(text: string): string {
  return text.replaceAll(SUPPOSED_ANSWER, "$1it");
}

/** The last place of a text behind which its answer stands: words for the final answer, or the `####` of GSM8K. */
export function lastFinalAnchor(text: string): Anchor | null {
  // A heading is no answer: "#### Step 2".
  const marks = text.includes("####") ? [...text.matchAll(/####(?!#|[ \t*]{0,9}[A-Za-z]{4})/g)] : [];
  const found = marks.map(({ index }): Anchor => ({ place: "####", end: index + 4, phrases: ENGLISH }));
  return lastOf([...anchorsOf(text, "final answer", "final"), ...found]);
}

/** The last place of a text where it says what the final answer is, as it must to override one that it gave before. */
export function lastOverridingAnchor(text: string): Anchor | null {
  return lastOf(anchorsOf(text, "final answer", "overriding"));
}

/** The last place of a text behind which what it calls the answer stands. */
export function lastAnchor(text: string): Anchor | null {
  return lastOf(anchorsOf(text, "answer", "plain"));
}

const ENGLISH = ANSWER_PHRASES.find(({ language }) => language === "en") as AnswerPhrases;

function anchorsOf(text: string, place: Anchor["place"], kind: "final" | "overriding" | "plain"): Anchor[] {
  const lower = text.toLowerCase();
  const named = PATTERNS.filter(({ words }) => words[kind].some((word) => lower.includes(word)));
  return named.flatMap(({ phrases, bounded, [kind]: pattern }) =>
    [...text.matchAll(pattern)]
      .filter(({ index, 0: match }) => !isSupposed(text, index) && !bounded.test(match))
      .filter(({ index, 0: match }) => !STEPS.test(text.slice(index + match.length - 1, index + match.length + 30)))
      .map(({ index, 0: match }) => ({ place, end: index + match.length, phrases })),
  );
}

function isSupposed(text: string, start: number): boolean {
  return SUPPOSED.test(text.slice(Math.max(0, start - MAX_BEFORE), start));
}

function lastOf(anchors: readonly Anchor[]): Anchor | null {
  return anchors.toSorted((left, right) => left.end - right.end).at(-1) ?? null;
}
